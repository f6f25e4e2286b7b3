import pytest

from attune.signals.reading import Reading
from attune.signals.trend import in_context, trend

CALM, MILD, LOUD = Reading(), Reading("frustration", 400), Reading("anger", 900)
WORRIED, GRATEFUL = Reading("anxiety", 500), Reading("gratitude", 800)


@pytest.mark.parametrize(("turns", "expected"), [
    ([], "steady"), ([LOUD], "steady"), ([CALM, MILD], "rising"), ([MILD, LOUD], "rising"), ([LOUD, CALM], "settling"),
    ([LOUD, GRATEFUL], "settling"), ([MILD, WORRIED], "steady"), ([CALM, GRATEFUL], "steady"),
])
def test_feelings_rise_and_settle(turns: list[Reading], expected: str) -> None:
    assert trend(turns) == expected


def test_repeated_frustration_counts_for_more() -> None:
    once, twice = in_context(MILD, [MILD]), in_context(MILD, [LOUD, MILD])

    assert MILD.intensity < once.intensity < twice.intensity


@pytest.mark.parametrize("earlier", [[], [CALM], [WORRIED, GRATEFUL]])
def test_other_feelings_before_change_nothing(earlier: list[Reading]) -> None:
    assert in_context(MILD, earlier) == MILD


def test_only_the_last_turns_count_and_a_thousand_is_the_end() -> None:
    assert in_context(MILD, [MILD] * 50) == in_context(MILD, [MILD] * 3)
    assert in_context(LOUD, [LOUD] * 3).intensity == 1000


def test_calm_and_thanks_stay_what_they_are() -> None:
    assert in_context(CALM, [LOUD]) == CALM
    assert in_context(GRATEFUL, [LOUD]) == GRATEFUL
