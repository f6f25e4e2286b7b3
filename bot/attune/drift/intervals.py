"""How sure a figure is, and which counts are too small to print."""

from collections.abc import Hashable, Mapping, Sequence
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
Values = NDArray[np.float64]
Name = TypeVar("Name", bound=Hashable)


def wilson(count: int, of: int, z: float = Z) -> tuple[float, float]:
    """Wilson's score interval for a share; (0, 1) when nothing was observed."""
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, z * z
    middle = share + square / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - reach) / (1 + square / of)), min(1.0, (middle + reach) / (1 + square / of))


def share(values: Values, smallest: int = SMALLEST) -> Estimate | None:
    """The share of ones with Wilson's interval; None where it is too small to print. None at all may be said."""
    return counted(int(values.sum()), len(values), smallest)


def counted(count: int, of: int, smallest: int = SMALLEST) -> Estimate | None:
    """The share `count` is of `of`, as `share` says it."""
    if of < smallest or 0 < count < smallest:
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


def guarded(parts: Mapping[Name, Estimate | None]) -> dict[Name, Estimate | None]:
    """The parts of a whole that may be shown beside it: where one alone is hidden, the smallest other is hidden too.

    Else the hidden one would be the whole less the others.
    """
    hidden = kept_back({name: (part.of, part.value) if part else None for name, part in parts.items()}, [list(parts)])
    return {name: None if name in hidden else part for name, part in parts.items()}


def kept_back(sizes: Mapping[Name, tuple[float, ...] | None], lines: Sequence[Sequence[Name]]) -> set[Name]:
    """The cells of a table to hide: those without a size, which are too small, and those they would follow from.

    `lines`: cells of which one is the sum of the rest. Where one of a line alone is hidden, so is the smallest other,
    until there is no such line.
    """
    hidden = {name for name, size in sizes.items() if size is None}
    again = True
    while again:
        again = False
        for line in lines:
            shown = [(size, name) for name in line if name not in hidden and (size := sizes.get(name))]
            if shown and sum(name in hidden for name in line) == 1:
                hidden.add(min(shown, key=lambda cell: cell[0])[1])
                again = True
    return hidden
