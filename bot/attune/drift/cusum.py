"""Notices that a share has moved, outcome by outcome: a two-sided Bernoulli CUSUM (DRF-2).

Page (1954), Continuous inspection schemes, Biometrika 41; for shares: Reynolds and Stoumbos (1999), Journal of Quality
Technology 31. The sums are cumulated log-likelihood ratios for the odds having grown, or shrunk, by a factor.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Outcomes = NDArray[np.bool_]


@dataclass(frozen=True)
class Chart:
    """`expected` share; `ratio` (above 1): the rise or fall of the odds to notice; `limit` from `calibrate`."""

    expected: float
    ratio: float
    limit: float = float("inf")

    def steps(self, factor: float) -> tuple[float, float]:
        """What a hit and a miss add to the sum that watches for odds times `factor`."""
        odds = self.expected / (1 - self.expected) * factor
        moved = odds / (1 + odds)
        return log(moved / self.expected), log((1 - moved) / (1 - self.expected))


@dataclass(frozen=True)
class Alarm:
    """Raised by the outcome with number `after` (from 1), for what began after number `since`, and which way."""

    after: int
    since: int
    moved: Literal["up", "down"]


def watch(chart: Chart, outcomes: Outcomes) -> list[Alarm]:
    """The first alarm over the outcomes of each side, if any; the earlier one first."""
    alarms = [alarm for factor, moved in ((chart.ratio, "up"), (1 / chart.ratio, "down"))
              if (alarm := _first(chart, outcomes, factor, moved))]  # type: ignore[arg-type]
    return sorted(alarms, key=lambda alarm: alarm.after)


def _first(chart: Chart, outcomes: Outcomes, factor: float, moved: Literal["up", "down"]) -> Alarm | None:
    sums, lowest = _sums(chart, outcomes, factor)
    over = np.flatnonzero(sums - lowest >= chart.limit)
    if not len(over):
        return None
    after = int(over[0]) + 1
    walked = np.concatenate(([0.0], sums[:after]))
    return Alarm(after, int(np.flatnonzero(walked == walked.min())[-1]), moved)


def _sums(chart: Chart, outcomes: Outcomes, factor: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The walk, and the lowest it has been, nothing at all included: their difference is the CUSUM."""
    hit, miss = chart.steps(factor)
    sums = np.cumsum(np.where(outcomes, hit, miss), axis=-1)
    return sums, np.minimum(np.minimum.accumulate(sums, axis=-1), 0.0)


@lru_cache(maxsize=512)
def calibrate(chart: Chart, run_length: int, seed: int, runs: int = 99) -> Chart:
    """Set the limit so that, with no drift, a false alarm comes about once in `run_length` outcomes.

    Waiting times for false alarms are close to exponential, so half of all runs of `run_length` * ln 2 see none.
    """
    dice, peaks = np.random.default_rng(seed), list[float]()
    for _ in range(runs):
        outcomes = dice.random(round(run_length * log(2))) < chart.expected
        peaks.append(max(_peak(chart, outcomes, factor) for factor in (chart.ratio, 1 / chart.ratio)))
    return replace(chart, limit=float(np.median(peaks)))


def _peak(chart: Chart, outcomes: Outcomes, factor: float) -> float:
    sums, lowest = _sums(chart, outcomes, factor)
    return float(np.max(sums - lowest))
