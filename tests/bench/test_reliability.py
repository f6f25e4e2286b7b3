"""Whether a reader is as sure as it is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.reliability import brier, calibration_error

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1)


@pytest.mark.parametrize(("shares", "true", "error", "score"), [
    ([1.0, 0.0], [True, False], 0.0, 0.0),
    ([1.0, 0.0], [False, True], 1.0, 1.0),
    ([0.75] * 4, [True, True, True, False], 0.0, 0.1875),
    ([0.95] * 2 + [0.05] * 2, [True, False, False, False], 0.25, 0.2275),
])
def test_errors_are_those_counted_by_hand(shares: list[float], true: list[bool], error: float, score: float) -> None:
    assert calibration_error(shares, true) == pytest.approx(error)
    assert brier(shares, true) == pytest.approx(score)


@given(PAIRS)
def test_errors_lie_between_none_and_all(pairs: list[tuple[float, bool]]) -> None:
    shares, true = [share for share, _ in pairs], [right for _, right in pairs]

    assert 0 <= calibration_error(shares, true) <= 1 + 1e-9
    assert 0 <= brier(shares, true) <= 1


@given(PAIRS)
def test_one_bin_compares_only_the_means(pairs: list[tuple[float, bool]]) -> None:
    shares, true = [share for share, _ in pairs], [right for _, right in pairs]

    assert calibration_error(shares, true, bins=1) == pytest.approx(abs(sum(shares) - sum(true)) / len(true))
