"""One look back: everything a report shows of a time, from the Records of it and of the time before."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

import numpy as np

from attune.audit.record import Record
from attune.drift.changes import Times, Values, Watched, changes, known
from attune.drift.index import index
from attune.drift.intervals import guarded, median, share
from attune.drift.look import Cause, Cut, Estimate, Index, Look, Point, Series
from attune.drift.measures import DAY
from attune.drift.mixes import Mixed, Window, comparable, mixed, shifts
from attune.drift.settings import DriftSettings
from attune.drift.streams import Seen, collect
from attune.drift.watched import MIXES, WATCHED

MOST_PARTS = 12
"""Parts of one kind that are shown and watched, the largest: more would be noise."""


@dataclass(frozen=True)
class _Split:
    """A stream cut where the time looked at begins."""

    measure: str
    cut: Cut | None
    at: Times
    values: Values
    start: int

    @property
    def before(self) -> Values:
        return self.values[:self.start]

    @property
    def now(self) -> Values:
        return self.values[self.start:]

    def estimate(self, values: Values, smallest: int) -> Estimate | None:
        return (share if WATCHED[self.measure].unit == "share" else median)(values, smallest)


def look(records: Iterable[Record], begin: int, end: int, settings: DriftSettings) -> Look:
    """Look at the time from `begin` to `end` (unix microseconds), compared with as many days before as drift.yml says.

    `records` are opened, in the ledger's order, and reach back to those days. Nothing about fewer people than
    `smallest_cell` comes out.
    """
    since = begin - settings.reference_days * DAY
    seen = collect((record for record in records if record.at >= since or record.kind == "version"), begin, end)
    splits, marks, how = list(_splits(seen)), tuple(seen.marks), settings.watch
    watched, mixes = known(map(_watched, splits), how), comparable(_mixes(seen), how.least)
    share = (1 - how.sure) / max(len(watched) + len(mixes), 1)
    told = Look(
        begin=begin, end=end, records=seen.records, conversations=seen.conversations, turns=seen.turns,
        readings=_readings(seen, settings.smallest_cell), marks=marks,
        series=tuple(_series(splits, begin, end, settings)), changes=changes(watched, how, marks, len(mixes)),
        causes=_causes(seen, settings.smallest_cell), indexes=tuple(_indexes(splits, settings)),
        mixes=tuple(shifts(mixes, share, Window(begin, end, marks, settings.smallest_cell))),
    )
    whole = [(one.measure, one.cut) for one in watched] + [(one.measure, one.cut) for one in mixes]
    return _judged(told, {measure for measure, cut in whole if cut is None})


def _judged(told: Look, judged: Set[str]) -> Look:
    """What is said of measures and mixes that did not move."""
    moved, named = {change.measure for change in told.moved}, (*WATCHED, *MIXES)
    shown = {one.measure for one in told.series if one.cut is None and one.now} | {one.measure for one in told.mixes}
    return replace(
        told, steady=tuple(name for name in named if name in judged and name not in moved),
        unshown=tuple(name for name in named if name not in shown),
        unjudged=tuple(name for name in named if name in shown and name not in judged),
    )


def _readings(seen: Seen, smallest: int) -> int | None:
    """None where so few wrote, or so few of them agreed, that it would point at single people (CRI-12)."""
    return None if seen.turns < smallest or 0 < seen.readings < smallest else seen.readings


def _largest(sizes: Mapping[tuple[str, Cut | None], int]) -> Set[tuple[str, Cut | None]]:
    """The whole of each measure, and of its parts of one kind the largest."""
    parts: dict[tuple[str, str], list[tuple[int, Cut]]] = {}
    for (measure, cut), size in sizes.items():
        if cut:
            parts.setdefault((measure, cut[0]), []).append((size, cut))
    shown = {(measure, cut) for (measure, _), found in parts.items() if len(found) > 1  # one part alone is the whole
             for _, cut in sorted(found, reverse=True)[:MOST_PARTS]}
    return shown | {key for key in sizes if key[1] is None}


def _order(key: tuple[str, Cut | None]) -> tuple[int, bool, Cut]:
    return (*WATCHED, *MIXES).index(key[0]), key[1] is not None, key[1] or ("", "")


def _splits(seen: Seen) -> Iterator[_Split]:
    for measure, cut in sorted(_largest({key: len(stream) for key, stream in seen.streams.items()}), key=_order):
        at, values = seen.streams[measure, cut].sorted()
        yield _Split(measure, cut, at, values, int(np.searchsorted(at, seen.begin)))


def _mixes(seen: Seen) -> Iterator[Mixed]:
    sizes = {key: sum(map(Counter.total, days.values())) for key, days in seen.mixes.items()}
    yield from (mixed(*key, seen.mixes[key]) for key in sorted(_largest(sizes), key=_order))


def _watched(one: _Split) -> Watched:
    return Watched(one.measure, one.cut, WATCHED[one.measure].unit, one.before, one.at[one.start:], one.now)


def _series(splits: list[_Split], begin: int, end: int, settings: DriftSettings) -> Iterator[Series]:
    allowed = _allowed(splits, settings.smallest_cell)
    width = settings.window_days * DAY
    first = begin - (settings.reference_days * DAY // width) * width
    for one in splits:
        measure, visible = WATCHED[one.measure], allowed[one.measure, one.cut]
        points = [
            Point(at, one.estimate(_between(one, at, at + width), settings.smallest_cell) if visible else None)
            for at in range(first, end, width)
        ]
        halves = (one.now, one.before)
        now, before = (one.estimate(half, settings.smallest_cell) if visible else None for half in halves)
        yield Series(one.measure, one.cut, measure.unit, measure.better, tuple(points), now, before)


def _allowed(splits: list[_Split], smallest: int) -> Mapping[tuple[str, Cut | None], bool]:
    """Which series may be shown: in each kind of part nothing hidden may be reckoned from the whole and the rest."""
    shown: dict[tuple[str, Cut | None], bool] = {}
    kinds: dict[tuple[str, str], dict[Cut, Estimate | None]] = {}
    for one in splits:
        found = one.estimate(one.now, smallest)
        if one.cut is None:
            shown[one.measure, None] = True
        else:
            kinds.setdefault((one.measure, one.cut[0]), {})[one.cut] = found
    for (measure, _), parts in kinds.items():
        shown |= {(measure, cut): found is not None for cut, found in guarded(parts).items()}
    return shown


def _between(one: _Split, begin: int, end: int) -> Values:
    left, right = np.searchsorted(one.at, (begin, end))
    return one.values[left:right]


def _causes(seen: Seen, smallest: int) -> tuple[Cause, ...]:
    of = sum(seen.causes.values())
    return tuple(Cause(name, count if count >= smallest else None, of) for name, count in seen.causes.most_common()
                 if of >= smallest)


def _indexes(splits: list[_Split], settings: DriftSettings) -> Iterator[Index]:
    allowed = _allowed(splits, settings.smallest_cell)
    found: dict[Cut | None, dict[str, Estimate | None]] = {None: {}}
    for one in splits:
        if one.measure in settings.index and allowed[one.measure, one.cut]:
            found.setdefault(one.cut, {})[one.measure] = one.estimate(one.now, settings.smallest_cell)
    for cut, estimates in found.items():
        if one_index := index(cut, estimates, settings.index):
            yield one_index
