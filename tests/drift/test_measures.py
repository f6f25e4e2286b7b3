"""What is measured of a session, in tables a supervisor can read, and why a conversation did not calm down."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.audit.record import Record
from attune.drift.causes import CAUSES, cause
from attune.drift.episodes import OVER, Episode, episodes, read
from attune.drift.index import index
from attune.drift.look import Estimate
from attune.drift.looking import look
from attune.drift.measures import DAY, MEASURES, Returns
from attune.drift.settings import load
from attune.drift.simulation import simulated

TABLE = YAML(typ="safe").load(Path(__file__).parents[1] / "tables" / "drift" / "sessions.yml")
NOON = 1_790_000_000_000_000


def told(line: str, number: int = 0, conversation: str = "c") -> Record:
    after, kind, facts = re.fullmatch(r"([\d.]+) (\w+)(?: (\{.*\}))?", line).groups()
    found = YAML(typ="safe").load(facts) if facts else {}
    return Record(f"{conversation}{number}", kind, NOON + int(float(after) * 1_000_000), conversation, found)


def session(lines: list[str]) -> Episode:
    return read([told(line, number) for number, line in enumerate(lines)])


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["name"])
def test_of_a_session_is_measured_what_the_table_says(case: dict[str, Any]) -> None:
    one = session(case["told"].splitlines())
    found = {name: values[0] for name, measure in MEASURES.items() if (values := [v for _, v in measure.of(one)])}

    assert found == case["measures"]
    assert cause(one) == case.get("cause")


def test_every_cause_and_every_measure_is_in_the_table() -> None:
    assert {*CAUSES} - {case.get("cause") for case in TABLE} == {"policy: a yes was refused or taken back", "unknown"}
    measured = {name for case in TABLE for name in case["measures"]}
    assert set(MEASURES) - measured == {"came back within seven days"}


@pytest.mark.parametrize(("told_too", "expected"), [
    ("40 consent {purpose: agent, state: refused}", "policy: a yes was refused or taken back"),
    ("40 consent {purpose: agent, state: granted}", "unknown"),
])
def test_what_is_left_is_policy_or_unknown(told_too: str, expected: str) -> None:
    strong = "turn {emotion: anger, level: 800, tier: 0}"
    said = "acknowledged {response: utter_acknowledge_anger_strong}"
    lines = [f"0 {strong}", f"1 {said}", told_too, f"50 {strong}", f"51 {said}"]

    assert cause(session(lines)) == expected


def test_a_conversation_is_cut_into_sessions_and_late_records_find_their_place() -> None:
    lines = ["0 session {model: m1}", "1 turn {understood: true}", "5 said {response: b}",
             "3 acknowledged {response: a}", "9 session {model: m1}", "10 turn {understood: true}"]
    first, second = episodes(told(line, number) for number, line in enumerate(lines))

    assert (first.turns[0].spoken, len(second.turns)) == (["acknowledged", "said"], 1)


def test_only_sessions_that_are_not_over_are_held() -> None:
    def talks() -> Iterator[Record]:
        for number in range(30_000):
            yield Record(str(number), "turn", NOON + number * 60_000_000, f"c{number}", {"understood": True})

    ended = [number for number, _ in zip(range(1000), episodes(talks()), strict=False)]
    assert len(ended) == 1000  # long before the last Record was asked for
    first = next(episodes(talks()))
    assert first.end - first.begin < OVER


@pytest.mark.parametrize(("days", "came_back"), [(1, 1.0), (6.9, 1.0), (7.1, 0.0)])
def test_who_writes_again_within_seven_days_came_back(days: float, came_back: float) -> None:
    returns = Returns(30 * DAY)
    one, other = Episode("c", 0, 10), Episode("c", 10 + int(days * DAY), 20 + int(days * DAY))

    assert list(returns.of(one)) == []
    assert [outcome for _, outcome in returns.of(other)] == [(10 + 7 * DAY, came_back)]


@pytest.mark.parametrize(("now", "known"), [(6 * DAY, []), (8 * DAY, [(7 * DAY, 0.0)])])
def test_who_did_not_is_known_only_after_seven_days(now: int, known: list[tuple[int, float]]) -> None:
    returns = Returns(now)
    list(returns.of(Episode("c", 0, 0)))

    assert [outcome for _, outcome in returns.rest()] == known


def test_who_did_waits_as_long_or_the_newest_would_all_have_come_back() -> None:
    returns = Returns(6 * DAY)
    told = [*returns.of(Episode("c", 0, 0)), *returns.of(Episode("c", DAY, DAY)), *returns.rest()]

    assert told == []


def test_in_a_quiet_week_in_which_customers_come_back_nothing_moves() -> None:
    def customer(session: str | None) -> str | None:
        return f"c{zlib.crc32(session.encode()) % 700}" if session else None

    records = (felt for _, felt in simulated(2000, NOON // 1_000_000, 3))
    told = [replace(record, conversation=customer(record.conversation)) for record in records]
    end = NOON + 42 * DAY
    seen = look(told, end - 7 * DAY, end, load())
    [came_back] = [one for one in seen.series if one.measure == "came back within seven days" and one.cut is None]

    assert came_back.now
    assert came_back.now.of > 100
    assert [change for change in seen.changes if change.measure == came_back.measure] == []


WEIGHTS = load().index


def estimate(value: float, reach: float = 0.1) -> Estimate:
    return Estimate(value, max(0.0, value - reach), min(1.0, value + reach), 100)


def test_the_index_is_the_weighted_mean_of_its_parts_with_an_interval() -> None:
    found = index(None, dict.fromkeys(WEIGHTS, estimate(0.5)), WEIGHTS)

    assert found is not None
    assert found.score.value == pytest.approx(50)
    assert (found.score.low, found.score.high) == pytest.approx((50 - 10 * 0.26 ** 0.5, 50 + 10 * 0.26 ** 0.5))


def test_without_a_part_the_others_weigh_more_and_it_is_not_named() -> None:
    found = index(None, {"acknowledged before solved": estimate(0.9), "person rated well": None}, WEIGHTS)

    assert found is not None
    assert [(part.measure, part.weight) for part in found.parts] == [("acknowledged before solved", 1.0)]
    assert index(None, {}, WEIGHTS) is None


@given(st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.floats(0, 1), min_size=1))
def test_the_index_lies_in_its_interval_between_0_and_100(values: dict[str, float]) -> None:
    found = index(None, {name: estimate(value) for name, value in values.items()}, WEIGHTS)

    assert found is not None
    assert 0 <= found.score.low <= found.score.value + 1e-9
    assert found.score.value - 1e-9 <= found.score.high <= 100
    assert sum(part.weight for part in found.parts) == pytest.approx(1)
