"""What another desk is sent, as activities of the Bot Framework: plain data from plain data, checked by its schema.

Source: Bot Framework, “Transition conversations from bot to human” (events `handoff.initiate` and `handoff.status`).
"""

import json
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from attune.errors import AttuneError
from attune.handoff.packet import Packet

SCHEMA = Path(__file__).with_name("outbound.schema.json")
PACKET_TYPE = "application/vnd.attune.packet+json"
OURS = "attune."
"""How the ids of all senders begin that speak from here: what a desk echoes is never taken for an agent's."""

ROUTED_BY = ("reason", "queue", "priority", "skills", "due", "language", "country")

Activity = dict[str, Any]
"""An activity as JSON data, in the shape of `outbound.schema.json`."""


class InvalidActivity(AttuneError):
    """An activity does not have the shape its schema gives."""

    def __init__(self, path: str, schema: str, problem: str) -> None:
        super().__init__(f"The activity's {path or 'top level'} is not as {schema} says: {problem}")


def initiate(packet: Packet) -> Activity:
    """A `handoff.initiate` event: what a hub routes by in `value`, and two attachments, the words and the packet.

    The desk's conversation is the handoff: it has our handoff's id, and the customer's next handoff is another one.
    """
    handoff_id, version = packet["handoff_id"], packet["version"]
    return check(_event("handoff.initiate", handoff_id, f"{handoff_id}/{version}", packet["opened"]) | {
        "value": {"version": version, "topic": packet["wants"]["label"],
                  **{name: packet[name] for name in ROUTED_BY}},
        "attachments": [
            {"contentType": "application/json", "name": "Transcript", "content": {"activities": _transcript(packet)}},
            {"contentType": PACKET_TYPE, "name": "Packet", "content": packet},
        ],
    })


def note(handoff_id: str, note_id: str, text: str, at: float) -> Activity:
    """An `attune.note` event: a line for the agents, never for the customer."""
    return check(_event("attune.note", handoff_id, note_id, _iso(at)) | {"value": {"text": text}})


def close(handoff_id: str, at: float) -> Activity:
    """A `handoff.status` event that says the handoff is over."""
    return check(_event("handoff.status", handoff_id, f"{handoff_id}/close", _iso(at))
                 | {"value": {"state": "completed"}})


def words(handoff_id: str, letter: int, text: str, at: float) -> Activity:
    """A message: what the customer went on to write, by the letter's number."""
    return check(_message(handoff_id, letter_id(handoff_id, letter), text) | {"timestamp": _iso(at)})


def letter_id(handoff_id: str, letter: int) -> str:
    """The activity id of a customer's letter."""
    return f"{handoff_id}/letter-{letter}"


def check(activity: Activity) -> Activity:
    """The activity itself, if it fits the schema; raises InvalidActivity naming the first part that doesn't."""
    for problem in _validator().iter_errors(activity):
        raise InvalidActivity(".".join(map(str, problem.path)), SCHEMA.name, problem.message)
    return activity


def _transcript(packet: Packet) -> list[Activity]:
    """The customer's last requests, redacted as they stand in the packet: no feeling needs a yes here (HND-4)."""
    handoff_id = packet["handoff_id"]
    return [_message(handoff_id, f"{handoff_id}/request-{number}", text)
            for number, text in enumerate(packet["wants"]["words"], start=1)]


def _event(name: str, handoff_id: str, activity_id: str, timestamp: str) -> Activity:
    return {"type": "event", "name": name, "id": activity_id, "timestamp": timestamp,
            "from": {"id": f"{OURS}bot", "role": "bot"}, "conversation": {"id": handoff_id}}


def _message(handoff_id: str, activity_id: str, text: str) -> Activity:
    return {"type": "message", "id": activity_id, "from": {"id": f"{OURS}customer", "role": "user"},
            "conversation": {"id": handoff_id}, "text": text, "textFormat": "plain"}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
