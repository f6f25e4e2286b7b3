"""What has not been delivered for so long that a person has to look: never given up, and not to be missed (I6)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine, Row

from attune.handoff import tables
from attune.handoff.pages import Cause
from attune.handoff.tables import HANDOFFS, OUTBOX, TRACKER_EVENTS

AFTER = 300.0
"""Seconds: by then a restart is over, and the courier has tried dozens of times."""


@dataclass(frozen=True)
class Stuck:
    """The head of one line: a handoff's way to its desk, or a conversation's way to Rasa; `since` in unix seconds.

    `behind`: how much waits behind it, for the line is kept in order.
    """

    to: Literal["desk", "rasa"]
    item: int
    conversation_id: str
    handoff_id: str
    since: float
    behind: int = 0

    def cause(self, after: float = AFTER) -> Cause:
        """What a supervisor is paged for; a new one for whatever is stuck next."""
        return Cause(f"delivery-{self.to}-{self.item}", "delivery", self.conversation_id, self.handoff_id,
                     self.since, self.since + after)


def stuck(engine: Engine, now: float, after: float = AFTER) -> list[Stuck]:
    """Every line whose head has waited longer than `after` seconds, the longest first."""
    tables.create(engine)
    with engine.connect() as connection:
        heads = [*_to_desk(connection), *_to_rasa(connection)]
    return sorted((head for head in heads if head.since + after < now), key=lambda head: head.since)


def _to_desk(connection: Connection) -> Iterator[Stuck]:
    query = (select(OUTBOX, HANDOFFS.c.conversation_id)
             .join(HANDOFFS, HANDOFFS.c.handoff_id == OUTBOX.c.handoff_id)
             .where(OUTBOX.c.delivered.is_(None)).order_by(OUTBOX.c.id))
    for first, *rest in _lines(connection.execute(query).all(), "handoff_id"):
        yield Stuck("desk", first.id, first.conversation_id, first.handoff_id, first.created, len(rest))


def _to_rasa(connection: Connection) -> Iterator[Stuck]:
    query = select(TRACKER_EVENTS).where(TRACKER_EVENTS.c.delivered.is_(None)).order_by(TRACKER_EVENTS.c.id)
    for first, *rest in _lines(connection.execute(query).all(), "conversation_id"):
        name = first.conversation_id
        newest = select(HANDOFFS.c.handoff_id).where(HANDOFFS.c.conversation_id == name)
        handoff = connection.execute(newest.order_by(HANDOFFS.c.opened.desc()).limit(1)).scalar()
        yield Stuck("rasa", first.id, name, str(handoff or ""), _since(connection, first), len(rest))


def _lines(rows: list[Row], key: str) -> list[list[Row]]:
    lines: dict[str, list[Row]] = {}
    for row in rows:
        lines.setdefault(row[key], []).append(row)
    return list(lines.values())


def _since(connection: Connection, row: Row) -> float:
    """When the call was wanted; a triggered intent waits from the moment the event before it had arrived."""
    body = json.loads(row.body)
    at = body.get("timestamp", body.get("at"))
    if at is None:
        before = TRACKER_EVENTS.c.event_id == body.get("after")
        at = connection.execute(select(TRACKER_EVENTS.c.delivered).where(before)).scalar()
    return float(at or 0.0)
