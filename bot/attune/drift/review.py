"""One conversation from the first record to the last, in words, for those who look at it together afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from attune.audit.record import Fact, Kind, Record
from attune.audit.vault import SEALED, Opener
from attune.consent.discreet import EMOTIONAL_INTENTS, general, general_row

Who = Literal["customer", "assistant", "team", "record"]
STEPS: Mapping[str, str] = {
    "called": "A person was called", "joined": "A person came", "transferred": "Passed on to another queue",
    "left": "The customer or the person left", "resolved": "A person marked it as resolved",
    "timed_out": "Nobody had come in time",
}
WORDS: Mapping[Kind, tuple[Who, str]] = {
    "session": ("record", "The conversation began"), "version": ("record", "Another version came into use"),
    "turn": ("customer", "Wrote"), "decision": ("assistant", "The protocol was asked"),
    "action": ("assistant", "An action ran"), "disclosure": ("assistant", "Said that it is an automated assistant"),
    "acknowledged": ("assistant", "Acknowledged a feeling"), "help": ("assistant", "Showed help lines"),
    "said": ("assistant", "Said something else"), "consent": ("record", "Consent"),
    "handoff": ("assistant", "Called for a person"), "handover": ("team", "A step of the desk"),
    "owner": ("record", "The conversation went to:"), "person": ("team", "A person wrote"),
    "rating": ("customer", "Rated the talk with a person"), "fallback": ("assistant", "Did not understand"),
    "error": ("assistant", "An action was refused"), "erased": ("record", "The customer's data was erased"),
    "reviewed": ("record", "Somebody opened this review"), "trial": ("record", "A wording was taken out of its trial"),
}
FACTS: Mapping[str, str] = {
    "channel": "on {}", "confidence": "{} % sure", "emotion": "sounded {}", "level": "strength {} %",
    "tier": "danger: tier {}", "response": "{}", "action": "{}", "resources": "entries {}", "locale": "in {}",
    "row": "rule {}", "steps": "led to {}", "rating": "{} of 5", "way": "by {}",
}
"""How a fact reads; the others by their names."""
TOLD = frozenset({"digest", "wording", "protocol", "model", "by", "understood", "step", "purpose", "state", "owner"})
"""Facts that say nothing to those who read a review, or stand in the sentence."""
FELT = frozenset({SEALED, "emotion", "level", "tier", "behaviours", "variant"})
"""Facts that tell of a feeling: rows from before the vault hold them in the clear."""


@dataclass(frozen=True)
class Moment:
    """One Record in words; `at` in unix microseconds, `after` since the first of them, `more`: its other facts."""

    at: int
    after: str
    who: Who
    what: str
    more: str
    late: bool


@dataclass(frozen=True)
class Review:
    """The moments in the order of time; `marks`: what is asked first, with the answer.

    `feelings`: whether they are shown, which takes the customer's yes.
    """

    moments: Sequence[Moment]
    marks: Sequence[tuple[str, str]]
    feelings: bool


def review(records: Sequence[Record], open_: Opener) -> Review:
    """What happened in a conversation, from its Records in the order in which they were put on record.

    What is sealed in them is opened only where the customer's last word on it was a yes (CON-4).
    """
    may = _may(records)
    told = sorted((open_(one) if may else _closed(one) for one in records), key=lambda one: one.at)
    began = told[0].at if told else 0
    return Review([_moment(one, began) for one in told], _marks(told), may)


def span(micro: int) -> str:
    """A time between two moments (microseconds): “3.2 s”, “4 min 05 s”, “2 h 10 min”, “3 days”."""
    seconds = micro / 1_000_000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{hours // 24} days"


def _may(records: Sequence[Record]) -> bool:
    """Whether the last word is a yes by the time it was said and by the order on record: clocks may disagree."""
    said = [one for one in records if one.kind == "consent" and one.facts.get("purpose") == "quality"]
    last = (*said[-1:], *sorted(said, key=lambda one: one.at)[-1:])
    return bool(last) and all(one.facts.get("state") == "granted" for one in last)


def _closed(record: Record) -> Record:
    """The Record as it is kept without a yes."""
    facts = {name: _general(name, value) for name, value in record.facts.items() if name not in FELT}
    if facts.get("intent") in EMOTIONAL_INTENTS:
        facts = {name: value for name, value in facts.items() if name not in ("intent", "confidence")}
    return replace(record, facts=facts)


def _general(name: str, value: Fact) -> Fact:
    if name == "row":
        return general_row(str(value)) if value else value
    if name in ("response", "action", "steps"):
        return " ".join(map(general, str(value).split())) if value else value
    return value


def _moment(record: Record, began: int) -> Moment:
    who, what = WORDS.get(record.kind, ("record", record.kind))
    facts = record.facts
    if record.kind == "handover":
        what = STEPS.get(str(facts.get("step")), what)
    elif record.kind == "consent":
        what += f" to {facts.get('purpose')}: {facts.get('state')}"
    elif record.kind == "owner":
        what += f" {facts.get('owner')}"
    elif record.kind == "turn" and facts.get("understood") is False:
        what += ", and was not understood"
    more = "; ".join(_fact(*fact) for fact in facts.items() if fact[0] not in TOLD and fact[1] not in (None, ""))
    return Moment(record.at, "+" + span(record.at - began), who, what, more, record.late)


def _fact(name: str, value: Fact) -> str:
    if name == "waited" and isinstance(value, int):
        return f"after {span(value * 1_000_000)} of waiting"
    shown = f"{value / 10:.0f}" if name in ("confidence", "level") and isinstance(value, int) else value
    return FACTS.get(name, name + " {}").format(shown)


def _marks(told: Sequence[Record]) -> list[tuple[str, str]]:
    """What is asked first, each with its answer."""
    help_, called, came = (_first(told, *what) for what in (("help",), ("handover", "called"), ("handover", "joined")))
    late = _first(told, "handover", "timed_out")
    return [
        ("Help lines", _help(told, help_)),
        ("A person was called", _since(help_, called, "help was first shown") if called else "no"),
        ("A person came", _came(called, came) if came else "nobody is on record"),
        *([("Nobody had come in time", _since(called, late, "the call"))] if late else []),
    ]


def _help(told: Sequence[Record], help_: Record | None) -> str:
    if help_ is None:
        return "none were shown"
    wrote = [one for one in told if one.kind == "turn" and one.at <= help_.at][-1:]
    after = f"{span(help_.at - wrote[0].at)} after the customer's message" if wrote else "before any message"
    return f"shown {after}: {help_.facts.get('resources') or 'no entry named'}"


def _came(called: Record | None, came: Record) -> str:
    waited = came.facts.get("waited")
    if isinstance(waited, int):
        return f"after {span(waited * 1_000_000)} of waiting"
    return _since(called, came, "the call")


def _since(start: Record | None, record: Record, what: str) -> str:
    if start is None:
        return "yes"
    before = record.at < start.at
    return f"{span(abs(record.at - start.at))} {'before' if before else 'after'} {what}"


def _first(told: Sequence[Record], kind: Kind, step: str | None = None) -> Record | None:
    return next((one for one in told if one.kind == kind and step in (None, one.facts.get("step"))), None)
