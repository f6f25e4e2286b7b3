"""Which responses the layer needs, and which wording of one to say: never the same twice in a row."""

from collections import Counter
from collections.abc import Sequence

from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY

LEVELS = ("light", "strong")
"""A trace of a feeling, and a plain one; protocol.yml says from which intensity on."""
EMOTIONS = tuple(sorted(FRUSTRATION_FAMILY | DISTRESS_FAMILY))
"""The feelings that are acknowledged."""
ACKNOWLEDGEMENTS = tuple(f"utter_acknowledge_{emotion}_{level}" for emotion in EMOTIONS for level in LEVELS)
CRISIS_RESPONSES = ("utter_crisis_help_possible", "utter_crisis_help_now")
LAYER_RESPONSES = (
    *ACKNOWLEDGEMENTS, *CRISIS_RESPONSES,
    "utter_disclosure", "utter_is_automated", "utter_what_would_help", "utter_offer_person",
    "utter_ask_consent_agent", "utter_consent_granted", "utter_consent_refused", "utter_consent_withdrawn",
    "utter_handing_off", "utter_in_queue", "utter_handoff_failed", "utter_bot_resumes",
)
"""Every response the layer says by itself, so every one an assistant must have."""


def least_said(texts: Sequence[str], said: Sequence[str]) -> list[int]:
    """Positions of the texts used least in what was said so far (oldest first), the last one used left out (CRI-9)."""
    used = Counter(text for text in said if text in set(texts))
    last = next((text for text in reversed(said) if text in used), None)
    fresh = [index for index, text in enumerate(texts) if text != last] or list(range(len(texts)))
    fewest = min((used[texts[index]] for index in fresh), default=0)
    return [index for index in fresh if used[texts[index]] == fewest]
