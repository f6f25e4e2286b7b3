"""Evidence that may be looked at after every outcome: it errs as seldom as promised, and finds what is there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from attune.drift.anytime import evidence, interval

RUNS = 400


def found(old: float, new: float, of: int, share: float = 0.5, sure: float = 20.0) -> tuple[float, float]:
    """How often evidence for more, and for less, reaches `sure` at any time."""
    dice, hits = np.random.default_rng(7), np.zeros(2)
    for _ in range(RUNS):
        is_new = dice.random(of) < share
        outcome = dice.random(of) < np.where(is_new, new, old)
        seen = evidence(is_new, outcome, share)
        hits += np.array([seen.commoner, seen.rarer]) >= sure
    more, less = hits / RUNS
    return float(more), float(less)


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
def test_where_nothing_differs_one_in_twenty_errs_at_most_however_often_one_looks(level: float, share: float) -> None:
    most = stats.binom.ppf(0.999, RUNS, 0.05) / RUNS

    assert max(found(level, level, 2000, share)) <= most


def test_a_week_in_which_everything_gets_worse_fools_nobody() -> None:
    dice, hits = np.random.default_rng(5), 0
    for _ in range(RUNS):
        is_new = dice.random(2000) < 0.5
        outcome = dice.random(2000) < np.repeat([0.1, 0.6, 0.2, 0.9], 500)
        seen = evidence(is_new, outcome, 0.5)
        hits += max(seen.commoner, seen.rarer) >= 40

    assert hits / RUNS <= stats.binom.ppf(0.999, RUNS, 0.05) / RUNS


@pytest.mark.parametrize(("old", "new", "of", "share"), [
    (0.5, 0.6, 2000, 0.5), (0.2, 0.3, 1500, 0.5), (0.5, 0.7, 1500, 0.2),
])
def test_what_differs_is_found_and_the_other_way_is_not(old: float, new: float, of: int, share: float) -> None:
    more, less = found(old, new, of, share)
    assert more > 0.8
    assert less < 0.02

    more, less = found(new, old, of, share)
    assert less > 0.8
    assert more < 0.02


OUTCOMES = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60)


@given(OUTCOMES, st.floats(0.01, 0.99))
def test_evidence_only_grows_and_its_ways_are_mirrors(pairs: list[tuple[bool, bool]], share: float) -> None:
    is_new, outcome = np.array(pairs, bool).reshape(-1, 2).T
    seen, before = evidence(is_new, outcome, share), evidence(is_new[:-1], outcome[:-1], share)
    mirror = evidence(is_new, ~outcome, share)

    assert seen.commoner >= before.commoner * (1 - 1e-9)
    assert (mirror.rarer, mirror.commoner) == pytest.approx((seen.commoner, seen.rarer))


@given(st.integers(0, 2000), st.integers(0, 2000), st.floats(0.001, 0.2))
def test_an_interval_holds_the_share_and_is_wider_than_for_a_single_look(ones: int, rest: int, error: float) -> None:
    low, high = interval(ones, ones + rest, error)
    once = stats.binomtest(ones, max(ones + rest, 1)).proportion_ci(1 - error, "wilson")

    assert 0 <= low <= high <= 1
    if ones + rest:
        assert low <= ones / (ones + rest) <= high
    if ones and rest:
        assert low <= once.low + 1e-9
        assert high >= once.high - 1e-9


def test_an_interval_holds_at_every_time_at_once() -> None:
    dice, missed = np.random.default_rng(3), 0
    for _ in range(100):
        ones = np.cumsum(dice.random(400) < 0.3)
        looks = (interval(int(ones[of - 1]), of, 0.05) for of in range(10, 401, 10))
        missed += any(not low <= 0.3 <= high for low, high in looks)

    assert missed <= 12
