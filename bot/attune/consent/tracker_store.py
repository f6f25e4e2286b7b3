"""Rasa's SQL tracker store, but without consent no Reading reaches the database or the event stream (I3)."""

import copy
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import make_url

from attune.consent.discreet import join, may_keep, split
from attune.consent.discreet_broker import DiscreetBroker
from attune.consent.recall import Mark, Recall
from attune.database import share_sqlite

MEMORY = ("", ":memory:", None)
LOCKED = 600
"""Milliseconds to wait for a file another process holds: a turn waits up to twice before help is said (CRI-8)."""
REMEMBERED = 10_000
"""Conversations of which this process knows that they are stored: those under way, with room to spare."""
TELLING_TYPES = ("user", "action", "bot", "followup", "action_execution_rejected")


class StoredEvent:
    """An event as the store and the stream see it: without the Reading. Rasa asks it for nothing but this."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self.type_name = event.type_name

    def as_dict(self) -> dict[str, Any]:
        """The event's data without the Reading."""
        return split(self._event.as_dict())[0]


class ConsentTrackerStore(SQLTrackerStore):
    """Takes the settings of `SQLTrackerStore`; makes a SQLite file's folder and overwrites what is deleted in it."""

    def __init__(self, domain: Domain | None = None, dialect: str = "sqlite", host: str | None = None,
                 db: str = "rasa.db", event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        file = _sqlite_file(dialect, host, db)
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        # Rasa's fallback store streams past `save`; it is given the broker found here, so that one is discreet.
        broker = DiscreetBroker(event_broker) if event_broker else None
        super().__init__(domain=domain, dialect=dialect, host=host, db=db, event_broker=broker, **kwargs)
        if file:
            sqlalchemy_event.listen(self.engine, "connect", share_sqlite)
            sqlalchemy_event.listen(self.engine, "connect", _wait_briefly)
            self.engine.dispose()
        self.recall = Recall()
        self._stored: OrderedDict[str, None] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save and stream the conversation; what may not be stored stays in this process.

        A conversation erased while this turn was under way is not written again (CON-8).
        """
        if self._was_erased(tracker.sender_id):
            self.recall.drop(tracker.sender_id)
            return
        allowed = list(_allowed(tracker.events))
        self._remember(tracker, allowed)
        discreet = copy.copy(tracker)
        discreet.events = deque(
            event if may or event.type_name not in TELLING_TYPES else StoredEvent(event)
            for event, may in zip(tracker.events, allowed, strict=True)
        )
        await super().save(discreet)
        if tracker.events:  # Rasa saves a new conversation before anything is in it
            self._note_stored(tracker.sender_id)

    def _remember(self, tracker: DialogueStateTracker, allowed: Iterable[bool]) -> None:
        for event, may in zip(tracker.events, allowed, strict=True):
            if event.type_name == "session_started":
                self.recall.forget(tracker.sender_id, event.timestamp)
            if may or event.type_name not in TELLING_TYPES or self.recall.knows(tracker.sender_id, _mark(event)):
                continue
            taken = split(event.as_dict())[1]
            if taken:
                self.recall.keep(tracker.sender_id, _mark(event), taken)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        stored = await super()._retrieve(sender_id, fetch_events_from_all_sessions)
        if stored is None:
            if sender_id in self._stored:  # erased since: then nothing of it may be left in memory either (CON-8)
                self.recall.drop(sender_id)
                del self._stored[sender_id]
            return None
        self._note_stored(sender_id)
        recalled = self.recall.of(sender_id)
        if not recalled:
            return stored
        events = [
            Event.from_parameters(join(event.as_dict(), recalled[_mark(event)])) if _mark(event) in recalled else event
            for event in stored.events
        ]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    def _note_stored(self, sender_id: str) -> None:
        self._stored[sender_id] = None
        self._stored.move_to_end(sender_id)
        if len(self._stored) > REMEMBERED:
            self._stored.popitem(last=False)

    def _was_erased(self, sender_id: str) -> bool:
        if sender_id not in self._stored:
            return False
        with self.session_scope() as session:
            return session.query(self.SQLEvent.id).filter(self.SQLEvent.sender_id == sender_id).first() is None

    async def _stream_new_events(self, event_broker: EventBroker, new_events: list[Event], sender_id: str) -> None:
        behind = event_broker.behind if isinstance(event_broker, DiscreetBroker) else event_broker
        await super()._stream_new_events(behind, new_events, sender_id)  # these went through `save`


def _wait_briefly(connection: object, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={LOCKED}")  # type: ignore[attr-defined]


def _allowed(events: Iterable[Event]) -> Iterator[bool]:
    may = False
    for event in events:
        may = may_keep(may, event.type_name, getattr(event, "key", None), getattr(event, "value", None))
        yield may


def _mark(event: Event) -> Mark:
    return event.type_name, event.timestamp


def _sqlite_file(dialect: str, host: str | None, db: str) -> Path | None:
    url = make_url(host) if host and "://" in host else None
    backend, database = (url.get_backend_name(), url.database) if url else (dialect, db)
    return Path(database) if backend == "sqlite" and database not in MEMORY else None
