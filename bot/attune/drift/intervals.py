"""How sure a figure is, and which counts are too small to print."""

from collections.abc import Mapping
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
Name = TypeVar("Name")


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
    shown = {name: part for name, part in parts.items() if part}
    if len(parts) - len(shown) != 1 or not shown:
        return dict(parts)
    smallest = min(shown, key=lambda name: (shown[name].of, shown[name].value))
    return {name: None if name == smallest else part for name, part in parts.items()}
