"""One look back: everything a report shows of a time, from the Records of it and of the time before."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

import numpy as np

from attune.audit.record import Record
from attune.drift import portions
from attune.drift.changes import Watched, changes, known
from attune.drift.index import index
from attune.drift.intervals import kept_back, rough
from attune.drift.look import Cause, Change, Cut, Estimate, Index, Look, Series
from attune.drift.measures import DAY
from attune.drift.mixes import Mixed, Window, comparable, mixed, shifts
from attune.drift.series import Split, series
from attune.drift.settings import DriftSettings
from attune.drift.streams import Seen, collect
from attune.drift.watched import MIXES, WATCHED

MOST_PARTS = 12
"""Parts of one kind that are shown and watched, the largest: more would be noise."""


def look(records: Iterable[Record], begin: int, end: int, settings: DriftSettings) -> Look:
    """Look at the time from `begin` to `end` (unix microseconds), compared with as many days before as drift.yml says.

    `records` are opened, in the ledger's order, and reach back to those days. Nothing about fewer people than
    `smallest_cell` comes out.
    """
    since = begin - settings.reference_days * DAY
    seen = collect((record for record in records if record.at >= since or record.kind == "version"), begin, end)
    splits, marks, how = list(_splits(seen)), tuple(seen.marks), settings.watch
    every = list(_mixes(seen))
    watched, mixes = known(map(_watched, splits), how), comparable(every, how.least)
    each = (1 - how.sure) / max(len(watched) + len(mixes), 1)
    window = Window(begin, end, marks, settings.smallest_cell)
    shown = tuple(series(splits, begin, end, settings))
    told = Look(
        begin=begin, end=end, records=seen.records, conversations=seen.conversations, turns=seen.turns,
        readings=_readings(seen, settings.smallest_cell), marks=marks,
        series=shown, changes=tuple(_changes(changes(watched, how, marks, len(mixes)), shown)),
        causes=_causes(seen, settings.smallest_cell), indexes=tuple(_indexes(shown, settings.index)),
        mixes=tuple(portions.shown(shifts(mixes, each, window), every, settings.smallest_cell)),
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


def _splits(seen: Seen) -> Iterator[Split]:
    for measure, cut in sorted(_largest({key: len(stream) for key, stream in seen.streams.items()}), key=_order):
        at, values = seen.streams[measure, cut].sorted()
        yield Split(measure, cut, at, values, int(np.searchsorted(at, seen.begin)))


def _mixes(seen: Seen) -> Iterator[Mixed]:
    sizes = {key: sum(map(Counter.total, days.values())) for key, days in seen.mixes.items()}
    yield from (mixed(*key, seen.mixes[key]) for key in sorted(_largest(sizes), key=_order))


def _watched(one: Split) -> Watched:
    return Watched(one.measure, one.cut, WATCHED[one.measure].unit, one.before, one.at[one.start:], one.now)


def _changes(found: Iterable[Change], shown: Iterable[Series]) -> Iterator[Change]:
    """Each without a figure where the report's own is not shown; of a part it takes both.

    What came since it began is rounded: all less that, or the weeks less that, would tell of the few in between.
    """
    told = {(one.measure, one.cut): one for one in shown}
    for one in found:
        beside = told[one.measure, one.cut]
        is_whole, both = one.cut is None, beside.now and beside.before
        yield replace(one, before=one.before if both or (is_whole and beside.before) else None,
                      after=rough(one.after) if one.after and (both or (is_whole and beside.now)) else None)


def _causes(seen: Seen, smallest: int) -> tuple[Cause, ...]:
    of = sum(seen.causes.values())
    small = {name for name, count in seen.causes.items() if count < smallest}
    hidden = kept_back({name: (count,) for name, count in seen.causes.items()}, small, [(None, list(seen.causes))],
                       smallest)
    return tuple(Cause(name, None if name in hidden else count, of) for name, count in seen.causes.most_common()
                 if of >= smallest)


def _indexes(shown: Iterable[Series], weights: Mapping[str, float]) -> Iterator[Index]:
    found: dict[Cut | None, dict[str, Estimate | None]] = {None: {}}
    for one in shown:
        if one.measure in weights:
            found.setdefault(one.cut, {})[one.measure] = one.now
    for cut, estimates in found.items():
        if one_index := index(cut, estimates, weights):
            yield one_index
