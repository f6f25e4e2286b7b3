"""How sure a share is, and which counts are too small to print."""

from math import sqrt

Z = 1.959964
"""95 %, two-sided."""
SMALLEST = 10
"""Counts below this could point at single people and are not shown (CRI-12)."""


def wilson(count: int, of: int, z: float = Z) -> tuple[float, float]:
    """Wilson's score interval for a share; (0, 1) when nothing was observed."""
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, z * z
    middle = share + square / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - reach) / (1 + square / of)), min(1.0, (middle + reach) / (1 + square / of))


def too_small(count: int, of: int) -> bool:
    """Whether a share must not be printed."""
    return min(count, of) < SMALLEST
