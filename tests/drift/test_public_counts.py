"""The transparency report counts what happened, and nothing in it leads to a person."""

from dataclasses import asdict, replace
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.record import Fact, Kind, Record
from attune.drift.alarms import Rise
from attune.drift.public_counts import CAME, ERASED, LATE, OPEN, Counts, count
from attune.drift.suppression import TOGETHER, Split
from attune.drift.transparency import AlarmCount, alarm_counts, quarter

COUNTRIES = {"AA-1": "AA", "BB-1": "BB", "CC-1": "CC", "ALL": "*"}
HOUR = 3_600_000_000


def told(kind: Kind, conversation: int, at: int = 0, **facts: Fact) -> Record:
    """A Record of one of the conversations."""
    return Record(f"{kind} {conversation} {at} {sorted(facts.items())}", kind, at, f"c{conversation}", facts)


def called(conversation: int, *steps: str, rating: int | None = None, waited: int = 60) -> list[Record]:
    """A call for a person and what came of it."""
    names = ("called", *steps)
    found = [told("handover", conversation, at, step=step, **({"waited": waited} if step == "joined" else {}))
             for at, step in enumerate(names)]
    return [*found, *([told("rating", conversation, len(names), rating=rating)] if rating else [])]


def counted(records: list[Record]) -> Counts:
    return count(records, 0, 1000, 10, COUNTRIES)


def test_a_call_ends_in_one_way_and_counts_once() -> None:
    records = [record for number in range(12) for record in (
        *called(number, "joined", "transferred", "joined", "resolved", rating=5, waited=30 + number),
        *called(100 + number, "timed_out", "left"), *called(200 + number, "left"))]
    found = counted([*records, *called(300, "timed_out", "joined")])

    assert found.reached == Split(37, {CAME: 13, LATE: 12, OPEN: 12})
    assert found.ratings == Split(13, {TOGETHER: 13})
    assert found.waited == 36


def test_cri_12_ratings_and_waits_are_not_told_where_they_would_say_how_few_nobody_came_to() -> None:
    records = [record for number in range(90) for record in called(number, "joined", rating=4)]
    found = counted([*records, *called(200, "timed_out")])

    assert found.reached == Split(91, {TOGETHER: 91})
    assert (found.ratings, found.waited) == (Split(None, {}), None)


def test_where_nobody_came_there_is_nothing_to_rate() -> None:
    found = counted([record for number in range(20) for record in called(number, "timed_out")])

    assert (found.reached, found.ratings) == (Split(20, {LATE: 20}), Split(0, {}))


def test_steps_that_were_put_on_record_late_stand_where_they_belong() -> None:
    records = [record for number in range(10) for record in reversed(called(number, "joined", rating=3))]

    assert counted(records).ratings == Split(10, {"3": 10})


def test_two_calls_of_one_conversation_are_two() -> None:
    again = [replace(record, at=record.at + 50) for n in range(10) for record in called(n, "timed_out")]
    found = counted([*(record for n in range(10) for record in called(n, "joined")), *again])

    assert found.reached == Split(20, {CAME: 10, LATE: 10})


def test_con_3_the_last_word_on_a_purpose_counts() -> None:
    states = [told("consent", n, at, purpose="agent", state=state)
              for n in range(25) for at, state in enumerate(("asked", "granted", "withdrawn")[:3 if n < 12 else 2])]

    assert counted(states).consents == {"agent": Split(25, {"yes": 13, "taken back": 12})}


def test_what_happened_at_another_time_is_left_out() -> None:
    records = [told("session", n, at) for n in range(10) for at in (-1, 0, 999, 1000)]

    assert counted(records).said["conversations begun"] == 20


@pytest.mark.parametrize(("many", "told_of"), [(0, 0), (9, None), (10, 10), (12, 12)])
def test_an_erasure_is_a_customer_who_asked_and_not_each_hour_in_which_keeping_ended(
    many: int, told_of: int | None,
) -> None:
    hourly = [replace(told("erased", 0, hour, why="retention", readings=3), conversation=None) for hour in range(24)]
    asked = [told("erased", n, at, why="asked") for n in range(many) for at in (50, 60)]

    assert counted([*hourly, *asked]).said[ERASED] == told_of


FACTS = {
    "help": {"resources": st.sampled_from([*COUNTRIES, ""]), "locale": st.sampled_from(["en", "fr", "de"])},
    "handover": {"step": st.sampled_from(["called", "joined", "timed_out", "left"]), "waited": st.integers(0, 900)},
    "rating": {"rating": st.integers(1, 5)}, "turn": {"understood": st.booleans()}, "session": {},
    "erased": {"why": st.sampled_from(["asked", "retention"])},
    "consent": {"purpose": st.sampled_from(["agent", "quality"]), "state": st.sampled_from(["granted", "refused"])},
}


@st.composite
def worlds(draw: st.DrawFn) -> list[Record]:
    """Records of several groups of conversations of which all in a group had the same happen."""
    records: list[Record] = []
    for group in range(draw(st.integers(1, 6))):
        kinds = draw(st.lists(st.sampled_from(sorted(FACTS)), min_size=1, max_size=5))
        happened = [(kind, draw(st.fixed_dictionaries(FACTS[kind]))) for kind in kinds]  # type: ignore[arg-type]
        records += [told(kind, 1000 * group + number, at, **facts)  # type: ignore[arg-type]
                    for number in range(draw(st.integers(1, 25))) for at, (kind, facts) in enumerate(happened)]
    return records


def numbers(found: object) -> list[int]:
    if isinstance(found, dict):
        return [number for value in found.values() for number in numbers(value)]
    return [found] if isinstance(found, int) else []


@given(worlds())
def test_cri_12_every_count_is_none_or_at_least_ten_and_so_is_what_follows_from_two(records: list[Record]) -> None:
    found = counted(records)
    page = asdict(found)
    for name in ("begin", "end", "smallest", "waited"):
        page.pop(name)

    assert all(number == 0 or number >= 10 for number in numbers(page))
    shown = found.help
    for parts, total in ((shown.by_country, shown.conversations), (shown.by_locale, shown.conversations),
                         (found.ratings.parts, found.ratings.total), (found.reached.parts, found.reached.total)):
        assert sum(parts.values()) == (total or 0)
    if found.ratings.total:
        assert found.ratings.total == found.reached.parts[CAME]
    if shown.times is not None and shown.conversations is not None:
        assert shown.times - shown.conversations not in range(1, 10)


def with_countries(records: list[Record], swapped: dict[str, str]) -> list[Record]:
    """The same records, with help from another country's lines."""
    return [replace(one, facts={**one.facts, "resources": swapped.get(str(one.facts["resources"]), "")})
            if one.kind == "help" else one for one in records]


@given(st.lists(st.integers(0, 25), min_size=3, max_size=3))
def test_cri_12_another_world_has_the_same_page_where_a_country_is_kept_back(many: list[int]) -> None:
    entries = ["AA-1", "BB-1", "CC-1"]
    records = [told("help", 1000 * group + number, resources=entry, locale="en")
               for group, entry in enumerate(entries) for number in range(many[group])]
    page = counted(records)
    hidden = [entry for entry, number in zip(entries, many, strict=True)
              if number and COUNTRIES[entry] not in page.help.by_country]
    for first in hidden:
        for second in hidden:
            swapped = {**{entry: entry for entry in entries}, first: second, second: first}
            assert counted(with_countries(records, swapped)) == page


def test_alarms_are_counted_by_measure_with_how_soon_they_were_seen() -> None:
    risen = [Rise("crisis help", 0, HOUR), Rise("crisis help", 0, 3 * HOUR), Rise("crisis help", 0, None),
             Rise("escalated", 5, None)]

    assert alarm_counts(risen) == [AlarmCount("crisis help", 3, 2, 2.0), AlarmCount("escalated", 1, 0, None)]


@pytest.mark.parametrize(("now", "begin", "end"), [
    ((2026, 2, 14), (2025, 10, 1), (2026, 1, 1)), ((2026, 3, 31), (2025, 10, 1), (2026, 1, 1)),
    ((2026, 4, 1), (2026, 1, 1), (2026, 4, 1)), ((2026, 12, 31), (2026, 7, 1), (2026, 10, 1)),
])
def test_the_last_quarter_is_the_one_that_is_over(
    now: tuple[int, int, int], begin: tuple[int, int, int], end: tuple[int, int, int],
) -> None:
    def day(date: tuple[int, int, int]) -> datetime:
        return datetime(*date, tzinfo=timezone.utc)

    assert quarter(day(now).replace(hour=13)) == (day(begin), day(end))
