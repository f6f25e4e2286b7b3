"""The shares of a mix, of all and by part; what is too small stays back, and so does what it follows from (CRI-12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from attune.drift.intervals import counted, kept_back
from attune.drift.look import Cut, Estimate, MixShift, Portion
from attune.drift.mixes import Mixed
from attune.drift.shift import Counts

MOST = 12
"""Names that are shown, the largest."""
REST, TOTAL = "", None
"""Of parts and of names: what is in none that is shown; and how many in all."""
Cell = tuple[Cut | None, str | None]
Counted = Mapping[Cell, int]


def shown(moved: Iterable[MixShift], mixes: Sequence[Mixed], smallest: int) -> Iterator[MixShift]:
    """Each with its largest shares now and before, and how many there are now, as far as they may be told.

    `mixes`: all of them, those too, of which too little is known to be compared.
    """
    of_all = {name: list(parts) for name, parts in groupby(mixes, key=lambda one: one.measure)}
    told = {name: _table(parts, smallest) for name, parts in of_all.items()}
    for one in moved:
        names, now, before = told[one.measure]
        portions = (Portion(name, before.get((one.cut, name)), now.get((one.cut, name))) for name in names)
        of = next((found.of for (cut, _), found in now.items() if cut == one.cut and found), None)
        yield replace(one, of=of, portions=tuple(portions))


def _table(parts: Sequence[Mixed], smallest: int) -> tuple[list[str], dict[Cell, Estimate], dict[Cell, Estimate]]:
    whole = parts[0]
    largest = sorted(zip(whole.now, whole.names, strict=True), key=lambda pair: (-pair[0], pair[1]))
    names = [name for count, name in largest[:MOST] if count]
    now, before = (_estimates(_counted({one.cut: _by_name(one, counts) for one, counts in side}, names), smallest)
                   for side in ([(one, one.now) for one in parts], [(one, one.before) for one in parts]))
    return names, now, before


def _by_name(one: Mixed, counts: Counts) -> dict[str, int]:
    return {name: int(count) for name, count in zip(one.names, counts, strict=True)}


def _counted(parts: Mapping[Cut | None, Mapping[str, int]], names: Sequence[str]) -> Counted:
    """How often each name came in each part, with what is in no name and in no part that is shown."""
    cells: dict[Cell, int] = {}
    for cut, counts in parts.items():
        cells |= {(cut, name): counts.get(name, 0) for name in names}
        cells[cut, TOTAL] = sum(counts.values())
        cells[cut, REST] = cells[cut, TOTAL] - sum(cells[cut, name] for name in names)
    for kind in _kinds(parts):
        for name in (TOTAL, REST, *names):
            cells[(kind, REST), name] = cells[None, name] - sum(cells[cut, name] for cut in parts if _is(cut, kind))
    return cells


def _estimates(cells: Counted, smallest: int) -> dict[Cell, Estimate]:
    """The shares that may be told; none of a part of which it may not be told how many it has."""
    sizes = {cell: (float(count),) if count >= smallest else None for cell, count in cells.items() if count}
    hidden = kept_back(sizes, list(_lines(cells)))
    return {(cut, name): found for (cut, name), count in cells.items()
            if name and (cut, name) not in hidden and (cut, TOTAL) not in hidden
            and (found := counted(count, cells[cut, TOTAL], smallest))}


def _lines(cells: Counted) -> Iterator[list[Cell]]:
    """Cells of which one is the sum of the rest: a part and its names, a name and its parts of one kind."""
    cuts, names = list(dict.fromkeys(cut for cut, _ in cells)), list(dict.fromkeys(name for _, name in cells))
    for cut in cuts:
        yield [(cut, name) for name in names]
    for kind in _kinds(cuts):
        yield from ([(None, name), *((cut, name) for cut in cuts if _is(cut, kind))] for name in names)


def _kinds(cuts: Iterable[Cut | None]) -> list[str]:
    return sorted({cut[0] for cut in cuts if cut})


def _is(cut: Cut | None, kind: str) -> bool:
    return cut is not None and cut[0] == kind
