"""What the report keeps back of few people does not follow from what it tells (CRI-12)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.audit.record import Record
from attune.drift.look import Cut, Estimate, Look, MixChange, MixShift, Portion
from attune.drift.looking import look
from attune.drift.measures import DAY
from attune.drift.mixes import mixed
from attune.drift.portions import shown
from attune.drift.report import page
from attune.drift.settings import load

WEB, REST = ("channel", "web"), ("channel", "rest")
CUTS: tuple[Cut | None, ...] = (None, REST, WEB)
MANY = 14
"""Names: more than the report shows."""
Rows = Sequence[Sequence[int]]

some = st.lists(st.lists(st.sampled_from([0, 0, 1, 9, 10, 40, 300]), min_size=MANY, max_size=MANY),
                min_size=2, max_size=2)
ordinary = [[300, 200], [300, 200]]


def moved(now: Rows, before: Rows, changed: MixChange | None = None) -> dict[Cut | None, MixShift]:
    """What is told of a mix in two channels: a row each, a column for each name."""
    sides = [{None: [sum(column) for column in zip(*rows, strict=True)], **dict(zip(CUTS[1:], rows, strict=True))}
             for rows in (before, now)]
    counted = [{cut: Counter({f"n{place:02}": many for place, many in enumerate(row) if many})
                for cut, row in side.items()} for side in sides]
    mixes = [mixed("tiers", cut, {-1: counted[0][cut], 0: counted[1][cut]}) for cut in CUTS]
    far = [MixShift("tiers", cut, None, 0.012345, 0.0045678, 0.00012345, 0.054321, change=changed) for cut in CUTS]
    return {one.cut: one for one in shown(far, mixes, 10)}


def figures(one: MixShift) -> tuple[float | None, ...]:
    return one.psi, one.limit, one.p, one.apart


@pytest.mark.parametrize("side", ["now", "before"])
def test_how_far_a_mix_moved_is_not_told_where_one_in_danger_is_hidden(side: str) -> None:
    few = {"now": ordinary, "before": ordinary, side: [[300, 200, 1], [300, 200, 0]]}
    now, before = ([[*row, 0][:3] for row in few[name]] for name in ("now", "before"))
    found = moved(now, before)

    assert [figures(found[cut]) for cut in (None, REST)] == [(None,) * 4] * 2
    assert found[WEB].psi  # of whom none was
    assert figures(moved(ordinary, ordinary)[None]) == (0.012, 0.0046, 0.00012, 0.054)


def test_of_a_part_of_which_all_is_shown_only_the_psi_is_told_to_two_digits() -> None:
    assert [figures(moved(ordinary, ordinary)[cut]) for cut in (WEB, REST)] == [(0.012, None, None, None)] * 2


@given(some, some)
@settings(deadline=None)
def test_how_far_is_told_only_where_every_name_is(now: Rows, before: Rows) -> None:
    for cut, one in moved(now, before).items():
        for rows, side in ((now, "after"), (before, "before")):
            told = {portion.name for portion in one.portions if getattr(portion, side)}
            row = [sum(column) for column in zip(*rows, strict=True)] if cut is None else rows[CUTS.index(cut) - 1]
            untold = [many for place, many in enumerate(row) if many and f"n{place:02}" not in told]

            assert one.psi is None or not any(cut or many < 10 for many in untold)


def test_the_page_says_only_whether_it_moved_where_it_may_not_say_how_far() -> None:
    hidden = moved([[300, 200, 1], [300, 200, 0]], [[300, 200, 0], [300, 200, 0]])
    pages = [page.drift(Look(0, 7 * DAY, 1, 1, 1, 1, mixes=tuple(one.values())), load(), 0)
             for one in (hidden, moved(ordinary, ordinary))]
    rows = [told.split("How far it moved against")[1].split("</table>")[0] for told in pages]

    assert [row.count("too few to show") for row in rows] == [2, 0]
    assert [row.count("0.012") for row in rows] == [1, 3]
    assert rows[1].count("–") == 6  # of two parts neither the limit nor the chance nor the distance


def changed(now: int, of: int) -> MixChange:
    """The name n00 moved, and since then has come so often."""
    after = Estimate(now / of, 0, 1, of)
    portion = Portion("n00", Estimate(0.5, 0, 1, 500), after)
    return MixChange("tiers", None, 0, DAY, Estimate(0.1, 0, 1, of), (portion,), (), "PSI")


@pytest.mark.parametrize(("now", "of", "is_told"), [
    (600, 1000, True), (590, 990, True), (597, 990, False), (591, 991, False), (600, 990, True),
])
def test_what_came_before_a_move_began_does_not_follow_from_all_less_what_came_since(
    now: int, of: int, is_told: bool,
) -> None:
    change = moved(ordinary, ordinary, changed(now, of))[None].change

    assert change
    assert (change.grew[0].after is not None) is is_told


def test_a_share_that_the_table_hides_stands_in_no_sentence() -> None:
    change = moved([[5, 200], [0, 200]], [[5, 200], [0, 200]], changed(5, 400))[None].change

    assert change
    assert (change.after, change.grew[0].before, change.grew[0].after) == (None, None, None)


def test_how_far_apart_a_mix_is_since_it_moved_is_rounded() -> None:
    far = replace(changed(600, 1000), after=Estimate(0.123456, 0.101234, 0.145678, 1234))
    change = moved(ordinary, ordinary, far)[None].change

    assert change
    assert change.after == Estimate(0.12, 0.1, 0.15, 1000)


def test_what_came_since_a_measure_moved_is_rounded_so_that_the_days_before_do_not_follow() -> None:
    talks = [Record(f"r{at}-{n}", "turn", at * DAY + n, f"c{at}-{n}", {"understood": n >= few})
             for at in range(56) for few in (37 if at >= 40 else 3,) for n in range(111)]
    found = look(talks, 28 * DAY, 56 * DAY, load())
    [change] = [one for one in found.changes if one.measure == "not understood" and one.cut is None]
    [whole] = [one for one in found.series if one.measure == "not understood" and one.cut is None]

    assert change.before == whole.before
    assert change.after
    assert (change.after.value, change.after.of) == (0.33, 2000)
    assert len(str(change.after.low)) <= 4
