"""Opens the handoffs that were decided on and never opened, because the action server was away (I6, HND-1).

The decision stands in Rasa's event stream, whatever became of the action; the packet is built from Rasa's tracker, by
the same rules as the action's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import or_, select
from sqlalchemy.engine import Engine

from attune.channel import ownership
from attune.channel.mailbox import LETTERS, Letter
from attune.consent.permission import from_slots
from attune.handoff import tables, tracker_events, turns, waits
from attune.handoff.outbox import Outbox
from attune.handoff.request import Request, ask, refit
from attune.handoff.steps import Step
from attune.handoff.tables import HANDOFFS
from attune.policy.decision import HAND_OFF, REFIT
from attune.policy.protocol import Protocol as Rules
from attune.signals.reading import KEY

GRACE = 10.0
"""Seconds an action may take before its handoff counts as missing."""
CLOCKS = 2.0
"""Seconds by which the clocks of Rasa and the action server may differ."""

Outcome = Literal["there", "opened", "upgraded", "kept", "erased"]
Event = Mapping[str, Any]


class Conversations(Protocol):
    """Where trackers are read, and words that have lost their Reading are read again."""

    def state(self, conversation_id: str) -> Mapping[str, Any]:
        """A conversation's tracker with all its events."""

    def reading(self, words: str) -> Mapping[str, Any] | None:
        """The Reading of some words."""


@dataclass(frozen=True)
class Wanted:
    """A decision that asks for a person: its Record's id, whose conversation, and when (unix seconds).

    `refits`: it only asks that the packet of somebody who has a person already follows their consent (CON-3).
    """

    record_id: str
    conversation_id: str
    at: float
    refits: bool = False

    @property
    def handoff_id(self) -> str:
        """The id of a handoff opened for it: the same however often this is tried."""
        return self.record_id[:32]


class Reconciler:
    """Sees to decisions one by one; each may be seen to again after a crash, and by several processes at once."""

    def __init__(self, engine: Engine, conversations: Conversations, rules: Rules, notice: str) -> None:
        self._engine, self._outbox = engine, Outbox(engine)
        self._conversations, self._rules, self._notice = conversations, rules, notice
        tables.create(engine)

    def see_to(self, wanted: Wanted) -> Outcome:
        """Open or upgrade the handoff if the action did not, and tell the customer that a person was called.

        Raises:
            AttuneError: Rasa is away, or the handoff changed meanwhile; another try sees it as it is.
            sqlalchemy.exc.SQLAlchemyError: the database is away.
        """
        found = self._covering(wanted, wanted.at)
        if found and (found != wanted.handoff_id or self._is_told(wanted)):
            return "there"
        outcome: Outcome = "opened" if found else self._ask(wanted)
        if outcome == "opened":
            self._tell(wanted)
        return outcome

    def _covering(self, wanted: Wanted, since: float) -> str | None:
        """The handoff that was opened for the decision, since it was made or its turn began (unix seconds)."""
        query = select(HANDOFFS.c.handoff_id).where(
            HANDOFFS.c.conversation_id == wanted.conversation_id,
            or_(HANDOFFS.c.opened >= since - CLOCKS, HANDOFFS.c.handoff_id == wanted.handoff_id),
        )
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(HANDOFFS.c.opened).limit(1)).scalar()
        return None if found is None else str(found)

    def _ask(self, wanted: Wanted) -> Outcome:
        state = self._conversations.state(wanted.conversation_id)
        events = list(_until_session_ends(state.get("events") or (), wanted.at))
        if not any(event.get("event") == "user" for event in events):
            return "erased"
        if has_run(events, wanted.at) or self._covering(wanted, begun(events, wanted.at)):
            return "there"
        events = [self._read_again(event) for event in events]
        latest = next(event["parse_data"] for event in reversed(events) if event.get("event") == "user")
        whole = {**state, "events": events, "latest_message": latest}
        request = Request(whole, from_slots(state.get("slots") or {}), self._rules)
        if wanted.refits:
            return "upgraded" if refit(self._outbox, request, wanted.at) else "kept"
        return ask(self._outbox, request, new_id=wanted.handoff_id, now=wanted.at)

    def _read_again(self, event: Event) -> Event:
        """A message with its Reading; without the customer's yes Rasa's memory of it ends with Rasa (I3)."""
        parsed, words = event.get("parse_data") or {}, str(event.get("text") or "")
        if event.get("event") != "user" or parsed.get(KEY) or not words or words.startswith("/"):
            return {**event, "parse_data": parsed} if event.get("event") == "user" else event
        found = self._conversations.reading(words)
        return {**event, "parse_data": {**parsed, KEY: found} if found else parsed}

    def _is_told(self, wanted: Wanted) -> bool:
        query = select(LETTERS.c.id).where(LETTERS.c.conversation_id == wanted.conversation_id,
                                           LETTERS.c.message_id == f"called-{wanted.handoff_id}")
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def _tell(self, wanted: Wanted) -> None:
        """Tell customer and tracker, once, however often this is called."""
        name, once = wanted.conversation_id, wanted.handoff_id
        with self._engine.begin() as connection:
            tracker_events.tell(connection, Letter(0, name, f"called-{once}", "notice", self._notice, wanted.at))
            if ownership.read(connection, name).kind == "queue":
                step = waits.called(connection, name) or Step("called")
                event = tracker_events.owner(step, f"queue-{once}", wanted.at)
                tracker_events.put(connection, name, f"queue-{once}", "event", event)


def begun(events: Sequence[Event], at: float) -> float:
    """When the customer wrote what led to the decision made at this time (unix seconds).

    A decision is dated by the end of its action, which may have opened the handoff long before it was cut off.
    """
    wrote = (float(event["timestamp"]) for event in events if event.get("event") == "user" and event.get("timestamp"))
    return max((when for when in wrote if when <= at), default=at)


def has_run(events: Sequence[Event], at: float) -> bool:
    """Whether the action of the decision made at this time brought the customer to a person, or the packet up to date.

    Rasa notes an action that failed like one that ran, but only one that ran says who has the conversation now.
    """
    starts = [place for place, event in enumerate(events) if event.get("event") == "action"
              and event.get("name") in (HAND_OFF, REFIT) and float(event.get("timestamp") or 0) >= at - 0.001]
    for event in events[starts[0] + 1:] if starts else ():
        if event.get("event") in ("action", "user"):
            return False
        if event.get("event") == "slot" and event.get("name") == "attune_owner":
            return event.get("value") in ("queue", "agent") or events[starts[0]].get("name") == REFIT
    return False


def _until_session_ends(events: Sequence[Event], at: float) -> Iterator[Event]:
    """The events up to the first session that began after the decision: a new one forgets the danger of the old."""
    for event in events:
        if event.get("event") in turns.STARTS and float(event.get("timestamp") or 0) > at:
            return
        yield event
