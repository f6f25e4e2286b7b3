"""Turns events of Rasa's stream into Records: a table from event type to what is worth remembering (AUD-8)."""

import hashlib
from collections.abc import Callable, Iterator, Mapping

from attune.audit.canonical import canonical
from attune.audit.record import Fact, Kind, Record, Seal
from attune.audit.thread import CONSENT_SLOTS, Event, Thread, name, part
from attune.audit.versions import model
from attune.consent.discreet import FAMILIES, general, split
from attune.signals.reading import EMOTIONS, KEY

LATEST = 9_000_000_000
"""Unix seconds; later microseconds have no canonical bytes."""

Happening = tuple[Kind, dict[str, Fact]]

STEPS = frozenset({"called", "joined", "transferred", "left", "resolved", "timed_out"})
"""What happens on the way to a person: `left` by the customer or the agent, `timed_out` when nobody came in time."""
ACTION = "action_"
NOTHING_DONE = frozenset({
    "action_listen", "action_session_start", "action_extract_slots", "action_unlikely_intent", "action_deactivate_loop",
})
"""Rasa's own actions that keep its dialogue going and do nothing for or with a customer."""


def records(event: Event, thread: Thread, seal: Seal, may: bool) -> list[Record]:
    """The Records of one event; `thread` as it was before it; without `may` its Reading is dropped first (CON-5)."""
    told = event if may else split(event)[0]
    happenings = _TABLE.get(str(event.get("event")), _nothing)(told, thread, seal)
    conversation, at = seal.pseudonym(str(event.get("sender_id"))), _microseconds(event.get("timestamp"))
    return [Record(_id(event, conversation, at, kind), kind, at, conversation, facts) for kind, facts in happenings]


def _id(event: Event, conversation: str, at: int, kind: Kind) -> str:
    """The same for an event however often it is published and whatever was dropped from it."""
    subject = general(str(event.get("name") or part(event, "metadata").get("utter_action")))
    return hashlib.sha256(canonical([conversation, at, kind, subject])).hexdigest()


def _microseconds(timestamp: object) -> int:
    known = isinstance(timestamp, int | float) and 0 <= timestamp < LATEST
    return round(timestamp * 1_000_000) if known else 0  # type: ignore[operator]


def _nothing(_event: Event, _thread: Thread, _seal: Seal) -> Iterator[Happening]:
    yield from ()


def _session(event: Event, _thread: Thread, _seal: Seal) -> Iterator[Happening]:
    yield "session", {"model": model(event)}


def _user(event: Event, _thread: Thread, _seal: Seal) -> Iterator[Happening]:
    if event.get("text") == "/session_start":
        return
    parse = part(event, "parse_data")
    understood = part(parse, "intent").get("name") != "nlu_fallback"
    yield "turn", {
        "channel": name(event.get("input_channel")), "understood": understood, **_intent(part(parse, "intent")),
        **_reading(part(parse, KEY)),
    }


def _action(event: Event, _thread: Thread, _seal: Seal) -> Iterator[Happening]:
    decision, done = part(part(event, "metadata"), KEY), name(event.get("name"))
    if decision.get("protocol") and not decision.get("step"):  # its later steps repeat what was decided at the first
        facts: dict[str, Fact] = {
            "row": name(decision.get("row")), "protocol": name(decision["protocol"]), "model": model(event),
            "steps": _names(decision.get("steps")), **_reading(part(decision, "reading")),
        }
        if "behaviours" in decision:
            facts["behaviours"] = _names(decision["behaviours"])
        yield "decision", facts
        yield from _rating(decision.get("rating"))
    if done and done.startswith(ACTION) and done not in NOTHING_DONE:
        yield _ACTIONS.get(done, "action"), {"action": done}


def _rating(given: object) -> Iterator[Happening]:
    """How a talk with a person went, from 1 to 5; one that was skipped is nothing to keep."""
    if type(given) is int and 1 <= given <= 5:
        yield "rating", {"rating": given}


def _bot(event: Event, thread: Thread, seal: Seal) -> Iterator[Happening]:
    metadata = part(event, "metadata")
    if part(metadata, KEY).get("sender") in ("agent", "person"):
        yield "person", {}
        return
    response = name(metadata.get("utter_action"))
    # A family's name stands for a wording that would tell the feeling; so would the wording's digest.
    digest = None if response in FAMILIES else seal.wording(str(event.get("text") or ""))
    kind = _RESPONSES.get(general(response or ""), "said")
    facts: dict[str, Fact] = {"response": response, "digest": digest}
    if variant := name(metadata.get("id")):
        facts["variant"] = variant
    shown = part(metadata, "metadata").get("resources")  # Rasa puts a wording's own metadata inside the event's
    names_lines = kind == "help" or response in _NAMES_LINES_TOO
    yield kind, facts | _shown(shown, thread) if names_lines else facts


def _shown(resources: object, thread: Thread) -> dict[str, Fact]:
    """Which entries of the registry were shown, in which language: what the yearly count needs (CRI-12)."""
    entries = _names(resources)
    return {"resources": entries, "locale": thread.locale} if entries else {}


def _slot(event: Event, thread: Thread, seal: Seal) -> Iterator[Happening]:
    slot, value = str(event.get("name")), event.get("value")
    if slot == "attune_owner":
        yield "owner", {"owner": value if value in ("bot", "queue", "agent") else "agent" if value else "bot"}
        yield from _handover(part(part(event, "metadata"), KEY))
    if slot in CONSENT_SLOTS:
        purpose, state = CONSENT_SLOTS[slot], name(value or "unknown")
        if thread.states.get(purpose, "unknown") != state:
            asked = seal.wording(thread.answering) if thread.answering else None
            told = part(part(event, "metadata"), KEY)
            yield "consent", {
                "purpose": purpose, "state": state, "wording": asked, "locale": thread.locale,
                "channel": thread.channel, "way": name(told.get("way")) or thread.way,
            }


def _handover(told: Mapping[str, object]) -> Iterator[Happening]:
    """A step on the way to a person and back, as the desk tells it with the owner: when, where, why, how it ended."""
    step = told.get("step")
    if step in STEPS:
        waited = told.get("waited")
        named: dict[str, Fact] = {key: name(told.get(key)) for key in ("step", "queue", "reason", "outcome")}
        if type(waited) is int and 0 <= waited < LATEST:
            named["waited"] = waited
        yield "handover", {key: value for key, value in named.items() if value is not None}


def _rejected(event: Event, _thread: Thread, _seal: Seal) -> Iterator[Happening]:
    yield "error", {"problem": "action rejected", "action": name(event.get("name"))}


def _reading(reading: Mapping[str, object]) -> dict[str, Fact]:
    """Tier, emotion and level, nothing finer (CRI-10)."""
    if not reading:
        return {}
    tier, emotion = part(reading, "crisis").get("tier", reading.get("tier")), reading.get("emotion")
    level = reading.get("level", reading.get("intensity"))
    return {
        "tier": tier if isinstance(tier, int) and tier in (0, 1, 2) else None,
        "emotion": str(emotion) if emotion in EMOTIONS else None,
        "level": level if isinstance(level, int) and 0 <= level <= 1000 else name(level),
    }


def _intent(intent: Mapping[str, object]) -> dict[str, Fact]:
    """What the assistant took the message for, and how sure it was (per mille); nothing where it is not to be kept."""
    found, sure = name(intent.get("name")), intent.get("confidence")
    if found is None:
        return {}
    known = isinstance(sure, int | float) and 0 <= sure <= 1
    return {"intent": found, **({"confidence": round(1000 * sure)} if known else {})}  # type: ignore[operator]


def _names(values: object) -> str:
    return " ".join(filter(None, map(name, values if isinstance(values, list) else [])))


_RESPONSES: dict[str, Kind] = {
    "utter_disclosure": "disclosure", "utter_acknowledge": "acknowledged", "utter_crisis_help": "help",
    "utter_help_lines": "help",
}
_NAMES_LINES_TOO = frozenset({"utter_unread_language"})
"""Responses that name help lines though nobody spoke of danger: their entries are on record, but count as no help."""
_ACTIONS: dict[str | None, Kind] = {
    "action_attune_hand_off": "handoff", "action_default_fallback": "fallback", "action_two_stage_fallback": "fallback",
}
_TABLE: dict[str, Callable[[Event, Thread, Seal], Iterator[Happening]]] = {
    "session_started": _session, "user": _user, "action": _action, "bot": _bot, "slot": _slot,
    "action_execution_rejected": _rejected,
}
