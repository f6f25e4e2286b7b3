"""Wilson's interval against published values; the CUSUM against what it promises."""

from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.drift.cusum import Alarm, Chart, calibrate, watch
from attune.drift.intervals import too_small, wilson


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


@pytest.mark.parametrize(("count", "of", "small"), [(9, 100, True), (10, 10, False), (10, 100, False), (0, 0, True)])
def test_small_counts(count: int, of: int, small: bool) -> None:
    assert too_small(count, of) is small


CHART = calibrate(Chart(0.01, 3.0), 20_000, seed=7)


def stream(share: float, seed: int, length: int) -> list[bool]:
    dice = Random(seed)
    return [dice.random() < share for _ in range(length)]


def test_the_same_seed_makes_the_same_chart() -> None:
    assert calibrate(Chart(0.2, 2.0), 500, seed=3) == calibrate(Chart(0.2, 2.0), 500, seed=3)


def test_a_tripling_of_a_rare_thing_is_noticed_soon() -> None:  # DRF: what PSI 0.1 never notices
    alarms = [watch(CHART, stream(0.03, seed, 5000)) for seed in range(60)]
    found = [alarm.after for alarm in alarms if alarm and alarm.moved == "up"]

    assert len(found) == 60
    assert median(found) < 450


def test_without_drift_alarms_are_as_rare_as_promised() -> None:
    alarms = [watch(CHART, stream(0.01, seed, 20_000)) for seed in range(100, 160)]
    share = sum(alarm is not None for alarm in alarms) / len(alarms)

    assert 0.45 < share < 0.8  # 1 - 1/e is 0.63


def test_a_fall_is_noticed_too() -> None:
    chart = calibrate(Chart(0.2, 2.0), 5000, seed=5)
    alarm = watch(chart, stream(0.05, 1, 3000))

    assert alarm is not None
    assert alarm.moved == "down"


@pytest.mark.parametrize(("outcomes", "alarm"), [([], None), ([False] * 5, None), ([True] * 3, Alarm(2, "up"))])
def test_an_alarm_comes_with_the_outcome_that_raised_it(outcomes: list[bool], alarm: Alarm | None) -> None:
    assert watch(Chart(0.1, 3.0, limit=1.5), outcomes) == alarm
