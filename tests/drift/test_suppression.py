"""What is kept back cannot be had from what is told: not from a sum, and not by knowing how it is done."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.drift.suppression import TOGETHER, Split, enough, split

CELLS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


@pytest.mark.parametrize(("cells", "told"), [
    ({}, Split(0, {})),
    ({"XX": 0}, Split(0, {})),
    ({"XX": 9}, Split(None, {})),
    ({"XX": 10}, Split(10, {"XX": 10})),
    ({"XX": 5, "YY": 4}, Split(None, {})),
    ({"XX": 5, "YY": 6}, Split(11, {TOGETHER: 11})),
    ({"XX": 50, "YY": 9}, Split(59, {TOGETHER: 59})),
    ({"XX": 50, "YY": 20, "ZZ": 9}, Split(79, {"XX": 50, TOGETHER: 29})),
    ({"XX": 50, "YY": 9, "ZZ": 9}, Split(68, {TOGETHER: 68})),
    ({"XX": 50, "YY": 20, "ZZ": 20, "AA": 1}, Split(91, {"XX": 50, TOGETHER: 41})),
    ({"XX": 10, "YY": 1}, Split(11, {TOGETHER: 11})),
    ({"XX": 50, "YY": 10, "ZZ": 1}, Split(61, {TOGETHER: 61})),
    ({"XX": 60, "YY": 50, "ZZ": 10, "AA": 1}, Split(121, {"XX": 60, TOGETHER: 61})),
    ({"XX": 60, "YY": 50, "ZZ": 50, "AA": 10, "BB": 9}, Split(179, {"XX": 60, TOGETHER: 119})),
    ({"XX": 50, "YY": 11, "ZZ": 9}, Split(70, {"XX": 50, TOGETHER: 20})),
    ({"XX": 11, "YY": 12}, Split(23, {"YY": 12, "XX": 11})),
])
def test_cri_12_what_is_too_small_is_told_together_with_the_next_larger(cells: dict[str, int], told: Split) -> None:
    assert split(cells, 10) == told


@given(CELLS)
def test_cri_12_every_number_is_large_enough_and_the_parts_make_up_the_sum(cells: dict[str, int]) -> None:
    found = split(cells, 10)

    assert all(number >= 10 for number in found.parts.values())
    assert found.total == enough(sum(cells.values()), 10)
    assert sum(found.parts.values()) == (found.total or 0)
    assert all(cells[name] == number for name, number in found.parts.items() if name != TOGETHER)


@given(CELLS)
def test_cri_12_what_is_told_together_beside_another_part_is_twice_the_smallest(cells: dict[str, int]) -> None:
    parts = split(cells, 10).parts

    assert TOGETHER not in parts or len(parts) == 1 or parts[TOGETHER] >= 20


def other(cells: dict[str, int], hidden: list[str], name: str) -> dict[str, int]:
    """The same cells, but with another number in one that is hidden: two swap, or one customer moves."""
    twin = next((one for one in hidden if cells[one] != cells[name]), None)
    if twin:
        return cells | {name: cells[twin], twin: cells[name]}
    moved = next(one for one in hidden if one != name)
    return cells | {name: cells[name] - 1, moved: cells[moved] + 1}


@given(CELLS)
def test_cri_12_whatever_is_kept_back_could_be_another_number(cells: dict[str, int]) -> None:
    found = split(cells, 10)
    hidden = [name for name, number in cells.items() if number and name not in found.parts]
    for name in hidden if found.total else ():
        assert split(other(cells, hidden, name), 10) == found


def test_cri_12_who_knows_every_part_and_the_rule_learns_no_small_number() -> None:
    """Every way to spread up to twelve customers over four parts, the smallest number being three."""
    pages = defaultdict(list)
    for numbers in product(range(13), repeat=4):
        if sum(numbers) <= 12:
            found = split(dict(zip("abcd", numbers, strict=True)), 3)
            pages[found.total, tuple(found.parts.items())].append(numbers)

    followed = [numbers for page in pages.values() for numbers in zip(*page, strict=True)
                if len(set(numbers)) == 1 and 0 < numbers[0] < 3]
    assert len(pages) > 100
    assert followed == []
