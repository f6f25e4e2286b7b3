"""Intervals against published values; what finds a shift against what is promised of it (DRF-1 to DRF-4)."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.drift.cusum import Alarm, Chart, Outcomes, calibrate, watch
from attune.drift.gate import allowed_misses, lowest_recall, releasable
from attune.drift.intervals import median, share, shares, wilson
from attune.drift.shift import chi_square, kolmogorov_smirnov, mix, psi, psi_limit

CLASSES = np.array([0.60, 0.20, 0.08, 0.08, 0.03, 0.01])
"""neutral, frustration, anger, confusion, distress, crisis: what the tables of DRF-1 and DRF-2 are computed for."""
REFERENCE = 10_000


@pytest.mark.parametrize(("count", "of", "low", "high"), [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
])
def test_wilsons_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_an_interval_holds_its_share_and_stays_between_0_and_1(one: int, other: int) -> None:
    count, of = sorted((one, other))
    low, high = wilson(count, of)

    assert 0 <= low <= (count / of if of else 0.5) + 1e-12
    assert (count / of if of else 0.5) - 1e-12 <= high <= 1


@pytest.mark.parametrize(("ones", "of", "shown"), [
    (9, 100, False), (1, 100, False), (0, 100, True), (10, 100, True), (0, 9, False), (95, 100, True), (9, 9, False),
])
def test_cri_12_no_share_of_fewer_than_ten_is_shown(ones: int, of: int, shown: bool) -> None:
    assert (share(np.array([1.0] * ones + [0.0] * (of - ones))) is not None) == shown


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 60), max_size=6))
def test_drf_6_what_is_hidden_cannot_be_reckoned_from_the_whole(sizes: dict[str, int]) -> None:
    found = shares(sizes, 10)
    hidden = [name for name, part in found.items() if part is None]

    assert len(hidden) != 1 or len(found) == 1
    assert {name for name, size in sizes.items() if size < 10} <= set(hidden)


@pytest.mark.parametrize("of", [10, 25, 200])
def test_a_medians_interval_holds_it_nineteen_times_in_twenty(of: int) -> None:
    dice = np.random.default_rng(9)
    found = [median(dice.exponential(60.0, of)) for _ in range(600)]

    assert np.mean([one.low <= 60 * np.log(2) <= one.high for one in found if one]) > 0.94


CHART = calibrate(Chart(0.01, 3.0), 20_000, seed=7)


def stream(share: float, seed: int, length: int) -> Outcomes:
    return np.random.default_rng(seed).random(length) < share


def test_the_same_seed_makes_the_same_chart() -> None:
    assert calibrate(Chart(0.2, 2.0), 500, seed=3) == calibrate.__wrapped__(Chart(0.2, 2.0), 500, seed=3)


def first(chart: Chart, outcomes: np.ndarray) -> Alarm | None:
    return next(iter(watch(chart, outcomes)), None)


@pytest.mark.parametrize(("before", "after", "ratio", "median", "ninety"), [
    (0.01, 0.03, 3.0, 340, 800), (0.03, 0.06, 2.06, 380, 850), (0.20, 0.30, 1.71, 215, 400),
])
def test_drf_2_a_share_that_moved_is_noticed_soon_at_one_false_alarm_in_20_000(
    before: float, after: float, ratio: float, median: int, ninety: int,
) -> None:
    chart = calibrate(Chart(before, ratio), 20_000, seed=7)
    alarms = [first(chart, stream(after, seed, 20_000)) for seed in range(400)]
    found = [alarm.after for alarm in alarms if alarm and alarm.moved == "up"]

    assert len(found) == 400
    assert np.median(found) < median
    assert np.quantile(found, 0.9) < ninety


def test_drf_2_without_drift_alarms_are_as_rare_as_promised() -> None:
    alarms = [first(CHART, stream(0.01, seed, 20_000)) for seed in range(1000, 1400)]
    share = sum(alarm is not None for alarm in alarms) / len(alarms)

    assert 0.5 < share < 0.76  # 1 - 1/e is 0.63


def test_a_fall_is_noticed_too() -> None:
    alarm = first(calibrate(Chart(0.2, 2.0), 5000, seed=5), stream(0.05, 1, 3000))

    assert alarm is not None
    assert alarm.moved == "down"


def test_each_side_rings_for_itself() -> None:
    chart = calibrate(Chart(0.2, 1.5), 5000, seed=5)
    both = watch(chart, np.concatenate((stream(0.4, 1, 400), stream(0.1, 2, 2000))))

    assert [alarm.moved for alarm in both] == ["up", "down"]
    assert 350 < both[1].since < 450


def test_it_says_since_when() -> None:
    begun = [first(CHART, np.concatenate((stream(0.01, seed, 3000), stream(0.05, seed + 500, 3000))))
             for seed in range(60)]
    since = [alarm.since for alarm in begun if alarm]

    assert len(since) == 60
    assert 2900 < float(np.median(since)) < 3060


@pytest.mark.parametrize(("outcomes", "alarm"), [
    ([], None), ([False] * 5, None), ([True] * 3, Alarm(2, 0, "up")), ([False, False, True, True], Alarm(4, 2, "up")),
])
def test_an_alarm_comes_with_the_outcome_that_raised_it(outcomes: Sequence[bool], alarm: Alarm | None) -> None:
    assert first(Chart(0.1, 3.0, limit=1.5), np.array(outcomes, dtype=bool)) == alarm


@given(st.lists(st.booleans(), max_size=60))
def test_it_is_the_cusum_of_the_textbook(outcomes: list[bool]) -> None:
    chart = Chart(0.3, 2.0, limit=1.2)
    up = down = 0.0
    expected = None
    for after, hit in enumerate(outcomes, 1):
        up = max(0.0, up + chart.steps(2.0)[not hit])
        down = max(0.0, down + chart.steps(0.5)[not hit])
        if max(up, down) >= chart.limit:
            expected = after, "up" if up >= down else "down"
            break
    found = first(chart, np.array(outcomes, dtype=bool))

    assert (found and (found.after, found.moved)) == expected


def windows(size: int, seed: int, shares: np.ndarray = CLASSES, runs: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    old = dice.multinomial(REFERENCE, CLASSES, size=runs).astype(float)
    return old, dice.multinomial(size, shares, size=runs).astype(float)


@pytest.mark.parametrize(("size", "mean", "limit", "above"), [
    (50, 0.085, 0.269, 0.31), (100, 0.046, 0.143, 0.057), (200, 0.025, 0.076, 0.001), (500, 0.011, 0.032, 0.0),
    (1000, 0.0055, 0.0167, 0.0), (2000, 0.0030, 0.0091, 0.0),
])
def test_drf_1_the_table_of_psi_without_drift_is_reproduced(size: int, mean: float, limit: float, above: float) -> None:
    found = np.array([psi(old, new) for old, new in zip(*windows(size, 11), strict=True)])

    assert found.mean() == pytest.approx(mean, rel=0.06)
    assert psi_limit(CLASSES * REFERENCE, size, seed=3, runs=20_000) == pytest.approx(limit, rel=0.06)
    assert (found > 0.1).mean() == pytest.approx(above, abs=0.02)


@pytest.mark.parametrize("size", [200, 1000])
def test_drf_1_a_calibrated_limit_errs_once_in_a_hundred(size: int) -> None:
    limit = psi_limit(CLASSES * REFERENCE, size, seed=3, runs=20_000)
    found = [psi(old, new) > limit for old, new in zip(*windows(size, 23, runs=20_000), strict=True)]

    assert float(np.mean(found)) == pytest.approx(0.01, abs=0.003)


def moved(source: int, target: int, by: float) -> np.ndarray:
    shares = CLASSES.copy()
    shares[source] -= by
    shares[target] += by
    return shares


@pytest.mark.parametrize(("shares", "legacy", "calibrated", "chi"), [
    (moved(0, 5, 0.02), 0.0, 0.87, 0.94), (moved(0, 4, 0.03), 0.0, 0.86, 0.91), (moved(0, 1, 0.10), 0.02, 1.0, 1.0),
    (moved(0, 1, 0.20), 1.0, 1.0, 1.0),
], ids=["crisis 1 to 3 %", "distress 3 to 6 %", "frustration 20 to 30 %", "frustration 20 to 40 %"])
def test_drf_1_what_psi_at_a_tenth_never_sees_the_calibrated_limit_and_chi_square_do(
    shares: np.ndarray, legacy: float, calibrated: float, chi: float,
) -> None:
    limit = psi_limit(CLASSES * REFERENCE, 1000, seed=3, runs=20_000)
    pairs = list(zip(*windows(1000, 31, shares, 600), strict=True))
    found = np.array([psi(old, new) for old, new in pairs])

    assert (found > 0.1).mean() == pytest.approx(legacy, abs=0.03)
    assert (found > limit).mean() == pytest.approx(calibrated, abs=0.06)
    assert np.mean([chi_square(old, new) < 0.01 for old, new in pairs[:200]]) == pytest.approx(chi, abs=0.08)


def test_a_mix_says_how_far_it_moved_and_how_likely_that_is_by_chance() -> None:
    before, same = {"a": 6000, "b": 3000, "c": 1000}, {"a": 610, "b": 290, "c": 100}
    other = {"a": 400, "b": 300, "d": 300}

    assert not mix(before, same, 1).has_moved
    assert mix(before, same, 1).p > 0.01
    assert mix(before, other, 1).has_moved
    assert mix(before, other, 1).p < 1e-6
    assert 0 < mix(before, same, 1).apart < mix(before, other, 1).apart < 1


def test_drf_4_confidences_that_fell_are_found_and_equal_ones_seldom_are() -> None:
    dice = np.random.default_rng(3)
    calm = [kolmogorov_smirnov(dice.beta(8, 2, 800), dice.beta(8, 2, 400), tests=3) < 0.05 for _ in range(200)]
    worse = [kolmogorov_smirnov(dice.beta(8, 2, 800), dice.beta(6, 2, 400), tests=3) < 0.05 for _ in range(50)]

    assert np.mean(calm) <= 0.05
    assert np.mean(worse) > 0.9


@pytest.mark.parametrize(("size", "allowed"), [(300, 12), (500, 18)])
def test_drf_3_the_misses_a_golden_set_may_have_are_those_of_the_table(size: int, allowed: int) -> None:
    assert allowed_misses(size) == allowed


@pytest.mark.parametrize(("size", "recall", "share"), [
    (300, 0.95, 0.74), (300, 0.93, 0.98), (500, 0.95, 0.91), (1000, 0.95, 0.998),
])
def test_drf_3_a_reader_that_got_worse_is_found_by_a_golden_set(size: int, recall: float, share: float) -> None:
    misses = np.random.default_rng(5).binomial(size, 1 - recall, 4000)

    assert (misses > allowed_misses(size)).mean() == pytest.approx(share, abs=0.025)


@pytest.mark.parametrize(("size", "most"), [(200, 3), (300, 7), (400, 11), (600, 19), (1000, 36)])
def test_drf_3_the_misses_a_release_may_have_are_those_of_the_table(size: int, most: int) -> None:
    assert releasable(size) == most


def test_what_has_missed_everything_shows_nothing() -> None:
    assert (lowest_recall(20, 20), releasable(10)) == (0.0, -1)
