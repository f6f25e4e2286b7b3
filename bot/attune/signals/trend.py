"""What several turns show together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Reading

Trend = Literal["rising", "steady", "settling"]

REMEMBERED = 3
REPEATED = 120
"""Added to the intensity for every earlier turn of the same family."""

NOTICEABLE = 150


def in_context(reading: Reading, earlier: Sequence[Reading]) -> Reading:
    """The reading, stronger the more of the last turns showed the same family; oldest first."""
    family = next((group for group in (FRUSTRATION_FAMILY, DISTRESS_FAMILY) if reading.emotion in group), None)
    if family is None:
        return reading
    repeated = sum(turn.emotion in family for turn in earlier[-REMEMBERED:])
    return replace(reading, intensity=min(1000, reading.intensity + REPEATED * repeated))


def trend(readings: Sequence[Reading]) -> Trend:
    """Whether unpleasant feelings grew or settled between the first and the last turn; oldest first."""
    if len(readings) < 2:
        return "steady"
    change = _unpleasant(readings[-1]) - _unpleasant(readings[0])
    if abs(change) < NOTICEABLE:
        return "steady"
    return "rising" if change > 0 else "settling"


def _unpleasant(reading: Reading) -> int:
    return reading.intensity if reading.emotion in FRUSTRATION_FAMILY | DISTRESS_FAMILY else 0
