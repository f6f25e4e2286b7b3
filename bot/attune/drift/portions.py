"""The shares of a mix, of all and by part; what is too small stays back, and so does what it follows from (CRI-12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from attune.drift.intervals import Line, counted, kept_back, rough
from attune.drift.look import Cut, Estimate, MixChange, MixShift, Portion
from attune.drift.mixes import Mixed
from attune.drift.shift import Counts

MOST = 12
"""Names that are shown, the largest."""
REST, TOTAL = "", None
"""Of parts and of names: what is in none that is shown; and how many in all."""
Cell = tuple[Cut | None, str | None]
Counted = Mapping[Cell, int]


@dataclass(frozen=True)
class _Side:
    """Which shares of now, or of before, are told, and which cells are not."""

    told: Mapping[Cell, Estimate]
    hidden: frozenset[Cell]


def shown(moved: Iterable[MixShift], mixes: Sequence[Mixed], smallest: int) -> Iterator[MixShift]:
    """Each with its largest shares now and before, and how many there are now, as far as they may be told.

    `mixes`: all of them, those too, of which too little is known to be compared. How far one lies from before is an
    equation of all its counts: where one of them is not told, only whether it moved is.
    """
    of_all = {name: list(parts) for name, parts in groupby(mixes, key=lambda one: one.measure)}
    told = {name: _table(parts, smallest) for name, parts in of_all.items()}
    for one in moved:
        names, now, before = told[one.measure]
        portions = {name: Portion(name, before.told.get((one.cut, name)), now.told.get((one.cut, name)))
                    for name in names}
        of = next((found.of for (cut, _), found in now.told.items() if cut == one.cut and found), None)
        [counts] = [mix for mix in of_all[one.measure] if mix.cut == one.cut]
        is_told = _is_all_told(counts, names, (now, before), smallest)
        change = one.change and _as_told(one.change, portions, is_told, smallest)
        yield _far(replace(one, of=of, portions=tuple(portions.values()), change=change), is_told)


def _is_all_told(one: Mixed, names: Sequence[str], sides: Iterable[_Side], smallest: int) -> bool:
    """Whether every count of a mix is shown, or of all it is at least large: a part's last ones stand in no table."""
    hidden = any((one.cut, name) in side.hidden for side in sides for name in (TOTAL, REST, *names))
    last = [count for counts in (one.now, one.before) for name, count in zip(one.names, counts, strict=True)
            if count and name not in names]
    return not hidden and not any(one.cut or count < smallest for count in last)


def _far(one: MixShift, is_told: bool) -> MixShift:
    """To two digits, of a part the PSI alone; nothing where a count is hidden that would follow."""
    figures = (one.psi, one.limit, one.p, one.apart)
    psi, limit, p, apart = (None if found is None or not is_told else float(f"{found:.2g}") for found in figures)
    return replace(one, psi=psi, **({"limit": None, "p": None, "apart": None} if one.cut else
                                    {"limit": limit, "p": p, "apart": apart}))


def _as_told(change: MixChange, portions: Mapping[str, Portion], is_told: bool, smallest: int) -> MixChange:
    """A change with no figure that the table keeps back, and none that the time before it began would follow from."""
    grew, shrank = (tuple(_beside(one, portions.get(one.name), smallest) for one in names)
                    for names in (change.grew, change.shrank))
    return replace(change, after=rough(change.after) if change.after and is_told else None, grew=grew, shrank=shrank)


def _beside(one: Portion, table: Portion | None, smallest: int) -> Portion:
    before = one.before if table and table.before else None
    return Portion(one.name, before, one.after if table and _is_apart(one.after, table.after, smallest) else None)


def _is_apart(after: Estimate | None, now: Estimate | None, smallest: int) -> bool:
    """Whether the days of a time before a change began, all less those since, are none or enough."""
    if after is None or now is None:
        return False
    days = now.of - after.of, round(now.value * now.of) - round(after.value * after.of)
    return not any(0 < many < smallest for many in days)


def _table(parts: Sequence[Mixed], smallest: int) -> tuple[list[str], _Side, _Side]:
    whole = parts[0]
    largest = sorted(zip(whole.now, whole.names, strict=True), key=lambda pair: (-pair[0], pair[1]))
    names = [name for count, name in largest[:MOST] if count]
    now, before = (_side(_counted({one.cut: _by_name(one, counts) for one, counts in side}, names), smallest)
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


def _side(cells: Counted, smallest: int) -> _Side:
    """The shares that may be told; none of a part of which it may not be told how many it has."""
    small = {cell for cell, count in cells.items() if 0 < count < smallest}
    hidden = kept_back({cell: (count,) for cell, count in cells.items() if count}, small, _lines(cells), smallest)
    told: dict[Cell, Estimate] = {
        (cut, name): found for (cut, name), count in cells.items()
        if name and (cut, name) not in hidden and (cut, TOTAL) not in hidden
        and (found := counted(count, cells[cut, TOTAL], smallest))
    }
    return _Side(told, frozenset(hidden))


def _lines(cells: Counted) -> Iterator[Line[Cell]]:
    """A part as the sum of its names, and a name as the sum of its parts of one kind."""
    cuts, names = list(dict.fromkeys(cut for cut, _ in cells)), list(dict.fromkeys(name for _, name in cells))
    for cut in cuts:
        yield (cut, TOTAL), [(cut, name) for name in names if name is not TOTAL]
    for kind in _kinds(cuts):
        yield from (((None, name), [(cut, name) for cut in cuts if _is(cut, kind)]) for name in names)


def _kinds(cuts: Iterable[Cut | None]) -> list[str]:
    return sorted({cut[0] for cut in cuts if cut})


def _is(cut: Cut | None, kind: str) -> bool:
    return cut is not None and cut[0] == kind
