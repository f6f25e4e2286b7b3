"""How far two distributions lie apart: PSI with a limit for its size, chi-square, Kolmogorov-Smirnov, Jensen-Shannon.

A fixed cut-off of PSI says nothing about how often it errs (Yurdakul and Naranjo 2020, Journal of Risk Model Validation
14), so the limit here is the 99 % point of what windows of the same size give when nothing has moved (DRF-1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial import distance

HALF = 0.5
"""Added to every count, so that what never came has a logarithm."""
EXPECTED = 5
"""Expected of a name on either side, below which it is counted with all that are as rare (Cochran 1954, Biometrics 10):
the chance of a chi-square of many rare names is not what the tables say."""

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Shift:
    """How a mix moved: `psi` beside its `limit`; `p`, the chance of as much if nothing moved; `apart` from 0 to 1."""

    psi: float
    limit: float
    p: float
    apart: float

    @property
    def has_moved(self) -> bool:
        """Whether the PSI is above what windows of this size give by chance once in a hundred."""
        return self.psi > self.limit


def psi(before: Counts, now: Counts) -> float:
    """The population stability index of two rows of counts."""
    return float(_psi(before[None, :], now[None, :])[0])


def _psi(before: Counts, now: Counts) -> Counts:
    old, new = before + HALF, now + HALF
    p, q = old / old.sum(axis=-1, keepdims=True), new / new.sum(axis=-1, keepdims=True)
    found: Counts = ((q - p) * np.log(q / p)).sum(axis=-1)
    return found


def psi_limit(before: Counts, size: int, seed: int, *, sure: float = 0.99, runs: int = 2000) -> float:
    """The PSI that a window of `size` exceeds only once in 1 / (1 - sure) if nothing moved (parametric bootstrap)."""
    dice, shares = np.random.default_rng(seed), (before + HALF) / (before + HALF).sum()
    old, new = (dice.multinomial(int(count), shares, size=runs).astype(np.float64) for count in (before.sum(), size))
    return float(np.quantile(_psi(old, new), sure))


def chi_square(before: Counts, now: Counts) -> float:
    """The p-value of a chi-square test that both come from one distribution; 1 where there is nothing to compare."""
    seen = (before + now) > 0
    if seen.sum() < 2 or not before.sum() or not now.sum():
        return 1.0
    return float(stats.chi2_contingency(np.vstack([before[seen], now[seen]]), correction=False)[1])


def mix(before: Mapping[str, int], now: Mapping[str, int], seed: int) -> Shift:
    """How far two mixes (counts by name) lie apart."""
    names = sorted({*before, *now})
    old, new = (np.array([counts.get(name, 0) for name in names], dtype=np.float64) for counts in (before, now))
    return shift(old, new, seed)


def shift(before: Counts, now: Counts, seed: int) -> Shift:
    """How far two rows of counts lie apart; what is rare is counted as one."""
    old, new = pooled(before, now)
    return Shift(psi(old, new), psi_limit(old, int(new.sum()), seed), chi_square(old, new), float(_apart(old, new)))


def pooled(before: Counts, now: Counts) -> tuple[Counts, Counts]:
    """Two rows of counts, all names too rare to be tested each by itself added up in the last place."""
    smaller = min(before.sum(), now.sum())
    rare = (before + now) * smaller / max(before.sum() + now.sum(), 1.0) < EXPECTED
    if rare.sum() < 2:
        return before, now
    old, new = (np.append(counts[~rare], counts[rare].sum()) for counts in (before, now))
    return old, new


def apart(before: Counts, now: Counts, seed: int, *, runs: int = 400) -> tuple[float, float, float]:
    """Jensen and Shannon's distance of two rows of counts, 0 to 1, with its 95 % interval (parametric bootstrap)."""
    dice, pair = np.random.default_rng(seed), pooled(before, now)
    old, new = (dice.multinomial(int(counts.sum()), counts / counts.sum(), size=runs).astype(np.float64)
                for counts in pair)
    low, high = np.quantile(_apart(old, new), (0.025, 0.975))
    return float(_apart(*pair)), float(low), float(high)


def _apart(before: Counts, now: Counts) -> Counts:
    found: Counts = np.asarray(distance.jensenshannon(before + HALF, now + HALF, base=2, axis=-1))
    return found


def kolmogorov_smirnov(before: Sequence[float] | Counts, now: Sequence[float] | Counts, tests: int = 1) -> float:
    """The p-value of a two-sample KS test, times the number of tests done together (Bonferroni; DRF-4)."""
    if not len(before) or not len(now):
        return 1.0
    return min(1.0, float(stats.ks_2samp(before, now, method="asymp").pvalue) * tests)
