"""What agents carry comes from cases and breaks by the formula of desk.yml, and from nothing anybody wrote (BND-6)."""

import json
from pathlib import Path

import pytest

from attune.desk import load, wordings
from attune.desk.load import AgentLoad, Day
from attune.errors import InvalidFile
from attune.handoff.stints import Break, Stint
from desk.situations import RULES, T0, case

FORMULA = load.formula(wordings.load())
MINUTE, HOUR = 60.0, 3600.0


def only(day: Day) -> AgentLoad:
    [found] = load.by_agent(day, RULES, FORMULA)
    return found


def stint(began: float, ended: float | None = None, reason: str = "customer_request") -> Stint:
    return Stint("h", "Ada", reason, T0 + began, None if ended is None else T0 + ended)


@pytest.mark.parametrize(("reason", "consent", "points"), [
    ("customer_request", "granted", 2), ("customer_request", "refused", 1), ("safety", "granted", 5),
    ("safety", "refused", 4),
])
def test_a_conversation_weighs_what_the_customer_lets_be_known_of_it(reason: str, consent: str, points: float) -> None:
    day = Day([case(1, "Ada", reason, consent)], [stint(0)], [], T0 + MINUTE)

    assert only(day).points == points


def test_what_was_given_back_counts_by_half_until_a_rest() -> None:
    worked = [stint(0, 30 * MINUTE, "safety"), stint(31 * MINUTE)]
    tired = only(Day([case(1, "Ada")], worked, [], T0 + 40 * MINUTE))
    rested = only(Day([case(1, "Ada")], [worked[0], stint(45 * MINUTE)], [], T0 + 50 * MINUTE))

    assert (tired.points, tired.given_back) == (2 + 0.5 * (1 + 3), 1)
    assert (rested.points, rested.given_back) == (2, 0)


@pytest.mark.parametrize(("stints", "breaks", "rested"), [
    ([], [], 100), ([stint(0)], [], 0), ([stint(0, 5 * MINUTE), stint(10 * MINUTE)], [], 0),
    ([stint(0, 5 * MINUTE), stint(15 * MINUTE)], [], 15),
    ([stint(0), stint(5 * MINUTE, 6 * MINUTE), stint(30 * MINUTE)], [], 0),  # one of two went on
    ([stint(0)], [Break("Ada", T0 + 20 * MINUTE, T0 + 35 * MINUTE)], 35),
    ([stint(0)], [Break("Ada", T0 + 20 * MINUTE, T0 + 25 * MINUTE)], 0),  # too short to rest
    ([stint(0)], [Break("Ada", T0 + 20 * MINUTE)], 100),
    ([stint(0, 50 * MINUTE)], [], 100),
])
def test_a_rest_is_a_break_or_a_stretch_without_a_conversation(
    stints: list[Stint], breaks: list[Break], rested: float,
) -> None:
    assert load.rested_at(Day([], stints, breaks, T0 + 100 * MINUTE), 10 * MINUTE) == T0 + rested * MINUTE


def test_a_pause_is_due_from_the_points_on_and_hours_count() -> None:
    cases = [case(number, "Ada") for number in (1, 2, 3)]
    early = only(Day(cases, [stint(0)], [], T0 + HOUR))
    late = only(Day(cases, [stint(0)], [], T0 + 2 * HOUR))

    assert (early.points, early.needs_pause) == (7, False)
    assert (late.points, late.needs_pause) == (8, True)


def test_after_two_cases_for_safety_a_colleague_takes_the_next_who_is_free_and_carries_least() -> None:
    stints = [stint(0, 5 * MINUTE, "safety"), stint(6 * MINUTE), Stint("h", "Bo", "", T0, None),
              Stint("h", "Cy", "", T0, None), Stint("h", "Di", "", T0, None)]
    cases = [case(1, "Ada", "safety"), case(2, "Bo"), case(3, "Bo"), case(4, "Cy")]
    agents = load.by_agent(Day(cases, stints, [Break("Di", T0)], T0 + 8 * MINUTE), RULES, FORMULA)

    assert {one.agent: one.rotates for one in agents} == {"Ada": True, "Bo": False, "Cy": False, "Di": False}
    found = load.lightest(agents)
    assert found and found.agent == "Cy"  # Di carries less, and is on a break
    assert load.lightest([one for one in agents if one.rotates]) is None


def test_every_queue_says_how_many_wait_and_how_long() -> None:
    cases = [case(1, opened=T0), case(2, opened=T0 + 5 * MINUTE), case(3, "Ada"), case(4, consent="refused")]
    queues = load.by_queue(cases, ["safety", "care", "general"], T0 + 16 * MINUTE)

    assert [(one.queue, one.waiting, one.overdue, one.with_person) for one in queues] == [
        ("safety", 0, 0, 0), ("care", 2, 1, 1), ("general", 1, 1, 0)]
    assert queues[1].longest == 16 * MINUTE


@pytest.mark.parametrize(("part", "value", "said"), [
    ("load", {"case": 1}, "is a required property; add it"), ("outcomes", {}, "does not have enough properties"),
    ("checklist", {"safety": [], "strong": ["x"]}, "checklist.safety"), ("outcomes", {"Not an id": "x"}, "Not an id"),
    ("notices", {"joined": ""}, "notices"),
])
def test_a_slip_in_desk_yml_names_file_and_line(tmp_path: Path, part: str, value: object, said: str) -> None:
    broken = tmp_path / "desk.yml"
    broken.write_text(json.dumps({**wordings.load(), part: value}, default=float))  # JSON is YAML
    with pytest.raises(InvalidFile, match=r"desk\.yml:\d+: ") as slip:
        wordings.load(broken)

    assert said in str(slip.value)
