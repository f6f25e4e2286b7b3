"""Splits a Rasa event into what may be stored without consent, and the Reading that may not (CON-1..5)."""

import re
from collections.abc import Mapping

from attune.consent.permission import Purpose, slot
from attune.signals.reading import EMOTIONS, KEY, ReadingDict

Event = Mapping[str, object]

EMOTIONAL_INTENTS = frozenset({"express_frustration", "express_distress", "disclose_crisis"})
FAMILIES = ("utter_acknowledge", "utter_crisis_help")
"""Responses whose full names tell an emotion or a tier; without consent only the family is named."""
TELLING_WORDS = frozenset({*EMOTIONS, "distress", "light", "strong", "possible", "now", "stated",
                           "tier", "tier0", "tier1", "tier2", "0", "1", "2"})
TRIAL = re.compile(r"[a-z0-9-]+\.[0-9a-f]{8}:")
"""How a message says that it was heard in a trial of wordings (attune.reply.experiments)."""
READING_KEYS = frozenset({*ReadingDict.__annotations__, "reading", "tier", "level"})
KEPT_OF_A_DECISION = frozenset({"row", "protocol", "wordings", "step", "steps", "then", "rating"})
"""A rating is no Reading: the customer gives it knowingly, by a button."""


def general(name: str) -> str:
    """The name of a response or action without what it tells about the customer."""
    return next((family for family in FAMILIES if name.startswith(family)), name)


def general_row(row: str) -> str:
    """The id of a decision's row without emotion, level or tier."""
    return "_".join(word for word in re.split("[_-]", row) if word not in TELLING_WORDS) or "decision"


def split(event: Event) -> tuple[dict[str, object], dict[str, object]]:
    """Return the event as it may be stored, and what `join` needs to make it whole again."""
    kept, taken = dict(event), dict[str, object]()
    for key, part in _PARTS.items():
        value = event.get(key)
        clean = part(value, event) if value else value
        if clean != value:
            kept[key], taken[key] = clean, value
    return kept, taken


def join(event: Event, taken: Event) -> dict[str, object]:
    """Make an event whole again, with what `split` took out."""
    return {**event, **taken}


def may_keep(before: bool, kind: str, name: object = None, value: object = None, purpose: Purpose = "quality") -> bool:
    """Whether Readings may be stored (or another purpose pursued) after an event, given whether they might before it.

    `kind`, `name` and `value` are those of a Rasa event; whatever empties the slots ends the permission.
    """
    if kind in _FORGETS:
        return False
    return value == "granted" if kind == "slot" and name == slot(purpose) else before


_FORGETS = frozenset({"session_started", "restart", "reset_slots", "rewind", "undo"})


def _parse_data(value: object, _event: Event) -> object:
    if not isinstance(value, Mapping):
        return value
    kept = {key: part for key, part in value.items() if key != KEY}
    intent, ranking = kept.get("intent"), kept.get("intent_ranking")
    if _emotional(intent):
        kept["intent"] = {"name": None, "confidence": 0.0}
    if isinstance(ranking, list):
        kept["intent_ranking"] = [one for one in ranking if not _emotional(one)]
    return kept


def _emotional(intent: object) -> bool:
    return isinstance(intent, Mapping) and str(intent.get("name")) in EMOTIONAL_INTENTS


def _metadata(value: object, event: Event) -> object:
    if not isinstance(value, Mapping) or event.get("event") not in ("action", "bot"):
        return value
    kept: dict[str, object] = {key: general(part) if isinstance(part, str) else part for key, part in value.items()}
    if kept.get("utter_action") in FAMILIES or TRIAL.match(str(kept.get("id"))):
        kept.pop("id", None)  # the id of a variation tells its tier; what is tried, and on whom, is for who agreed
    note = kept.get(KEY)
    if isinstance(note, Mapping):
        kept[KEY] = _decision(note) if event.get("event") == "action" else _without_reading(note)
    return kept


def _decision(value: Mapping[str, object]) -> dict[str, object]:
    kept = {key: part for key, part in value.items() if key in KEPT_OF_A_DECISION}
    if "row" in kept:
        kept["row"] = general_row(str(kept["row"]))
    steps = kept.get("steps")
    if isinstance(steps, list):
        kept["steps"] = [general(str(step)) for step in steps]
    return kept


def _without_reading(value: Mapping[str, object]) -> dict[str, object]:
    return {key: part for key, part in value.items() if key not in READING_KEYS}


def _name(value: object, event: Event) -> object:
    return general(value) if isinstance(value, str) and event.get("event") != "slot" else value


_PARTS = {"parse_data": _parse_data, "metadata": _metadata, "name": _name}
