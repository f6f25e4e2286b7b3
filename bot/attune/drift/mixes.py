"""What conversations are about, as mixes of names, compared with the time before as a whole and by part (DRF-1).

A mix has moved when its PSI passes the limit for its size and a chi-square test is as sure as for every measure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from attune.drift.changes import near
from attune.drift.intervals import Z, shares, wilson
from attune.drift.look import Cut, Estimate, Mark, MixChange, MixShift, Portion
from attune.drift.measures import DAY
from attune.drift.shift import Counts, Shift, apart, chi_square, pooled, shift

SEED = 1
MOST_NAMED = 3
Days = dict[int, Counter[str]]
"""How often each name came on each day, counted from the first of the time looked at (before it: negative)."""


@dataclass(frozen=True)
class Mixed:
    """A mix of all, or of a part: how often each name came before, and on each day (a row) of the time looked at."""

    measure: str
    cut: Cut | None
    names: tuple[str, ...]
    before: Counts
    days: Counts

    @property
    def now(self) -> Counts:
        """How often each name came in the time looked at."""
        return self.until(len(self.days))

    def until(self, day: int) -> Counts:
        """How often each name came before that day of it."""
        found: Counts = self.days[:day].sum(axis=0)
        return found


def mixed(measure: str, cut: Cut | None, days: Days) -> Mixed:
    """A mix from what was counted day by day."""
    names = tuple(sorted({name for counts in days.values() for name in counts}))
    table = np.zeros((max(0, *days) + 1, len(names)))
    before = np.zeros(len(names))
    for day, counts in days.items():
        row = table[day] if day >= 0 else before
        row += [counts[name] for name in names]
    return Mixed(measure, cut, names, before, table)


def comparable(mixes: Iterable[Mixed], least: int) -> list[Mixed]:
    """Those with enough before and now to be compared."""
    return [one for one in mixes if min(one.before.sum(), one.now.sum()) >= least]


@dataclass(frozen=True)
class Window:
    """The time looked at (unix microseconds), what came into use, and which counts are too small to tell."""

    begin: int
    end: int
    marks: tuple[Mark, ...]
    smallest: int


def shifts(mixes: Iterable[Mixed], p: float, window: Window) -> Iterator[MixShift]:
    """How far each lies from before; with its change where that is as sure as `p`, its share of what may be wrong."""
    for one in mixes:
        found = shift(one.before, one.now, SEED)
        change = _change(one, p, window) if _is_sure(found, p) else None
        yield MixShift(one.measure, one.cut, None, found.psi, found.limit, found.p, found.apart, change=change)


def _is_sure(found: Shift, p: float) -> bool:
    return found.has_moved and found.p <= p


def _change(one: Mixed, p: float, window: Window) -> MixChange:
    first = _first(one, window.smallest)
    noticed = next(day for day in range(first + 1, len(one.days) + 1) if day == len(one.days) or _seen(one, day, p))
    after = one.now - one.until(first)
    grew, shrank = _moved(one, after, window.smallest)
    far = None if one.cut else Estimate(*apart(one.before, after, SEED), int(after.sum()))
    since, found = window.begin + first * DAY, min(window.begin + noticed * DAY, window.end)
    test = "PSI above its limit for windows of this size, and chi-square"
    return MixChange(one.measure, one.cut, since, found, far, grew, shrank, test, near(since, found, window.marks))


def _first(one: Mixed, smallest: int) -> int:
    """The day from which on the mix differs most from all before it: where chi-square, cut there, is greatest.

    Never one after which too few came to be told of.
    """
    days = [day for day in range(len(one.days)) if not day or (one.now - one.until(day)).sum() >= smallest]
    return max(days, key=lambda day: _distance(one, day))


def _distance(one: Mixed, day: int) -> float:
    old, new = one.before + one.until(day), one.now - one.until(day)
    old, new = pooled(old, new)
    seen = (old + new) > 0
    degrees = max(int(seen.sum()) - 1, 1)
    found = stats.chi2_contingency(np.vstack([old[seen], new[seen]]), correction=False)[0]
    return float(found - degrees)


def _seen(one: Mixed, day: int, p: float) -> bool:
    """Whether a look at the end of that day would have been sure."""
    until = one.until(day)
    return chi_square(*pooled(one.before, until)) <= p and _is_sure(shift(one.before, until, SEED), p)


def _moved(one: Mixed, after: Counts, smallest: int) -> tuple[tuple[Portion, ...], tuple[Portion, ...]]:
    """The names whose share grew and shrank most beyond chance, of those with ten conversations or more.

    A part's have no figures: beside those of all they would tell of the few in the other parts.
    """
    old, new = one.before / one.before.sum(), after / after.sum()
    enough = np.maximum(one.before, after) >= smallest
    portions = _portions(one, after, smallest) if one.cut is None else {}
    order = [place for place in np.argsort(old - new, kind="stable").tolist()
             if enough[place] and _differs(one, after, place)]
    named = [(place, portions.get(one.names[place], Portion(one.names[place], None, None))) for place in order]
    grew = [portion for place, portion in named if new[place] > old[place]]
    shrank = [portion for place, portion in reversed(named) if new[place] < old[place]]
    return tuple(grew[:MOST_NAMED]), tuple(shrank[:MOST_NAMED])


def _differs(one: Mixed, after: Counts, place: int) -> bool:
    (low, high), (later_low, later_high) = (wilson(int(counts[place]), int(counts.sum()), Z)
                                            for counts in (one.before, after))
    return later_low > high or later_high < low


def _portions(one: Mixed, now: Counts, smallest: int) -> dict[str, Portion]:
    """Each name's share before and now; what is hidden does not follow from the others."""
    before, after = (shares(dict(zip(one.names, map(int, counts), strict=True)), smallest)
                     for counts in (one.before, now))
    return {name: Portion(name, before[name], after[name]) for name in one.names}
