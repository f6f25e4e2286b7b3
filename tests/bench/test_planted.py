"""The table of planted changes says what was found, and tells apart what a plant moves and what nothing moved."""

import pytest

from attune.drift.simulation import PLANTS, SHOWS_IN, Plant
from planted import EXPECTED, Run, row, tried


def test_a_row_counts_what_was_found_how_late_and_what_else_moved() -> None:
    runs = [Run(100, 1.0, ()), Run(300, 3.0, ("handed over",)), Run(None, None, ("handed over",))]

    assert row("cold", runs) == (
        "cold", "acknowledged before solved", "2 of 3", "200", "300", "2.0", "handed over 2×")
    assert row("cold", runs[2:])[2:6] == ("0 of 1", "–", "–", "–")
    assert row("none", [Run(None, None, ())]) == ("nothing", "–", "–", "–", "–", "–", "none")


@pytest.mark.parametrize("plant", PLANTS)
def test_what_has_to_notice_a_plant_is_among_what_it_moves(plant: Plant) -> None:
    assert {name for known, name in SHOWS_IN.items() if known == plant} <= EXPECTED[plant]


@pytest.mark.slow
def test_drf_2_a_planted_change_is_found_within_days_and_a_quiet_run_stays_quiet() -> None:
    cold, quiet = tried("cold", 6000, 1), tried("none", 6000, 1)

    assert cold.messages is not None and cold.days is not None
    assert 0 < cold.days < 7
    assert cold.others == quiet.others == ()
