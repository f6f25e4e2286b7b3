"""Variants that were taken out of their trial, by what was seen or by somebody: kept where every process looks."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateTable

ENDINGS = Table(
    "attune_experiment_ending", MetaData(),
    Column("label", String(80), primary_key=True),    # of experiment and variant
    Column("at", BigInteger, nullable=False),         # unix microseconds
    Column("why", Text, nullable=False),              # a sentence about many people
    Column("by", String(64), nullable=False),
)


@dataclass(frozen=True)
class Ending:
    """A variant that is said to nobody any more: since when (unix microseconds), why, by whom."""

    label: str
    at: int
    why: str
    by: str


def read(engine: Engine) -> dict[str, Ending]:
    """Every ending by its label."""
    _prepare(engine)
    with engine.connect() as connection:
        return {row.label: Ending(*row) for row in connection.execute(select(ENDINGS))}


def end(connection: Connection, ending: Ending) -> None:
    """Take a variant out for good; raises IntegrityError if it is out already."""
    connection.execute(insert(ENDINGS).values(asdict(ending)))


@lru_cache(maxsize=16)
def _prepare(engine: Engine) -> None:
    # PostgreSQL: another makes it this very moment, or the role may only read what the desk's has made
    with suppress(IntegrityError, ProgrammingError), engine.begin() as connection:
        connection.execute(CreateTable(ENDINGS, if_not_exists=True))
