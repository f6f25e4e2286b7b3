"""What a human receives: the situation, not just a transcript. Built from plain data, checked against its schema."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from attune.consent.permission import Permission
from attune.errors import AttuneError
from attune.handoff import story
from attune.handoff.data import load
from attune.handoff.redact import redact
from attune.handoff.turns import Turn, read
from attune.policy.protocol import Protocol
from attune.policy.routing import UNKNOWN_LANGUAGE, Reason, Request
from attune.signals.reading import DISTRESS_FAMILY, KEY

SCHEMA = Path(__file__).with_name("packet.schema.json")
FORMAT = "attune.packet/1"
OPENINGS_SHOWN = 3
INTERNAL_SLOTS = ("attune_", "requested_slot", "session_started_metadata")

Packet = dict[str, Any]
"""A packet as JSON data, in the shape of `packet.schema.json`."""


@dataclass(frozen=True)
class Ticket:
    """One handoff: its id stays the same in every version (counted from 1); `opened` in unix seconds.

    `call_back`: the customer's own words for when and how to call back, where they asked for that.
    """

    handoff_id: str
    version: int
    reason: Reason
    opened: float
    call_back: str | None = None


class InvalidPacket(AttuneError):
    """A packet does not have the shape its schema gives."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"The packet's {path or 'top level'} is not as {SCHEMA.name} says: {problem}")


def build(tracker: Mapping[str, Any], permission: Permission, protocol: Protocol, ticket: Ticket) -> Packet:
    """The packet of one conversation; without a yes for `agent` it carries reason and request only (HND-4, I3).

    Args:
        tracker: the tracker's state as the action server gets it.
        permission: what the customer allows.
        protocol: where which handoff waits, and for how long.
        ticket: which handoff, which version of it, why and since when; the due time counts from its opening.

    Raises:
        InvalidPacket: a fact does not fit the schema.
    """
    turns = read(tracker.get("events") or ())
    slots: Mapping[str, Any] = tracker.get("slots") or {}
    shared = permission.allows("agent")
    worst = story.peak(turns) if shared else None
    wants, language = story.wants(turns), _language(tracker)
    queue = protocol.queue(Request(ticket.reason, worst["intensity"] if worst else 0, _intents(turns), language, slots))
    packet: Packet = {
        "schema": FORMAT, "handoff_id": ticket.handoff_id, "version": ticket.version,
        "conversation": {"id": str(tracker["sender_id"]), "channel": tracker.get("latest_input_channel") or "unknown"},
        "language": language, "country": _country(slots.get("attune_country")),
        "reason": ticket.reason, "queue": queue.queue, "priority": queue.priority, "skills": list(queue.skills),
        "opened": _iso(ticket.opened), "due": _iso(ticket.opened + 60 * queue.answer_within),
        "consent": {"adapt": permission.adapt, "agent": permission.agent, "quality": permission.quality},
        "wants": wants, "openings": _openings(ticket.reason, worst, wants["label"]),
    }
    if ticket.call_back:
        packet["call_back"] = {"words": redact(ticket.call_back, contact=True)}
    return check(packet | ({"context": _context(turns, slots, worst)} if shared else {}))


def _context(turns: Sequence[Turn], slots: Mapping[str, Any], worst: story.Peak | None) -> Packet:
    return {
        "tier": max((turn.reading.crisis.tier for turn in turns if turn.reading), default=0),
        "trajectory": story.trajectory(turns), "peak": worst,
        "tried": story.tried(turns), "promised": story.promised(turns),
        "slots": {name: redact(str(value)) for name, value in sorted(slots.items())
                  if value is not None and not name.startswith(INTERNAL_SLOTS)},
    }


def _openings(reason: Reason, worst: story.Peak | None, topic: str | None) -> list[str]:
    felt = worst and ("distress" if worst["emotion"] in DISTRESS_FAMILY else "frustration")
    sentences = load("openings.yml")["safety" if reason == "safety" else felt or "plain"]
    said = [sentence.format(topic=topic) for sentence in sentences if topic or "{topic}" not in sentence]
    return said[:OPENINGS_SHOWN]


def _intents(turns: Sequence[Turn]) -> list[str]:
    return [turn.intent for turn in reversed(turns) if turn.intent]


def _country(slot: object) -> str | None:
    return slot if isinstance(slot, str) else None


def _language(tracker: Mapping[str, Any]) -> str:
    heard = [event for event in tracker.get("events") or () if event.get("event") == "user"]
    locales = (((event.get("metadata") or {}).get(KEY) or {}).get("locale") for event in reversed(heard))
    return next((str(locale) for locale in locales if locale), UNKNOWN_LANGUAGE)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def check(packet: Packet) -> Packet:
    """The packet itself, if it fits the schema; raises InvalidPacket naming the first part that doesn't."""
    for problem in sorted(_validator().iter_errors(packet), key=lambda problem: list(map(str, problem.path))):
        raise InvalidPacket(".".join(map(str, problem.path)), problem.message)
    return packet


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
