"""What is planted in simulated weeks is found, soon, and with the right name; in quiet weeks nothing is (DRF-2)."""

import pytest

from attune.audit.record import Record
from attune.drift.look import Look, MixChange
from attune.drift.looking import look
from attune.drift.settings import load
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, PLANTS, SHOWS_IN, WEEKS, Plant, simulated

BEGIN = 1_790_000_000.0
CONVERSATIONS = 6000


def records(plant: Plant, seed: int, conversations: int = CONVERSATIONS) -> list[Record]:
    return [felt for _, felt in simulated(conversations, BEGIN, seed, plant)]


def looked(plant: Plant, seed: int) -> Look:
    begin, end = (int((BEGIN + days * DAY) * MICRO) for days in (CHANGES_IN, WEEKS * 7))
    return look(records(plant, seed), begin, end, load())


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant != "none"])
def test_drf_2_each_planted_change_is_found_in_days_under_its_name(plant: Plant, seed: int) -> None:
    found = looked(plant, seed)
    [change] = [one for one in found.moved if one.measure == SHOWS_IN[plant] and one.cut is None]
    planted = int((BEGIN + CHANGES_IN * DAY) * MICRO)

    assert abs(change.since - planted) < 4 * DAY * MICRO
    assert change.found - planted < 10 * DAY * MICRO
    if isinstance(change, MixChange):
        assert (change.grew[0].name, change.shrank[0].name) == ("refund_status", "order_status")
        return
    assert change.before is not None and change.after is not None
    assert (change.after.value > change.before.value) == (change.moved == "up")


@pytest.mark.parametrize(("plant", "kind"), [("cold", "wordings"), ("nlu", "model")])
def test_what_came_into_use_just_before_stands_beside_the_change(plant: Plant, kind: str) -> None:
    marks = [mark.kind for change in looked(plant, 4).moved for mark in change.marks]

    assert set(marks) == {kind}


def test_drf_2_in_quiet_weeks_nothing_is_found() -> None:
    found = [(seed, change.measure, change.cut) for seed in range(20, 30) for change in looked("none", seed).moved]

    assert found == []


def test_the_same_seed_makes_the_same_weeks() -> None:
    assert records("cold", 7, 50) == records("cold", 7, 50)
    assert records("cold", 7, 50) != records("cold", 8, 50)


def test_con_5_nothing_of_a_feeling_stands_in_what_is_told_without_a_yes() -> None:
    for told, felt in simulated(200, BEGIN, 5):
        assert not {"emotion", "level", "tier"} & set(told.facts)
        assert told.id == felt.id


def test_all_of_it_has_canonical_bytes() -> None:
    assert all(record.canonical() for record in records("queue", 9, 100))
