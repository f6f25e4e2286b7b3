"""One look back: everything a report shows of a time, from the Records of it and of the time before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from attune.audit.record import Record
from attune.drift.changes import Times, Values, Watched, changes
from attune.drift.index import index
from attune.drift.intervals import guarded, median, share
from attune.drift.look import Cause, Cut, Estimate, Index, Look, MixShift, Point, Series
from attune.drift.measures import DAY, MEASURES
from attune.drift.settings import DriftSettings
from attune.drift.shift import kolmogorov_smirnov, mix
from attune.drift.streams import MIXES, Seen, collect

SEED = 1
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
        return (share if MEASURES[self.measure].unit == "share" else median)(values, smallest)


def look(records: Iterable[Record], begin: int, end: int, settings: DriftSettings) -> Look:
    """Look at the time from `begin` to `end` (unix microseconds), compared with as many days before as drift.yml says.

    `records` are opened, in the ledger's order, and reach back to those days. Nothing about fewer people than
    `smallest_cell` comes out.
    """
    since = begin - settings.reference_days * DAY
    seen = collect((record for record in records if record.at >= since or record.kind == "version"), begin, end)
    splits = list(_splits(seen))
    marks = tuple(seen.marks)
    found = changes([_watched(one) for one in splits], settings.watch, marks)
    moved = {change.measure for change in found}
    enough = [one for one in splits if one.cut is None and len(one.before) >= settings.watch.least and len(one.now)]
    return Look(
        begin=begin, end=end, records=seen.records, conversations=seen.conversations, turns=seen.turns,
        readings=seen.readings, marks=marks, series=tuple(_series(splits, begin, end, settings)), changes=found,
        steady=tuple(one.measure for one in enough if one.measure not in moved),
        causes=_causes(seen, settings.smallest_cell), indexes=tuple(_indexes(splits, settings)),
        mixes=tuple(_mixes(seen, settings.watch.least)),
    )


def _splits(seen: Seen) -> Iterator[_Split]:
    largest: dict[tuple[str, str], list[tuple[int, Cut]]] = {}
    for (measure, cut), stream in seen.streams.items():
        if cut:
            largest.setdefault((measure, cut[0]), []).append((len(stream.sorted()[0]), cut))
    shown = {(measure, cut) for (measure, _), parts in largest.items() if len(parts) > 1  # one part alone is the whole
             for _, cut in sorted(parts, reverse=True)[:MOST_PARTS]}
    order = {name: number for number, name in enumerate(MEASURES)}
    for measure, cut in sorted(seen.streams, key=lambda key: (order[key[0]], key[1] is not None, key[1] or ("", ""))):
        if cut is None or (measure, cut) in shown:
            at, values = seen.streams[measure, cut].sorted()
            yield _Split(measure, cut, at, values, int(np.searchsorted(at, seen.begin)))


def _watched(one: _Split) -> Watched:
    return Watched(one.measure, one.cut, MEASURES[one.measure].unit, one.before, one.at[one.start:], one.now)


def _series(splits: list[_Split], begin: int, end: int, settings: DriftSettings) -> Iterator[Series]:
    allowed = _allowed(splits, settings.smallest_cell)
    width = settings.window_days * DAY
    first = begin - (settings.reference_days * DAY // width) * width
    for one in splits:
        measure, visible = MEASURES[one.measure], allowed[one.measure, one.cut]
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


def _mixes(seen: Seen, least: int) -> Iterator[MixShift]:
    for what in MIXES:
        before, now = (seen.mixes.get((what, is_now)) for is_now in (False, True))
        if before and now and min(sum(before.values()), sum(now.values())) >= least:
            found = mix(before, now, SEED)
            yield MixShift(what, sum(now.values()), found.psi, found.limit, found.p, found.apart)
    before_sure, now_sure = seen.sure
    if min(len(before_sure), len(now_sure)) >= least:
        p = kolmogorov_smirnov(before_sure, now_sure, tests=len(MIXES) + 1)
        yield MixShift("confidence", len(now_sure), None, None, p, None)
