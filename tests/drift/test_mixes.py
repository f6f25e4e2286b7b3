"""A mix that moved is told with what grew and what shrank, and nothing of few people comes with it (DRF-1, DRF-6)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.record import Record
from attune.drift.changes import Watched, changes
from attune.drift.episodes import read
from attune.drift.look import Change, Mark, MixShift, Portion
from attune.drift.looking import look
from attune.drift.measures import DAY
from attune.drift.mixes import Mixed, Window, comparable, mixed, shifts
from attune.drift.portions import shown
from attune.drift.settings import load
from attune.drift.shift import pooled
from attune.drift.watched import MIXES, WATCHED

NAMES = ("order_status", "opening_hours", "refund_status", "complaint")
ORDINARY, OTHER = (0.4, 0.3, 0.29, 0.01), (0.25, 0.3, 0.44, 0.01)
SURE = 1e-5
WINDOW = Window(0, 28 * DAY, (), 10)
SETTINGS = load()


def weeks(seed: int, changes_on: int = 28, a_day: int = 60, cut: tuple[str, str] | None = None) -> Mixed:
    dice = np.random.default_rng(seed)
    before = dice.multinomial(28 * a_day, ORDINARY).astype(float)
    days = [dice.multinomial(a_day, ORDINARY if day < changes_on else OTHER) for day in range(28)]
    return Mixed("intents", cut, NAMES, before, np.array(days, dtype=float))


def compared(one: Mixed, sure: float = SURE, window: Window = WINDOW) -> MixShift:
    [found] = shifts([one], sure, window)
    return found


def test_drf_1_what_grew_and_what_shrank_is_named_with_its_shares() -> None:
    change = compared(weeks(1, changes_on=0)).change

    assert change
    assert [one.name for one in (*change.grew, *change.shrank)] == ["refund_status", "order_status"]
    assert change.grew[0].before and change.grew[0].after
    assert change.grew[0].after.low > change.grew[0].before.high
    assert 0.05 < change.after.low < change.after.value < change.after.high < 0.3


@pytest.mark.parametrize("day", [0, 7, 14])
def test_it_is_dated_by_the_day_from_which_on_it_differs_most(day: int) -> None:
    found = [change for seed in range(10) if (change := compared(weeks(seed, day)).change)]
    dates = [change.since / DAY for change in found]

    assert len(found) >= 8
    assert abs(np.median(dates) - day) <= 1
    assert all(change.since < change.found <= WINDOW.end for change in found)


def test_drf_1_mixes_that_do_not_move_seldom_count_as_moved() -> None:
    found = [compared(weeks(seed, a_day=20), sure=0.05) for seed in range(200)]

    assert sum(one.change is not None for one in found) <= 6  # both tests have to agree, one of them once in a hundred
    assert 4 <= sum(one.p <= 0.05 for one in found) <= 18


def test_what_came_into_use_shortly_before_stands_beside_it() -> None:
    marks = Mark(6 * DAY, "model", "m2"), Mark(1 * DAY, "model", "m1")
    change = compared(weeks(3, 7), window=replace(WINDOW, marks=marks)).change

    assert change
    assert change.marks == marks[:1]


def test_drf_6_of_a_part_that_moved_the_names_are_told_and_no_figures() -> None:
    change = compared(weeks(1, 0, cut=("channel", "web"))).change

    assert change
    assert (change.after, change.grew) == (None, (Portion("refund_status", None, None),))


def mix_of(before: Counter[str], now: Counter[str]) -> Mixed:
    return mixed("intents", None, {-1: before, 0: now})


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=6))
def test_cri_12_no_name_of_fewer_than_ten_is_told_as_grown_or_shrunk(counts: list[tuple[int, int]]) -> None:
    before, now = (Counter({f"n{place}": pair[side] for place, pair in enumerate(counts) if pair[side]})
                   for side in (0, 1))
    for found in shifts(comparable([mix_of(before, now)], 100), 1.0, WINDOW):
        named = [*found.change.grew, *found.change.shrank] if found.change else []

        assert all(max(before[one.name], now[one.name]) >= 10 for one in named)
        assert all(before[one.name] >= 10 or not before[one.name] for one in named if one.before)
        assert all(now[one.name] >= 10 or not now[one.name] for one in named if one.after)


CUTS: tuple[tuple[str, str] | None, ...] = (None, ("channel", "rest"), ("channel", "web"))
NOBODY = ("channel", "")
"""Who is in neither of the two channels."""


def told_of(rows: Sequence[Sequence[int]]) -> dict[tuple[str, str] | None, MixShift]:
    """What is shown of the names a, b, c in two channels and in neither of them (a row each)."""
    every = [sum(column) for column in zip(*rows, strict=True)]
    counts = dict(zip(CUTS, (every, *rows), strict=False))
    mixes = [mixed("intents", cut, {-1: Counter(a=200), 0: Counter(dict(zip("abc", row, strict=True)))})
             for cut, row in counts.items()]
    blank = [MixShift("intents", cut, None, 0.0, 0.0, 1.0, 0.0) for cut in counts]
    return {one.cut: one for one in shown(blank, mixes, 10)}


@given(st.lists(st.lists(st.sampled_from([0, 4, 9, 10, 25, 80]), min_size=3, max_size=3), min_size=3, max_size=3))
def test_cri_12_no_share_of_fewer_than_ten_is_told_nor_is_it_all_less_the_rest(rows: list[list[int]]) -> None:
    every = [sum(column) for column in zip(*rows, strict=True)]
    cells = {(cut, name): many for cut, row in zip((*CUTS, NOBODY), (every, *rows), strict=True)
             for name, many in zip("abc", row, strict=True)}
    found = {(cut, one.name): one.after for cut, of in told_of(rows).items() for one in of.portions}
    small = {cell for cell, many in cells.items() if 0 < many < 10}

    assert not any(found.get(cell) for cell in small)
    for line in ([[(cut, name) for name in "abc"] for cut in CUTS]
                 + [[(cut, name) for cut in (*CUTS, NOBODY)] for name in "abc"]):
        unknown = [cell for cell in line if cells[cell] and not found.get(cell)]
        is_all_of_it = sum(cells[cell] > 0 for cell in line) == 1
        assert len(unknown) != 1 or unknown[0] not in small or is_all_of_it


def test_the_shares_of_a_mix_are_told_by_part_the_largest_name_first() -> None:
    found = told_of([[20, 60, 20], [30, 50, 20], [0, 0, 0]])

    assert [one.name for one in found[None].portions] == ["b", "a", "c"]
    assert [one.after and one.after.value for one in found["channel", "web"].portions] == [0.5, 0.3, 0.2]
    assert [of.of for of in found.values()] == [200, 100, 100]


def test_a_few_in_one_channel_hide_as_many_in_the_other() -> None:
    found = told_of([[20, 60, 4], [30, 50, 20], [0, 0, 0]])

    assert [one.after is None for one in found["channel", "rest"].portions] == [False, True, True]
    assert [one.after is None for one in found["channel", "web"].portions] == [False, True, True]
    assert [one.after is None for one in found[None].portions] == [False, False, False]


def test_what_never_came_before_is_named_when_it_comes_often() -> None:
    [found] = shifts([mix_of(Counter(a=300, b=300), Counter(a=150, b=150, new=100))], SURE, WINDOW)

    assert found.change
    assert [(one.name, one.before and one.before.value) for one in found.change.grew] == [("new", 0.0)]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_names_too_rare_to_test_are_counted_together_and_none_is_lost(counts: list[tuple[int, int]]) -> None:
    before, now = (np.array([pair[side] for pair in counts], dtype=float) for side in (0, 1))
    old, new = pooled(before, now)
    expected = (old + new) * min(old.sum(), new.sum()) / max(old.sum() + new.sum(), 1)

    assert (old.sum(), new.sum()) == (before.sum(), now.sum())
    assert sum(expected < 5) <= 1


def test_days_before_are_one_and_days_looked_at_are_many() -> None:
    found = mixed("intents", None, {-9: Counter(a=2), -1: Counter(b=1), 0: Counter(a=1), 2: Counter(a=3, b=4)})

    assert found.names == ("a", "b")
    assert found.before.tolist() == [2, 1]
    assert found.days.tolist() == [[1, 0], [0, 0], [3, 4]]
    assert found.now.tolist() == [4, 4]
    assert mixed("intents", None, {-9: Counter(a=2)}).now.tolist() == [0]


def turn(at: int, **facts: str | int | bool) -> Record:
    return Record(f"r{at}", "turn", at, "c", facts)


def test_a_session_counts_once_with_its_first_understood_intent_its_first_emotion_and_its_gravest_tier() -> None:
    one = read([turn(1, understood=False, intent="nlu_fallback", confidence=300),
                turn(2, intent="refund_status", confidence=900, emotion="anger", tier=0),
                turn(3, intent="greet", emotion="neutral", tier=2), turn(4, tier=1)])

    assert {name: of(one) for name, of in MIXES.items()} == {
        "intents": "refund_status", "emotions": "anger", "tiers": "tier 2"}
    assert list(WATCHED["confidence in what was meant"].of(one)) == [(1, 30.0)]


def test_con_5_of_a_session_without_a_yes_no_emotion_and_no_tier_is_counted() -> None:
    one = read([turn(1, intent="refund_status")])

    assert {name: of(one) for name, of in MIXES.items()} == {
        "intents": "refund_status", "emotions": None, "tiers": None}


def scores(seed: int, falls_at: int, many: int = 800) -> Watched:
    dice = np.random.default_rng(seed)
    now = np.where(np.arange(many) < falls_at, dice.beta(12, 2, many), dice.beta(7, 2, many))
    return Watched("confidence in what was meant", None, "score", np.rint(dice.beta(12, 2, 2000) * 1000) / 10,
                   np.arange(many) * DAY, np.rint(now * 1000) / 10)


@pytest.mark.parametrize("falls_at", [0, 200, 500])
def test_drf_4_confidences_that_fell_are_a_change_with_its_date_and_medians(falls_at: int) -> None:
    [change] = changes([scores(1, falls_at)], SETTINGS.watch)

    assert (change.moved, abs(change.since / DAY - falls_at) <= 60) == ("down", True)
    assert change.since < change.found < 800 * DAY
    assert change.before and change.after
    assert change.after.value < change.before.value - 4


def test_drf_4_confidences_that_rose_are_told_as_a_rise_and_equal_ones_are_not_told() -> None:
    fell = scores(2, 0)
    [change] = changes([replace(fell, before=fell.now, now=fell.before, at=np.arange(2000) * DAY)], SETTINGS.watch)

    assert change.moved == "up"
    assert [changes([scores(seed, 800)], SETTINGS.watch) for seed in range(20)] == [()] * 20


def test_how_sure_one_must_be_is_shared_with_all_that_one_look_watches() -> None:
    dice = np.random.default_rng(4)
    slight = Watched("confidence in what was meant", None, "score", dice.normal(80, 9, 2000), np.arange(400) * DAY,
                     dice.normal(77.8, 9, 400))

    assert changes([slight], SETTINGS.watch)
    assert changes([slight], SETTINGS.watch, beside=100) == ()


def records(start: int, count: int, **facts: str | int) -> list[Record]:
    return [Record(f"{start}-{n}", "turn", start + n, f"c{start}-{n}", facts) for n in range(count)]


def test_a_look_says_what_was_too_few_to_show_or_to_judge_and_what_was_steady() -> None:
    told = look([*records(DAY, 300, intent="a", confidence=900), *records(29 * DAY, 40, intent="a", confidence=900),
                 *records(29 * DAY + 100, 120, intent="b")], 29 * DAY, 30 * DAY, SETTINGS)

    assert {"person rated well", "emotions", "tiers", "time to a person"} <= set(told.unshown)
    assert "not understood" in told.steady
    assert [change.measure for change in told.moved] == ["intents"]
    assert not set(told.unshown) & {*told.steady, *told.unjudged}
    young = look(records(29 * DAY, 40, intent="a", confidence=900), 29 * DAY, 30 * DAY, SETTINGS)
    assert {"not understood", "confidence in what was meant"} <= set(young.unjudged)


@pytest.mark.parametrize(("turns", "agreed", "told"), [
    (9, 9, None), (9, 0, None), (20, 5, None), (20, 0, 0), (20, 12, 12),
])
def test_cri_12_how_many_agreed_is_told_only_where_it_is_not_a_few(turns: int, agreed: int, told: int | None) -> None:
    some = [*records(DAY, agreed, emotion="joy", level=500, tier=0), *records(2 * DAY, turns - agreed)]

    assert look(some, 0, 3 * DAY, SETTINGS).readings == told


def test_parts_of_a_mix_are_compared_too_the_largest_of_each_kind() -> None:
    told = [one for begin in (1, 29) for place in range(14)
            for one in records((begin + place) * DAY, 110 + place, intent="a", channel=f"w{place}")]
    found = look(told, 29 * DAY, 50 * DAY, SETTINGS)

    assert [one.cut for one in found.mixes] == [None, *sorted(("channel", f"w{place}") for place in range(2, 14))]
    assert not any(isinstance(change, Change) for change in found.moved)
