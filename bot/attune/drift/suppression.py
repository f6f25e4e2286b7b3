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
    nor knowing how this works tells which it is. Where those come to less than twice the smallest, one more goes in:
    11 beside a part that is told could only be 10 and 1.
    """
    total = sum(cells.values())
    if enough(total, smallest) is None:
        return Split(None, {})
    there = {name: number for name, number in cells.items() if number}
    told = _told(there, smallest)
    parts = dict(sorted(told.items(), key=lambda cell: (-cell[1], cell[0])))
    rest = total - sum(told.values())
    return Split(total, parts | ({TOGETHER: rest} if rest else {}))


def _told(there: Mapping[str, int], smallest: int) -> dict[str, int]:
    """The cells that are told apart: all, where none is too small."""
    told = {name: number for name, number in there.items() if number >= smallest}
    if len(told) == len(there):
        return told
    rest = sum(there.values()) - sum(told.values())
    while told:
        limit = min(told.values())
        rest += sum(number for number in told.values() if number == limit)  # those alike go in together
        told = {name: number for name, number in told.items() if number > limit}
        if rest >= 2 * smallest:
            break
    return told
