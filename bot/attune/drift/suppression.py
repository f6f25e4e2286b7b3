"""Figures about people that may be told outside the house: none below the smallest, and none that follows (CRI-12)."""

from collections.abc import Mapping
from dataclasses import dataclass

TOGETHER = "together"
"""The one figure for all that cannot be told apart."""


@dataclass(frozen=True)
class Split:
    """A sum and its parts; every number is at least the smallest that may be told, and the parts make up the sum.

    What was too small stands in no part of its own but in `together`. `total` is None where even the sum is too small.
    """

    total: int | None
    parts: Mapping[str, int]


def enough(number: int, smallest: int) -> int | None:
    """A number that may be told: none at all, or at least `smallest`."""
    return number if number == 0 or number >= smallest else None


def split(cells: Mapping[str, int], smallest: int) -> Split:
    """The cells from the largest on; what is too small is told together with the next larger one.

    That one always goes in, with all of its size: so whatever is kept back may be the larger one, and neither the sum
    nor knowing how this works tells which it is.
    """
    total = sum(cells.values())
    if enough(total, smallest) is None:
        return Split(None, {})
    there = {name: number for name, number in cells.items() if number}
    large = [number for number in there.values() if number >= smallest]
    limit = min(large, default=0) if len(large) < len(there) else 0
    told = {name: number for name, number in there.items() if number >= smallest and number > limit}
    parts = dict(sorted(told.items(), key=lambda cell: (-cell[1], cell[0])))
    rest = total - sum(told.values())
    return Split(total, parts | ({TOGETHER: rest} if rest else {}))
