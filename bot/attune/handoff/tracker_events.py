"""What Rasa must still hear of: agents' words, owners and the bot's return, in order for each conversation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from attune.channel import mailbox
from attune.channel.mailbox import Letter
from attune.handoff import other_channels
from attune.handoff.steps import OWNER_AFTER, Step
from attune.handoff.tables import TRACKER_EVENTS, add_once
from attune.signals.reading import KEY

EventKind = Literal["event", "trigger", "words"]


@dataclass(frozen=True)
class Waiting:
    """One call to Rasa that is not known to have arrived."""

    id: int
    conversation_id: str
    event_id: str
    kind: EventKind
    body: Mapping[str, Any]


def slot(name: str, value: str, event_id: str, at: float) -> dict[str, Any]:
    """A Rasa event that sets a slot, marked with our id."""
    return {"event": "slot", "name": name, "value": value, "timestamp": at, "metadata": {KEY: {"event_id": event_id}}}


def owner(step: Step, event_id: str, at: float) -> dict[str, Any]:
    """A Rasa event that says who has the conversation now, and which step led to it, for the audit (AUD-8)."""
    event = slot("attune_owner", OWNER_AFTER[step.step], event_id, at)
    event["metadata"][KEY].update(step.metadata()[KEY])
    return event


def said(text: str, event_id: str, at: float, sender: Literal["agent", "notice"] = "agent") -> dict[str, Any]:
    """A Rasa event that holds an agent's words, so that the bot resumes knowing them, or a notice.

    Of kind `bot`: Rasa's pipeline reads messages of customers alone, so no classifier looks at an agent's (BND-6).
    """
    metadata = {KEY: {"sender": sender, "event_id": event_id}}
    return {"event": "bot", "text": text, "data": {}, "timestamp": at, "metadata": metadata}


def tell(connection: Connection, letter: Letter) -> None:
    """Show the customer an agent's words or a notice, inside the caller's transaction; the same id again does nothing.

    The chat page shows it from the mailbox at once. On Rasa's other channels it goes out through Rasa, in order with
    everything else of the conversation (`rasa_api`).
    """
    mailbox.put(connection, letter)
    for number, text in enumerate(other_channels.parts(letter.text), start=1):
        event_id = letter.message_id if number == 1 else f"{letter.message_id}/{number}"
        put(connection, letter.conversation_id, event_id, "words", {"name": letter.name, "text": text, "at": letter.at})


def put(connection: Connection, conversation_id: str, event_id: str, kind: EventKind, body: Mapping[str, Any]) -> None:
    """Queue a call inside the caller's transaction; the same event id again changes nothing."""
    add_once(connection, TRACKER_EVENTS, "event_id", {
        "conversation_id": conversation_id, "event_id": event_id, "kind": kind,
        "body": json.dumps(body, ensure_ascii=False), "tries": 0,
    })


class TrackerEvents:
    """The calls to Rasa that wait in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pending(self) -> list[Waiting]:
        """What Rasa has not confirmed, in order."""
        query = select(TRACKER_EVENTS).where(TRACKER_EVENTS.c.delivered.is_(None)).order_by(TRACKER_EVENTS.c.id)
        with self._engine.connect() as connection:
            return [Waiting(row.id, row.conversation_id, row.event_id, row.kind, json.loads(row.body))
                    for row in connection.execute(query)]

    def begun(self, waiting: Waiting) -> int:
        """Count a call before it is made, so that not even a crash makes a second one blind; returns those before."""
        row = TRACKER_EVENTS.c.id == waiting.id
        with self._engine.begin() as connection:
            connection.execute(update(TRACKER_EVENTS).where(row).values(tries=TRACKER_EVENTS.c.tries + 1))
            return int(connection.execute(select(TRACKER_EVENTS.c.tries).where(row)).scalar_one()) - 1

    def delivered(self, waiting: Waiting, at: float) -> None:
        """Note that Rasa has it, and empty it: the tracker holds it now."""
        row = TRACKER_EVENTS.c.id == waiting.id
        with self._engine.begin() as connection:
            connection.execute(update(TRACKER_EVENTS).where(row).values(body="{}", delivered=at))
