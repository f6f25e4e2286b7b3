"""Which agent had which conversation, and their breaks: what their load is computed from. Kept for a day."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection, Engine

from attune.handoff import tables
from attune.handoff.tables import BREAKS, HANDOFFS, STINTS, add_once

KEPT = 86_400.0
"""Seconds; by then every shift is over, and nothing here may become a time sheet."""


@dataclass(frozen=True)
class Stint:
    """One stretch in which an agent has a conversation; `ended` is None while it lasts. Times in unix seconds."""

    handoff_id: str
    agent: str
    reason: str
    began: float
    ended: float | None = None


@dataclass(frozen=True)
class Break:
    """One break of an agent; `ended` is None while it lasts. Times in unix seconds."""

    agent: str
    began: float
    ended: float | None = None


def begin(connection: Connection, conversation_id: str, stint: Stint, number: int) -> None:
    """Note inside the caller's transaction that an agent took a handoff, passed on `number` times; ends their break."""
    add_once(connection, STINTS, "stint_id", {
        "stint_id": f"{stint.handoff_id}-{number}", "conversation_id": conversation_id,
        "handoff_id": stint.handoff_id, "agent": stint.agent, "began": stint.began,
    })
    _end_break(connection, stint.agent, stint.began)


def end(connection: Connection, handoff_id: str, at: float) -> None:
    """Whoever has the handoff's conversation gives it away, inside the caller's transaction."""
    running = STINTS.c.handoff_id == handoff_id, STINTS.c.ended.is_(None)
    connection.execute(update(STINTS).where(*running).values(ended=at))
    connection.execute(delete(STINTS).where(STINTS.c.ended < at - KEPT))


class Shifts:
    """Stints and breaks in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        tables.create(engine)

    def stints(self, since: float) -> list[Stint]:
        """Every stint that still lasts or ended after `since`, by its beginning."""
        reason = select(HANDOFFS.c.reason).where(HANDOFFS.c.handoff_id == STINTS.c.handoff_id).scalar_subquery()
        query = select(STINTS, reason.label("reason")).where(STINTS.c.ended.is_(None) | (STINTS.c.ended > since))
        with self._engine.connect() as connection:
            return [Stint(row.handoff_id, row.agent, row.reason or "", row.began, row.ended)
                    for row in connection.execute(query.order_by(STINTS.c.began))]

    def breaks(self, since: float) -> list[Break]:
        """Every break that still lasts or ended after `since`, by its beginning."""
        query = select(BREAKS).where(BREAKS.c.ended.is_(None) | (BREAKS.c.ended > since)).order_by(BREAKS.c.began)
        with self._engine.connect() as connection:
            return [Break(row.agent, row.began, row.ended) for row in connection.execute(query)]

    def on_break(self, agent: str) -> float | None:
        """Since when an agent is on a break (unix seconds); None if they are not."""
        with self._engine.connect() as connection:
            return connection.execute(select(BREAKS.c.began).where(BREAKS.c.on_break == agent)).scalar()

    def rest(self, agent: str, at: float) -> None:
        """An agent goes on a break; once more changes nothing."""
        with self._engine.begin() as connection:
            connection.execute(delete(BREAKS).where(BREAKS.c.ended < at - KEPT))
            add_once(connection, BREAKS, "on_break", {"agent": agent, "on_break": agent, "began": at})

    def resume(self, agent: str, at: float) -> None:
        """An agent is back from a break."""
        with self._engine.begin() as connection:
            _end_break(connection, agent, at)


def _end_break(connection: Connection, agent: str, at: float) -> None:
    connection.execute(update(BREAKS).where(BREAKS.c.on_break == agent).values(on_break=None, ended=at))
