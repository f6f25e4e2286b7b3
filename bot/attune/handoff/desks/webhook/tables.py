"""Which activities passed between here and another desk: each takes effect once."""

from sqlalchemy import Column, Float, Integer, MetaData, String, Table
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import CreateTable

from attune.handoff.tables import add_once

ACTIVITIES = Table(
    "attune_activity", MetaData(),
    Column("activity", String(255), primary_key=True),  # handoff and id: other desks may number each conversation anew
    Column("handoff_id", String(64), nullable=False),
    Column("letter", Integer),                          # of the mailbox, where a customer's words were sent
    Column("at", Float, nullable=False),
)


def create(engine: Engine) -> None:
    """Create the table where it is missing; safe while other processes do the same."""
    with engine.begin() as connection:
        connection.execute(CreateTable(ACTIVITIES, if_not_exists=True))


def first(connection: Connection, handoff_id: str, activity_id: str, at: float, letter: int | None = None) -> bool:
    """Note an activity inside the caller's transaction; False if it was noted before."""
    return add_once(connection, ACTIVITIES, "activity", {
        "activity": f"{handoff_id}/{activity_id}", "handoff_id": handoff_id, "letter": letter, "at": at,
    })
