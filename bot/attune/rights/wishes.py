"""Who wants to be erased and is not yet: noted before anything goes, so that an erasure cut off is finished later."""

from sqlalchemy import Column, Float, MetaData, String, Table, delete, insert, literal, select
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateTable

WISHES = Table(
    "attune_erasure", MetaData(),
    Column("conversation_id", String(255), primary_key=True),
    Column("asked", Float, nullable=False),
)
"""A wish that is done has no row: its id would be the last trace of the conversation."""


def create(engine: Engine) -> None:
    """Create the table where it is missing; safe while other processes do the same."""
    with engine.begin() as connection:
        connection.execute(CreateTable(WISHES, if_not_exists=True))


def note(engine: Engine, subject: str, now: float) -> float:
    """Note a wish; returns when it was first made (unix seconds)."""
    known = select(WISHES.c.conversation_id).where(WISHES.c.conversation_id == subject).exists()
    row = select(literal(subject), literal(now)).where(~known)
    with engine.begin() as connection:
        connection.execute(insert(WISHES).from_select(["conversation_id", "asked"], row))
    return asked(engine, subject) or now


def asked(engine: Engine, subject: str) -> float | None:
    """When the wish was made; None if there is none."""
    query = select(WISHES.c.asked).where(WISHES.c.conversation_id == subject)
    with engine.connect() as connection:
        found = connection.execute(query).scalar()
        return None if found is None else float(found)


def before(engine: Engine, moment: float) -> list[str]:
    """The conversations whose wish was made by then, oldest first."""
    query = select(WISHES.c.conversation_id).where(WISHES.c.asked <= moment).order_by(WISHES.c.asked)
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def fulfilled(engine: Engine, subject: str) -> None:
    """Take the wish off the list."""
    with engine.begin() as connection:
        connection.execute(delete(WISHES).where(WISHES.c.conversation_id == subject))
