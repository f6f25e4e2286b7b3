"""The Empathy Index: 100 times the weighted mean of its parts, each a share for which more is better.

Where a part has no figure the others' weights grow in proportion, and what it was made of is said. The interval is that
of a sum of independent shares (delta method): each part's interval, weighted, its sides added in squares.
"""

from collections.abc import Mapping
from math import sqrt

from attune.drift.look import Cut, Estimate, Index, Part

WHOLE = 100.0


def index(cut: Cut | None, estimates: Mapping[str, Estimate | None], weights: Mapping[str, float]) -> Index | None:
    """The index of a part of the conversations; None where none of its parts has a figure."""
    known = {name: found for name in weights if (found := estimates.get(name))}
    total = sum(weights[name] for name in known)
    if not known:
        return None
    parts = tuple(Part(name, weights[name] / total, found) for name, found in known.items())
    score = sum(part.weight * part.estimate.value for part in parts)
    below, above = (sqrt(sum((part.weight * side) ** 2 for part, side in zip(parts, sides, strict=True)))
                    for sides in (_sides(parts, -1), _sides(parts, 1)))
    low, high = max(0.0, score - below), min(1.0, score + above)
    of = min(part.estimate.of for part in parts)
    return Index(cut, Estimate(WHOLE * score, WHOLE * low, WHOLE * high, of), parts)


def _sides(parts: tuple[Part, ...], way: int) -> list[float]:
    """How far each part's interval reaches down (-1) or up (1) from its value."""
    return [part.estimate.value - part.estimate.low if way < 0 else part.estimate.high - part.estimate.value
            for part in parts]
