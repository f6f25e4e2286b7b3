"""Notices that a share has moved, message by message: a two-sided Bernoulli CUSUM."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from random import Random
from statistics import median
from typing import Literal


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
    """After how many outcomes, and which way the share has moved."""

    after: int
    moved: Literal["up", "down"]


def watch(chart: Chart, outcomes: Iterable[bool]) -> Alarm | None:
    """The first alarm over the outcomes, if any."""
    rise, fall = chart.steps(chart.ratio), chart.steps(1 / chart.ratio)
    up = down = 0.0
    for after, hit in enumerate(outcomes, 1):
        up, down = max(0.0, up + rise[not hit]), max(0.0, down + fall[not hit])
        if max(up, down) >= chart.limit:
            return Alarm(after, "up" if up >= down else "down")
    return None


def calibrate(chart: Chart, run_length: int, seed: int, runs: int = 99) -> Chart:
    """Set the limit so that, with no drift, a false alarm comes about once in `run_length` outcomes.

    Waiting times for false alarms are close to exponential, so half of all runs of `run_length` * ln 2 see none.
    """
    draw, length = Random(seed), round(run_length * log(2))  # noqa: S311 - a simulation, not a secret
    peaks = [_peak(chart, [draw.random() < chart.expected for _ in range(length)]) for _ in range(runs)]
    return Chart(chart.expected, chart.ratio, median(peaks))


def _peak(chart: Chart, outcomes: list[bool]) -> float:
    rise, fall = chart.steps(chart.ratio), chart.steps(1 / chart.ratio)
    up = down = peak = 0.0
    for hit in outcomes:
        up, down = max(0.0, up + rise[not hit]), max(0.0, down + fall[not hit])
        peak = max(peak, up, down)
    return peak
