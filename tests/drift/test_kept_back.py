"""Which cells of a table are hidden: the small ones, and as many more as it takes for those not to follow (CRI-12)."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.audit.record import Record
from attune.drift import intervals
from attune.drift.intervals import counted, kept_back
from attune.drift.look import Cut, Estimate, Look, Series
from attune.drift.looking import look
from attune.drift.measures import DAY
from attune.drift.series import Split, series
from attune.drift.settings import load
from attune.drift.watched import TELLING, WATCHED

SETTINGS = load()
WEEK = 7 * DAY
BEGIN, END = 4 * WEEK, 6 * WEEK
PARTS = ("rest", "telegram", "web", "")
"""The last: of no channel."""
Cell = tuple[str, int | str]
Told = tuple[int, int]
"""Of how many, and how many of them it is so."""

tables = st.lists(st.lists(st.sampled_from([(0, 0), (2, 2), (9, 0), (12, 11), (12, 2), (30, 0), (30, 15), (90, 60)]),
                           min_size=6, max_size=6), min_size=4, max_size=4)


def told(rows: Sequence[Sequence[Told]], measure: str) -> tuple[dict[Cell, Told], dict[Cell, Estimate | None]]:
    """How many there are in each part and time, and what is told of it; a row each part, a column each week."""
    weeks = {"all": [tuple(map(sum, zip(*column, strict=True))) for column in zip(*rows, strict=True)],
             **dict(zip(PARTS, rows, strict=True))}
    cells: dict[Cell, Told] = {}
    for name, row in weeks.items():
        cells |= {(name, week): (int(of), int(hits)) for week, (of, hits) in enumerate(row)}
        for slot, those in (("now", row[4:]), ("before", row[:4])):
            cells[name, slot] = (sum(of for of, _ in those), sum(hits for _, hits in those))
    splits = [split(measure, ("channel", name) if name != "all" else None, row)  # type: ignore[arg-type]
              for name, row in weeks.items() if name and sum(of for of, _ in row)]
    shown: dict[Cell, Estimate | None] = {}
    for one in series(splits, BEGIN, END, SETTINGS):
        shown |= figures(one)
    return cells, shown


def split(measure: str, cut: Cut | None, row: Sequence[Told]) -> Split:
    outcomes = [(week * WEEK + n, n < hits) for week, (of, hits) in enumerate(row) for n in range(of)]
    at, values = (np.array([one[place] for one in outcomes]) for place in (0, 1))
    return Split(measure, cut, at.astype(np.int64), values.astype(np.float64), int(np.searchsorted(at, BEGIN)))


def figures(one: Series) -> dict[Cell, Estimate | None]:
    name = one.cut[1] if one.cut else "all"
    return {(name, "now"): one.now, (name, "before"): one.before,
            **{(name, week): point.estimate for week, point in enumerate(one.points)}}


def sums() -> Iterator[tuple[Cell, list[Cell]]]:
    yield from ((("all", slot), [(name, slot) for name in PARTS]) for slot in ("now", "before", *range(6)))
    for name in ("all", *PARTS):
        yield (name, "now"), [(name, week) for week in (4, 5)]
        yield (name, "before"), [(name, week) for week in range(4)]


def reckoned(cells: dict[Cell, Told], shown: dict[Cell, Estimate | None]) -> set[Cell]:
    """What who knows where nobody was reckons from what is shown, sum by sum, until nothing more comes of it."""
    known = {cell for cell, (of, _) in cells.items() if shown.get(cell) or not of}
    while True:
        alone = [unknown[0] for whole, parts in sums()
                 if len(unknown := [cell for cell in (whole, *parts) if cell not in known]) == 1]
        if not alone:
            return known
        known |= set(alone)


def is_few(measure: str, of: int, hits: int) -> bool:
    return any(0 < many < 10 for many in (of, hits, of - hits if measure in TELLING else 0))


@pytest.mark.parametrize("measure", ["handed over", "person rated well"])
@given(rows=tables)
@settings(deadline=None, max_examples=300)
def test_nothing_that_can_be_reckoned_sum_by_sum_is_few(measure: str, rows: Sequence[Sequence[Told]]) -> None:
    cells, shown = told(rows, measure)
    known = reckoned(cells, shown)

    assert not any(is_few(measure, *cells[cell]) for cell in known)
    for whole, parts in sums():
        away = [cells[part] for part in parts if part not in known]
        assert whole not in known or not is_few(measure, sum(of for of, _ in away), sum(hits for _, hits in away))


@pytest.mark.parametrize("measure", ["handed over", "person rated well"])
@given(rows=tables)
@settings(deadline=None, max_examples=300)
def test_what_is_shown_is_itself_nobody_or_ten(measure: str, rows: Sequence[Sequence[Told]]) -> None:
    cells, shown = told(rows, measure)
    for cell, one in shown.items():
        of, hits = cells[cell]
        if one:
            assert (one.of, round(one.value * one.of)) == (of, hits)
            assert of >= 10
            assert not is_few(measure, of, hits)


def test_two_small_channels_hide_a_third_where_together_they_are_still_few() -> None:
    few, many = [(100, 50)] * 5, (100, 50)
    _, shown = told([[*few, (5, 1)], [*few, (3, 1)], [*few, many], [(0, 0)] * 6], "handed over")

    assert shown["all", 5]
    assert not any(shown[name, 5] for name in ("rest", "telegram", "web"))


def test_two_small_channels_that_are_many_together_hide_no_third() -> None:
    few, many = [(100, 50)] * 5, (100, 50)
    _, shown = told([[*few, (14, 6)], [*few, (14, 6)], [*few, many], [(0, 0)] * 6], "handed over")

    assert [bool(shown[name, 5]) for name in ("rest", "telegram", "web")] == [False, False, True]


def test_a_channel_that_is_nearly_out_of_use_hides_nothing_of_the_time_when_all_came_by_it() -> None:
    _, shown = told([[(100, 50)] * 4 + [(3, 1), (0, 0)], [(0, 0)] * 4 + [(100, 50)] * 2, *[[(0, 0)] * 6] * 2],
                    "handed over")

    assert [bool(shown[name, "before"]) for name in ("all", "rest")] == [True, False]


def grave(tiers: Sequence[int]) -> Look:
    """What is told where so many sessions had tier 0, 1 and 2."""
    numbered = [tier for tier, many in enumerate(tiers) for _ in range(many)]
    records = [Record(f"r{n}-{at}", "turn", at + n, f"c{n}-{at}", {"emotion": "neutral", "level": 0, "tier": tier})
               for at in (DAY, 29 * DAY) for n, tier in enumerate(numbered)]
    return look(records, 29 * DAY, 30 * DAY, SETTINGS)


@pytest.mark.parametrize(("tiers", "is_told"), [
    ((209, 2, 1), (False, False, False)), ((203, 5, 4), (False, False, False)), ((203, 5, 6), (True, False, False)),
    ((200, 12, 3), (True, False, False)), ((200, 12, 10), (True, True, True)),
])
def test_few_in_danger_do_not_follow_from_those_in_none(tiers: Sequence[int], is_told: Sequence[bool]) -> None:
    [mix] = [one for one in grave(tiers).mixes if one.measure == "tiers"]

    assert {one.name: one.after is not None for one in mix.portions} == {
        f"tier {tier}": told for tier, told in enumerate(is_told)}


@pytest.mark.parametrize(("count", "of", "either", "both"), [
    (11, 12, True, False), (3, 12, False, False), (12, 12, True, True), (0, 12, True, True), (10, 20, True, True),
    (9, 9, False, False), (90, 99, True, False),
])
def test_who_is_not_of_a_share_counts_where_that_says_how_somebody_was(
    count: int, of: int, *, either: bool, both: bool,
) -> None:
    assert [counted(count, of, both=side) is not None for side in (False, True)] == [either, both]


def test_the_measures_whose_rest_is_told_say_nothing_of_a_feeling_or_of_danger() -> None:
    assert {name for name, one in WATCHED.items() if one.unit == "share"} - TELLING == {
        "acknowledged before solved", "escalated", "came back within seven days", "handed over", "handover completed",
        "not understood"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1))
def test_what_is_hidden_of_a_mix_is_never_one_name_alone_nor_under_ten(counts: dict[str, int]) -> None:
    shown = intervals.shares(counts, 10)
    away = [many for name, many in counts.items() if many and not shown[name]]

    assert not any(0 < counts[name] < 10 for name, one in shown.items() if one)
    if any(shown.values()):
        assert len(away) != 1
        assert not 0 < sum(away) < 10


Table = dict[tuple[str, str], int]


def tabled(rows: Sequence[Sequence[int]]) -> tuple[Table, list[intervals.Line[tuple[str, str]]]]:
    """The counts of a square table with the sums of its rows and columns, and what is the sum of what."""
    names = [str(place) for place in range(len(rows))]
    many = {(row, column): rows[int(row)][int(column)] for row, column in product(names, repeat=2)}
    lines: list[intervals.Line[tuple[str, str]]] = [((row, "sum"), [(row, one) for one in names]) for row in names]
    lines += [(("sum", column), [(one, column) for one in names]) for column in names]
    return many | {whole: sum(many[part] for part in parts) for whole, parts in lines if whole}, lines


def solved(many: Table, hidden: set[tuple[str, str]], lines: Sequence[intervals.Line[tuple[str, str]]]) -> Table:
    """The hidden cells that have but one solution, all sums together: another equation for one brings nothing new."""
    unknown = [cell for cell in many if cell in hidden]
    sums = [[(cell in parts) - float(cell == whole) for cell in unknown] for whole, parts in lines]
    rank = np.linalg.matrix_rank(sums) if unknown else 0
    return {cell: many[cell] for cell in unknown
            if np.linalg.matrix_rank([*sums, [float(cell == one) for one in unknown]]) == rank}


def back(many: Table, lines: Sequence[intervals.Line[tuple[str, str]]]) -> set[tuple[str, str]]:
    small = {cell for cell, count in many.items() if 0 < count < 10}
    return kept_back({cell: (count,) for cell, count in many.items() if count}, small, lines, 10)


def test_a_few_that_only_several_sums_together_give_away_are_hidden_better() -> None:
    many, lines = tabled([[6, 6, 50, 50], [6, 6, 3, 50], [50, 50, 6, 6], [50, 50, 6, 6]])
    small = {cell for cell, count in many.items() if count < 10}

    assert solved(many, small, lines) == {("1", "2"): 3}
    assert solved(many, back(many, lines), lines).get(("1", "2")) is None


@given(st.integers(2, 4).flatmap(lambda size: st.lists(
    st.lists(st.sampled_from([0, 1, 6, 9, 10, 25, 80]), min_size=size, max_size=size), min_size=size, max_size=size)))
@settings(deadline=None)
def test_no_few_of_a_table_follow_from_all_its_sums_together(rows: list[list[int]]) -> None:
    many, lines = tabled(rows)
    hidden = back(many, lines)

    assert {cell for cell, count in many.items() if 0 < count < 10} <= hidden
    assert not any(0 < count < 10 for count in solved(many, {cell for cell in hidden if many[cell]}, lines).values())
    assert not hidden or any(0 < count < 10 for count in many.values())
