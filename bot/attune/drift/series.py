"""Every measure over time and by part; what is too small stays back, and so does what it would follow from (CRI-12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from attune.drift.changes import Times, Values
from attune.drift.intervals import Line, kept_back, median, share
from attune.drift.look import Cut, Estimate, Point, Series
from attune.drift.measures import DAY
from attune.drift.settings import DriftSettings
from attune.drift.watched import TELLING, WATCHED

Slot = int | Literal["now", "before", "older"]
"""A window, by when it begins; or all of the time looked at, or before; or of that what is older than any window."""
Cell = tuple[Cut | None, Slot]
Cells = Mapping[Cell, Values]
REST = ""
"""Who is in none of the parts of a kind that are shown: all less those."""


@dataclass(frozen=True)
class Split:
    """A measure's outcomes, of all or of a part, cut (outcome number `start`) where the time looked at begins."""

    measure: str
    cut: Cut | None
    at: Times
    values: Values
    start: int

    @property
    def before(self) -> Values:
        """The values before the time looked at."""
        return self.values[:self.start]

    @property
    def now(self) -> Values:
        """The values in the time looked at."""
        return self.values[self.start:]

    def between(self, begin: int, end: int) -> Values:
        """The values of a window (unix microseconds)."""
        left, right = np.searchsorted(self.at, (begin, end))
        return self.values[left:right]


def series(splits: Sequence[Split], begin: int, end: int, settings: DriftSettings) -> Iterator[Series]:
    """Each split as figures over time; those of one measure have to follow each other."""
    width = settings.window_days * DAY
    windows = range(begin - (settings.reference_days * DAY // width) * width, end, width)
    for name, parts in groupby(splits, key=lambda one: one.measure):
        told, measure = list(parts), WATCHED[name]
        shown = _shown(told, windows, begin, settings.smallest_cell)
        for one in told:
            points = tuple(Point(at, shown[one.cut, at]) for at in windows)
            now, before = shown[one.cut, "now"], shown[one.cut, "before"]
            yield Series(name, one.cut, measure.unit, measure.better, points, now, before)


def _shown(told: Sequence[Split], windows: range, begin: int, smallest: int) -> dict[Cell, Estimate | None]:
    """The figures of one measure that may be told; a part that is too small now is not shown at any time."""
    name = told[0].measure
    cells, is_share, both = _cells(told, windows), WATCHED[name].unit == "share", name in TELLING
    found = {cell: share(values, smallest, both=both) if is_share else median(values, smallest)
             for cell, values in cells.items()}
    gone = {cut for (cut, slot), one in found.items() if slot == "now" and not one and cut and cut[1] != REST}
    counts = {cell: _counts(values, is_share, both) for cell, values in cells.items() if len(values)}
    lines = _lines(list(dict.fromkeys(cut for cut, _ in cells)), windows, begin)
    hidden = kept_back(counts, {cell for cell, one in found.items() if not one and cell in counts}, lines, smallest)
    return {cell: None if cell in hidden or cell[0] in gone else one for cell, one in found.items()}


def _counts(values: Values, is_share: bool, both: bool) -> tuple[int, ...]:
    """Of how many a figure tells, and what else must not follow: of a share how many are of it, and who is not."""
    of, hits = len(values), int(values.sum()) if is_share else 0
    return (of, hits, of - hits) if both else (of, hits)


def _cells(told: Sequence[Split], windows: range) -> Cells:
    cells = {(one.cut, slot): values for one in told for slot, values in _slots(one, windows)}
    slots = [slot for cut, slot in cells if cut is None]
    for kind in sorted({one.cut[0] for one in told if one.cut}):
        cuts = [one.cut for one in told if one.cut and one.cut[0] == kind]
        cells |= {((kind, REST), slot): _rest(cells[None, slot], [cells[cut, slot] for cut in cuts]) for slot in slots}
    return cells


def _rest(whole: Values, parts: Sequence[Values]) -> Values:
    """As many as are in no part; of a share, with as many ones (of times and scores only how many matters)."""
    hits, of = whole.sum() - sum(part.sum() for part in parts), len(whole) - sum(map(len, parts))
    values: Values = (np.arange(of) < hits).astype(np.float64)
    return values


def _slots(one: Split, windows: range) -> Iterator[tuple[Slot, Values]]:
    yield "now", one.now
    yield "before", one.before
    yield "older", one.values[:np.searchsorted(one.at, windows.start)]
    yield from ((at, one.between(at, at + windows.step)) for at in windows)


def _lines(cuts: Sequence[Cut | None], windows: range, begin: int) -> Iterator[Line[Cell]]:
    """All as the sum of the parts of a kind, and a time as the sum of its windows."""
    slots: list[Slot] = ["now", "before", "older", *windows]
    kinds = {cut[0] for cut in cuts if cut}
    yield from (((None, slot), [(cut, slot) for cut in cuts if cut and cut[0] == kind])
                for kind in sorted(kinds) for slot in slots)
    for cut in cuts:
        yield (cut, "now"), [(cut, at) for at in windows if at >= begin]
        yield (cut, "before"), [(cut, "older"), *((cut, at) for at in windows if at < begin)]
