"""Finds the measures that moved: a CUSUM notices, a test of before against after has to agree (DRF-2).

A time is watched as the share of outcomes slower than nine in ten were before. A score is compared as a whole
distribution, with Kolmogorov and Smirnov's test (DRF-4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from attune.drift.cusum import Alarm, Chart, calibrate, watch
from attune.drift.intervals import median, share
from attune.drift.look import Change, Cut, Direction, Estimate, Mark, Unit
from attune.drift.settings import Watch
from attune.drift.shift import kolmogorov_smirnov

SEED = 20_000
SLOW = 0.9
"""The share of times before that were quicker than what counts as slow."""
MANY = 1000
"""Expected in each cell, from which chi-square does for Fisher's exact test."""
NEAR = 3 * 86_400 * 1_000_000
"""Microseconds before a change began in which a version that came into use may have to do with it."""

BLOCKS = 28
"""Parts of the time looked at, alike in outcomes, with one of which a change of a score is taken to begin."""

Times = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Watched:
    """A measure of all, or of a part: its outcomes before the time looked at, and in it, in the order of time."""

    measure: str
    cut: Cut | None
    unit: Unit
    before: Values
    at: Times
    now: Values

    def estimates(self, start: int) -> tuple[Estimate | None, Estimate | None]:
        """The figure before, and from outcome number `start` of the time looked at."""
        of = share if self.unit == "share" else median
        return of(self.before), of(self.now[start:])


def known(watched: Iterable[Watched], how: Watch) -> list[Watched]:
    """Those with enough before to be compared with."""
    return [one for one in watched if len(one.before) >= how.least and len(one.now)]


def changes(watched: Sequence[Watched], how: Watch, marks: Sequence[Mark] = (), beside: int = 0) -> tuple[Change, ...]:
    """Every measure that moved; how sure is shared out over all that is watched (Bonferroni), parts included.

    `beside`: how much else the same look watches. What is urgent is not made to wait for that: there a false alarm is
    better than one that is missed.
    """
    told, wrong = known(watched, how), 1 - how.sure
    shared = wrong / max(len(told) + beside, 1)
    found = ((_score if one.unit == "score" else _change)(one, how, wrong if one.measure in how.urgent else shared)
             for one in told)
    return tuple(replace(one, marks=near(one.since, one.found, marks)) for one in found if one)


def near(since: int, found: int, marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """What came into use shortly before a change began, or before it was noticed."""
    return tuple(mark for mark in marks if since - NEAR <= mark.at <= found)


def _change(one: Watched, how: Watch, p: float) -> Change | None:
    limit = float(np.quantile(one.before, SLOW)) if one.unit != "share" else 0.5
    before, now = one.before > limit, one.now > limit
    expected = (before.sum() + 0.5) / (len(before) + 1)
    rare = min(expected, 1 - expected) < how.rare_below
    chart = Chart(_rounded(float(expected)), how.rare_times if rare else how.common_times)
    alarms = watch(calibrate(chart, how.false_alarm_every, SEED), now)
    # The side that rang first may be overtaken by the other: what is told is the way in which before and after differ.
    chance, alarm = min(((_chance(one, before, now, alarm), alarm) for alarm in alarms), key=itemgetter(0),
                        default=(1.0, None))
    if alarm is None or chance > p:
        return None
    old, new = one.estimates(alarm.since)
    began = min(alarm.since, len(one.at) - 1)
    test = f"CUSUM for odds times {chart.ratio:g}, one false alarm in {how.false_alarm_every:,} outcomes"
    return Change(one.measure, one.cut, int(one.at[began]), int(one.at[alarm.after - 1]), alarm.moved, old, new, test)


def _chance(one: Watched, before: NDArray[np.bool_], now: NDArray[np.bool_], alarm: Alarm) -> float:
    """The p-value, for both ways, of before against all since it began, having moved the way of the alarm.

    Fisher's exact test, or Mann and Whitney's of times. Of many outcomes chi-square comes to the same, a thousand times
    as quickly.
    """
    after = slice(alarm.since, None)
    way = "less" if alarm.moved == "up" else "greater"  # of before against after
    if one.unit != "share":
        return 2 * float(stats.mannwhitneyu(one.before, one.now[after], alternative=way).pvalue)
    table = np.array([[part.sum(), (~part).sum()] for part in (before, now[after])])
    if stats.contingency.expected_freq(table).min() >= MANY:
        is_its_way = (before.mean() < now[after].mean()) == (alarm.moved == "up")
        return float(stats.chi2_contingency(table)[1]) if is_its_way else 1.0
    return 2 * float(stats.fisher_exact(table, alternative=way)[1])


def _rounded(expected: float) -> float:
    """To two digits of the rarer side, so that charts are calibrated once for many measures; never 0 or 1."""
    if expected > 0.5:
        return 1 - _rounded(1 - expected)
    return max(float(f"{expected:.2g}"), 0.0005)


def _score(one: Watched, _how: Watch, p: float) -> Change | None:
    if kolmogorov_smirnov(one.before, one.now) > p:
        return None
    edges = np.unique(np.linspace(0, len(one.now), BLOCKS + 1).astype(int))
    since = _begin(one, edges[:-1])
    noticed = next(int(edge) for edge in edges[edges > since]
                   if edge == len(one.now) or kolmogorov_smirnov(one.before, one.now[:edge]) <= p)
    old, new = one.estimates(since)
    is_higher = stats.ks_2samp(one.before, one.now[since:], method="asymp").statistic_sign > 0
    moved: Direction = "up" if is_higher else "down"
    test = "Kolmogorov and Smirnov's"
    return Change(one.measure, one.cut, int(one.at[since]), int(one.at[noticed - 1]), moved, old, new, test)


def _begin(one: Watched, edges: NDArray[np.int_]) -> int:
    """The outcome from which on a score lies farthest from all before it, by Kolmogorov and Smirnov's distance."""
    every = np.concatenate((one.before, one.now))
    place = np.searchsorted(grid := np.unique(every), every)
    total = len(every)
    upto = [np.bincount(place[:len(one.before) + edge], minlength=len(grid)).cumsum() for edge in edges]
    whole, sizes = np.bincount(place).cumsum(), len(one.before) + edges
    apart = [np.abs(old / size - (whole - old) / (total - size)).max() * (size * (total - size) / total) ** 0.5
             for old, size in zip(upto, sizes, strict=True)]
    return int(edges[int(np.argmax(apart))])
