"""What is too small to show stays back at every time and in every part, and follows from no sum of what is shown."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.drift.look import Cut, Series
from attune.drift.measures import DAY
from attune.drift.series import Split, series
from attune.drift.settings import load

SETTINGS = load()
WEEK, WEEKS, MEASURE = 7 * DAY, 6, "handed over"
BEGIN, END = 4 * WEEK, 6 * WEEK
CHANNELS = ("rest", "telegram", "web")
NOWHERE = "of no channel"
Counts = tuple[tuple[int, ...], ...]
"""For each channel, and last for none, how many in each of six weeks."""

counts = st.lists(st.lists(st.sampled_from([0, 3, 8, 9, 10, 12, 30, 90]), min_size=WEEKS, max_size=WEEKS).map(tuple),
                  min_size=4, max_size=4).map(tuple)


def split(cut: Cut | None, weeks: Sequence[int]) -> Split:
    at = np.array([week * WEEK + n for week, many in enumerate(weeks) for n in range(many)], dtype=np.int64)
    return Split(MEASURE, cut, at, np.ones(len(at)), int(np.searchsorted(at, BEGIN)))


def shown(of: Counts) -> list[Series]:
    whole = split(None, [sum(week) for week in zip(*of, strict=True)])
    parts = [split(("channel", name), weeks) for name, weeks in zip(CHANNELS, of, strict=False) if sum(weeks)]
    return list(series([whole, *parts], BEGIN, END, SETTINGS))


def table(of: Counts, found: Sequence[Series]) -> dict[tuple[str, int], tuple[int, bool]]:
    """How many there are in each week (6: now, 7: before) of each part, and whether that is told."""
    weeks = {"all": [sum(week) for week in zip(*of, strict=True)], **dict(zip((*CHANNELS, NOWHERE), of, strict=True))}
    told = {name: [False] * (WEEKS + 2) for name in weeks}
    for one in found:
        estimates = [*(point.estimate for point in one.points), one.now, one.before]
        told[one.cut[1] if one.cut else "all"] = [estimate is not None for estimate in estimates]
    return {(name, week): (size, told[name][week]) for name, many in weeks.items()
            for week, size in enumerate([*many, sum(many[4:]), sum(many[:4])])}


def sums() -> Iterator[list[tuple[str, int]]]:
    names = ("all", *CHANNELS, NOWHERE)
    yield from ([(name, week) for name in names] for week in range(WEEKS + 2))
    for name in names:
        yield [(name, 6), (name, 4), (name, 5)]
        yield [(name, 7), *((name, week) for week in range(4))]


@given(counts)
def test_cri_12_nothing_under_ten_is_shown_nor_is_it_all_less_the_rest(of: Counts) -> None:
    cells = table(of, shown(of))
    small = {cell for cell, (many, _) in cells.items() if 0 < many < 10}

    assert not any(told for cell, (_, told) in cells.items() if cell in small)
    for line in sums():
        unknown = [cell for cell in line if cells[cell][0] and not cells[cell][1]]
        is_all_of_it = sum(cells[cell][0] > 0 for cell in line) == 1
        assert len(unknown) != 1 or unknown[0] not in small or is_all_of_it


def test_where_nothing_is_small_everything_is_shown() -> None:
    of = ((30,) * 6, (50,) * 6, (90,) * 6, (0,) * 6)

    assert all(told for (name, _), (_, told) in table(of, shown(of)).items() if name != NOWHERE)


def test_a_small_week_of_one_channel_hides_that_weeks_smallest_other_and_a_week_more_of_each() -> None:
    of = ((30, 31, 32, 33, 5, 34), (50, 51, 52, 53, 54, 55), (90, 91, 92, 93, 94, 95), (0,) * 6)
    cells = table(of, shown(of))

    assert {cell for cell, (_, told) in cells.items() if not told and cell[0] != NOWHERE} == {
        ("rest", 4), ("telegram", 4), ("rest", 5), ("telegram", 5)}


def test_a_few_of_no_channel_do_not_follow_from_all_less_the_channels() -> None:
    of = ((30,) * 6, (50,) * 6, (90,) * 6, (0, 0, 0, 0, 1, 1))
    cells = table(of, shown(of))

    assert {name for (name, week), (_, told) in cells.items() if week >= 4 and not told} == {"rest", NOWHERE}


@pytest.mark.parametrize("small", ["rest", "web"])
def test_a_channel_that_is_small_now_is_shown_at_no_time(small: str) -> None:
    place = CHANNELS.index(small)
    of = (*((40, 40, 40, 40, 2, 2) if number == place else (60,) * 6 for number in range(3)), (0,) * 6)

    assert not any(told for (name, _), (_, told) in table(of, shown(of)).items() if name == small)
