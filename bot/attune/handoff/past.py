"""Handoffs that were about danger, open and closed, for those who look at them together afterwards."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.engine import Engine

from attune.handoff import tables
from attune.handoff.tables import ALARMS, HANDOFFS
from attune.handoff.transfers import SAFETY


@dataclass(frozen=True)
class Past:
    """A handoff for safety, or with an alarm in it; times in unix seconds, `closed` None while it is open."""

    handoff_id: str
    opened: float
    closed: float | None


def about_danger(engine: Engine, most: int) -> list[Past]:
    """The newest of them, as far as they are still kept."""
    tables.create(engine)
    alarmed = HANDOFFS.c.handoff_id.in_(select(ALARMS.c.handoff_id))
    query = select(HANDOFFS).where(or_(HANDOFFS.c.reason == SAFETY, alarmed)).order_by(HANDOFFS.c.opened.desc())
    with engine.connect() as connection:
        return [Past(row.handoff_id, row.opened, row.closed) for row in connection.execute(query.limit(most))]


def conversation_of(engine: Engine, handoff_id: str) -> str | None:
    """The conversation a handoff belongs to; None where there is no such handoff."""
    tables.create(engine)
    query = select(HANDOFFS.c.conversation_id).where(HANDOFFS.c.handoff_id == handoff_id)
    with engine.connect() as connection:
        found = connection.execute(query).scalar()
    return None if found is None else str(found)
