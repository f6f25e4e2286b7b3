"""Variants that were taken out of their trial, by what was seen or by somebody: kept where every process looks."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.engine import Connection, Engine
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


def end(connection: Connection, ending: Ending) -> bool:
    """Take a variant out; False if it is out already."""
    if connection.execute(select(ENDINGS.c.label).where(ENDINGS.c.label == ending.label)).first():
        return False
    values = {"label": ending.label, "at": ending.at, "why": ending.why, "by": ending.by}
    connection.execute(insert(ENDINGS).values(values))
    return True


def take_back(connection: Connection, label: str) -> bool:
    """Let a variant be said again; False if it was not out."""
    return bool(connection.execute(delete(ENDINGS).where(ENDINGS.c.label == label)).rowcount)


@lru_cache(maxsize=16)
def _prepare(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(CreateTable(ENDINGS, if_not_exists=True))
