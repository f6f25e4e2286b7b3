"""How sure a figure is, and which counts are too small to print."""

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from math import sqrt
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from attune.drift.look import Estimate

Z = 1.959964
"""95 %, two-sided."""
SMALLEST = 10
"""Counts below this could point at single people and are not shown (CRI-12)."""
SOLVED = 1 - 1e-6
"""How much of a cell lies in the span of the sums, from which on they determine it: all, but for rounding."""
Values = NDArray[np.float64]
Name = TypeVar("Name", bound=Hashable)
Line = tuple[Name | None, Sequence[Name]]
"""A cell that is the sum of others, and those; None for a sum that stands in no cell and is told."""


def wilson(count: int, of: int, z: float = Z) -> tuple[float, float]:
    """Wilson's score interval for a share; (0, 1) when nothing was observed."""
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, z * z
    middle = share + square / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - reach) / (1 + square / of)), min(1.0, (middle + reach) / (1 + square / of))


def share(values: Values, smallest: int = SMALLEST, *, both: bool = False) -> Estimate | None:
    """The share of ones with Wilson's interval; None where it is too small to print. None at all may be said."""
    return counted(int(values.sum()), len(values), smallest, both=both)


def counted(count: int, of: int, smallest: int = SMALLEST, *, both: bool = False) -> Estimate | None:
    """The share `count` is of `of`, as `share` says it; `both`: nor may those be few who are not of it."""
    if of < smallest or 0 < count < smallest or (both and 0 < of - count < smallest):
        return None
    return Estimate(count / of, *wilson(count, of), of)


def median(values: Values, smallest: int = SMALLEST) -> Estimate | None:
    """The median with its distribution-free interval: two order statistics that hold it in 95 % of samples."""
    of = len(values)
    if of < smallest:
        return None
    ordered = np.sort(values)
    low = int(stats.binom.ppf(0.025, of, 0.5))
    reach = max(low - 1, 0)
    return Estimate(float(np.median(ordered)), float(ordered[reach]), float(ordered[of - 1 - reach]), of)


def rough(found: Estimate) -> Estimate:
    """An estimate from which no count can be reckoned: two digits of it, one of how many it rests on."""
    value, low, high = (float(f"{figure:.2g}") for figure in (found.value, found.low, found.high))
    return Estimate(value, low, high, int(float(f"{found.of:.1g}")))


def shares(counts: Mapping[Name, int], smallest: int) -> dict[Name, Estimate | None]:
    """What share each is of all of them, whose number is told; a few, and what they would follow from, are hidden."""
    of = sum(counts.values())
    found = {name: counted(count, of, smallest) for name, count in counts.items()}
    small = {name for name, one in found.items() if not one}
    hidden = kept_back({name: (count,) for name, count in counts.items() if count}, small, [(None, list(counts))],
                       smallest)
    return {name: None if name in hidden else one for name, one in found.items()}


def kept_back(
    counts: Mapping[Name, tuple[int, ...]], small: Iterable[Name], lines: Iterable[Line[Name]], smallest: int,
) -> set[Name]:
    """The cells of a table to hide: the `small` ones, and those they would follow from.

    `counts`: how many each cell has, and what else must not follow, of those that have any. The smallest cell of a
    line is hidden, too, until what is hidden of it, its sum less what is shown, is two cells or more and comes to
    `smallest` in everything that is counted, or to none; and until no few follow from all lines solved together.
    """
    hidden, told = set(small), list(lines)
    again = bool(hidden)
    while again:
        again = False
        for line in told:
            while (found := _one_more(counts, hidden, line, smallest)) is not None:
                hidden.add(found)
                again = True
        if not again and (found := _solved(counts, hidden, told, smallest)) is not None:
            hidden.add(found)
            again = True
    return hidden


def _solved(
    counts: Mapping[Name, tuple[int, ...]], hidden: Set[Name], lines: Sequence[Line[Name]], smallest: int,
) -> Name | None:
    """The smallest cell that is shown beside a few that all the lines, solved together, would give away."""
    place = {name: number for number, name in enumerate(name for name in counts if name in hidden)}
    sums = np.zeros((len(lines), len(place)))
    for row, (whole, parts) in zip(sums, lines, strict=True):
        row[[place[name] for name in parts if name in place]] = 1
        row[[place[name] for name in (whole,) if name in place]] = -1
    spanned = np.einsum("lc,lc->c", sums, np.linalg.pinv(sums @ sums.T, hermitian=True) @ sums)
    few = {name for name, number in place.items()
           if spanned[number] > SOLVED and any(0 < many < smallest for many in counts[name])}
    shown = [name for name in counts if name not in hidden]
    near = {name for whole, parts in lines if few.intersection((whole, *parts)) for name in (whole, *parts)}
    beside = [name for name in shown if name in near] or shown
    return min(beside, key=counts.__getitem__) if few and beside else None


def _one_more(
    counts: Mapping[Name, tuple[int, ...]], hidden: Set[Name], line: Line[Name], smallest: int,
) -> Name | None:
    """The cell of a line that has to be hidden, too; None where the line tells nothing of those that are."""
    whole, parts = line
    away = [name for name in parts if name in hidden and name in counts]
    shown = [name for name in parts if name not in hidden and name in counts]
    if whole in hidden:
        return min(shown, key=counts.__getitem__) if shown and not away else None
    few = [place for place, many in enumerate(map(sum, zip(*map(counts.__getitem__, away), strict=True)))
           if 0 < many < smallest]
    if not few and len(away) != 1:
        return None
    if not shown:  # one cell alone, which is all of the sum
        return whole if whole in counts and len(away) == 1 else None
    return min(shown, key=lambda name: (not all(counts[name][place] for place in few), counts[name]))
