"""Which responses the layer needs, and which wording of one to say: no empty promise, never the same twice in a row."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY

LEVELS = ("light", "strong")
"""A trace of a feeling, and a plain one; protocol.yml says from which intensity on."""
EMOTIONS = tuple(sorted(FRUSTRATION_FAMILY | DISTRESS_FAMILY))
"""The feelings that are acknowledged."""
ACKNOWLEDGEMENTS = tuple(f"utter_acknowledge_{emotion}_{level}" for emotion in EMOTIONS for level in LEVELS)
CRISIS_RESPONSES = ("utter_crisis_help_possible", "utter_crisis_help_now")
LAYER_RESPONSES = (
    *ACKNOWLEDGEMENTS, *CRISIS_RESPONSES, "utter_help_lines", "utter_ask_country", "utter_safety_question",
    "utter_unread_language", "utter_carry_on", "utter_boundary", "utter_in_jest", "utter_topic",
    "utter_disclosure", "utter_is_automated", "utter_what_would_help", "utter_offer_person",
    "utter_ask_consent_adapt", "utter_ask_consent_agent", "utter_ask_consent_quality",
    "utter_ask_consent_quotes",
    "utter_consent_granted", "utter_consent_refused", "utter_consent_withdrawn",
    "utter_handing_off", "utter_in_queue", "utter_place", "utter_handoff_failed", "utter_bot_resumes",
    "utter_team_away", "utter_team_away_in_danger", "utter_offer_call_back", "utter_ask_call_back",
    "utter_call_back_noted", "utter_call_back_failed", "utter_ask_rating", "utter_rating_noted", "utter_rating_skipped",
    "utter_ask_forget", "utter_forget_noted", "utter_forget_kept", "utter_forget_failed",
    "utter_export_ready", "utter_export_elsewhere", "utter_export_failed",
)
"""Every response the layer says by itself, so every one an assistant must have."""

FILLED_IN = ("text", "image", "custom", "buttons", "attachment", "quick_replies")
"""The parts of a variation in which Rasa fills in values."""
PLACEHOLDER = re.compile(r"{([^\n{}]+?)}")


def sayable(variations: Sequence[dict[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The variations whose every value is known; where there is none, those that miss fewest (LNG-2, HND-3)."""
    counts = [missing(variation, values) for variation in variations]
    return [variation for variation, count in zip(variations, counts, strict=True) if count == min(counts)]


def missing(variation: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """How many of the values a variation needs are not known."""
    needed = placeholders([variation.get(part) for part in FILLED_IN])
    return sum(values.get(name) in (None, "") for name in needed)


def placeholders(part: object) -> Iterator[str]:
    """The names of the values that Rasa would fill in; doubled braces stand for themselves."""
    if isinstance(part, str):
        try:
            # As Rasa's interpolator does, so that a name may hold dots and colons.
            found = list(Formatter().parse(PLACEHOLDER.sub(r"{0[\1]}", part)))
        except ValueError:  # a brace without its partner
            return
        yield from (field[2:-1] for _, field, _, _ in found if field and field.startswith("0["))
    elif isinstance(part, Mapping):
        yield from (name for value in part.values() for name in placeholders(value))
    elif isinstance(part, list):
        yield from (name for value in part for name in placeholders(value))


def least_said(texts: Sequence[str], said: Sequence[str]) -> list[int]:
    """Positions of the texts used least in what was said so far (oldest first), the last one used left out (CRI-9)."""
    used = Counter(text for text in said if text in set(texts))
    last = next((text for text in reversed(said) if text in used), None)
    fresh = [index for index, text in enumerate(texts) if text != last] or list(range(len(texts)))
    fewest = min((used[texts[index]] for index in fresh), default=0)
    return [index for index in fresh if used[texts[index]] == fewest]
