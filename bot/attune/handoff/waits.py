"""Who waits, who got through, and what those who wait were told; each call is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row

from attune.channel import mailbox, ownership
from attune.channel.mailbox import Letter
from attune.channel.ownership import OWNERS
from attune.handoff import tables, tracker_events, transfers, wait
from attune.handoff.packet import Packet
from attune.handoff.steps import Step
from attune.handoff.tables import HANDOFFS, WAITS, add_once
from attune.handoff.transfers import SAFETY, Transfer
from attune.handoff.wait import LOOKED_BACK_HOURS, Expected, Waiting
from attune.policy.hours import Hours

OFFER_CALL_BACK = "attune_offer_call_back"
"""The intent that lets the assistant offer to be called back; triggered, never said."""
LAST = 50
"""So many of the people who got through are looked at."""


class Waits:
    """The queue in one database; the tables are made on first use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._created = False

    def line(self) -> list[Waiting]:
        """Everybody who waits in the chat, in the order of the desk; who asked to be called back does not."""
        self._ensure()
        with self._engine.connect() as connection:
            return wait.in_order([_waiting(row) for row in connection.execute(_QUEUE)])

    def expected(self, queue: str, line: Sequence[Waiting], hours: Sequence[Hours], now: float) -> Expected | None:
        """What is known of the wait in this queue, from those who got through lately and those in the line."""
        waited = [claimed - wait.began(opened, queue, hours) for opened, claimed in self._lately(queue, now)]
        waiting = (now - wait.began(one.since, queue, hours) for one in line if one.queue == queue)
        return wait.expected([max(0.0, each) for each in waited], max(waiting, default=0.0))

    def _lately(self, queue: str, now: float) -> list[tuple[float, float]]:
        """When the last people of this queue who got through in the last hours asked, and when somebody came."""
        self._ensure()
        lately = WAITS.c.queue == queue, WAITS.c.claimed > now - 3600 * LOOKED_BACK_HOURS
        query = select(HANDOFFS.c.opened, WAITS.c.claimed).join(WAITS, WAITS.c.handoff_id == HANDOFFS.c.handoff_id)
        with self._engine.connect() as connection:
            last = connection.execute(query.where(*lately).order_by(WAITS.c.claimed.desc()).limit(LAST))
            return [(row.opened, row.claimed) for row in last]

    def called(self, conversation_id: str) -> Step | None:
        """The step by which the open handoff of a conversation began; None where none is open."""
        self._ensure()
        with self._engine.connect() as connection:
            return called(connection, conversation_id)

    def told(self, handoff_id: str, place: int, at: float, letter: Letter | None = None) -> None:
        """Note the place somebody was told, and put the letter that tells them into their mailbox."""
        self._ensure()
        with self._engine.begin() as connection:
            _set(connection, handoff_id, place=place, told=at)
            if letter:
                mailbox.put(connection, letter)

    def told_late(self, one: Waiting, words: str, at: float) -> None:
        """Tell somebody, on whatever channel, that nobody came in time and the wait goes on; once for each handoff."""
        with self._engine.begin() as connection:
            _set(connection, one.handoff_id, late=at)
            message_id = f"waiting-{one.handoff_id}"
            tracker_events.tell(connection, Letter(0, one.conversation_id, message_id, "notice", words, at))
            if ownership.read(connection, one.conversation_id).kind == "queue":
                event_id = f"late-{one.handoff_id}"
                step = Step("timed_out", one.queue, one.reason, waited=round(at - one.since))
                event = tracker_events.owner(step, event_id, at)
                tracker_events.put(connection, one.conversation_id, event_id, "event", event)

    def offer_call_back(self, one: Waiting, at: float) -> None:
        """Let the assistant offer to call back; once for each handoff."""
        event_id = f"long-wait-{one.handoff_id}"
        with self._engine.begin() as connection:
            _set(connection, one.handoff_id, offered=at)
            event = tracker_events.slot("attune_owner", "queue", event_id, at)
            tracker_events.put(connection, one.conversation_id, event_id, "event", event)
            tracker_events.put(connection, one.conversation_id, f"offer-{one.handoff_id}", "trigger",
                               {"name": OFFER_CALL_BACK, "after": event_id})

    def _ensure(self) -> None:
        if not self._created:
            tables.create(self._engine)
            self._created = True


def put(connection: Connection, packet: Packet) -> None:
    """Note where a handoff waits, inside the caller's transaction; another packet may move it (HND-5)."""
    due = seconds(packet["due"])
    moved = {"queue": packet["queue"], "priority": packet["priority"], "due": due,
             "within": due - seconds(packet["opened"])}
    about = {"handoff_id": packet["handoff_id"], "conversation_id": packet["conversation"]["id"]}
    new = add_once(connection, WAITS, "handoff_id", {**about, **moved, "call_back": 0})
    passed_on = not new and transfers.count(connection, packet["handoff_id"]) > 0
    if packet["reason"] == SAFETY or not passed_on:  # a fuller packet leaves it where an agent sent it, danger does not
        _set(connection, packet["handoff_id"], **moved)


def queue(connection: Connection, handoff_id: str) -> str | None:
    """The queue a handoff waits in, or waited in last, as the caller's transaction sees it."""
    found = connection.execute(select(WAITS.c.queue).where(WAITS.c.handoff_id == handoff_id)).scalar()
    return None if found is None else str(found)


def called(connection: Connection, conversation_id: str) -> Step | None:
    """The step by which the open handoff of a conversation began, as the caller's transaction sees it."""
    open_ = HANDOFFS.c.conversation_id == conversation_id, HANDOFFS.c.open_for.is_not(None)
    row = connection.execute(select(HANDOFFS.c.handoff_id, HANDOFFS.c.reason).where(*open_)).first()
    return Step("called", queue(connection, row.handoff_id), row.reason) if row else None


def move(connection: Connection, to: Transfer) -> None:
    """Note that an agent passed a handoff on to another queue, inside the caller's transaction."""
    _set(connection, to.handoff_id, queue=to.queue, priority=to.priority, due=to.due, within=to.due - to.at)


def claimed(connection: Connection, handoff_id: str, at: float) -> None:
    """Note that somebody came, inside the caller's transaction; the first one counts, for that ended the wait."""
    first = WAITS.c.handoff_id == handoff_id, WAITS.c.claimed.is_(None), WAITS.c.call_back == 0
    connection.execute(update(WAITS).where(*first).values(claimed=at))


def call_back(connection: Connection, handoff_id: str) -> None:
    """Note that the customer is to be called back, inside the caller's transaction."""
    _set(connection, handoff_id, call_back=1)


def called_back(connection: Connection, handoff_id: str) -> bool:
    """Whether the customer is to be called back, as the caller's transaction sees it."""
    return bool(connection.execute(select(WAITS.c.call_back).where(WAITS.c.handoff_id == handoff_id)).scalar())


def seconds(iso: str) -> float:
    """A packet's time as unix seconds."""
    return datetime.fromisoformat(iso.replace("Z", "+00:00")).timestamp()


_QUEUE = (
    select(WAITS, HANDOFFS.c.reason, HANDOFFS.c.opened, OWNERS.c.since)
    .join(HANDOFFS, HANDOFFS.c.handoff_id == WAITS.c.handoff_id)
    .join(OWNERS, OWNERS.c.conversation_id == WAITS.c.conversation_id)
    .where(HANDOFFS.c.open_for.is_not(None), OWNERS.c.kind == "queue")
)


def _waiting(row: Row) -> Waiting:
    return Waiting(row.handoff_id, row.conversation_id, row.queue, row.reason, row.priority, row.due, row.opened,
                   row.since, row.within, row.place, row.told, row.late, row.offered)


def _set(connection: Connection, handoff_id: str, **values: Any) -> None:
    connection.execute(update(WAITS).where(WAITS.c.handoff_id == handoff_id).values(**values))
