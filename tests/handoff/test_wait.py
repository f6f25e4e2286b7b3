"""The place in the queue and what is said of the wait: what was, as long as it is true, and no promise (HND-3)."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.handoff import wait
from attune.handoff.wait import ENOUGH, TELL_AGAIN, Expected, Waiting
from attune.policy.hours import Hours
from attune.policy.waiting import words
from attune.reply.lint import broken, load

MINUTE = 60.0
NOON = datetime(2026, 11, 26, 12, tzinfo=timezone.utc).timestamp()  # a Thursday
NINE_TO_FIVE = (Hours(ZoneInfo("UTC"), (((540, 1020),),) * 5 + ((), ())),)


def waiting(name: str = "h", priority: int = 3, since: float = NOON, **told: float) -> Waiting:
    return Waiting(name, f"c-{name}", "general", "customer_request", priority, since + 900, since, since, 900, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(("minutes", "longest", "expected"), [
    ([1, 2, 7, 8, 9], 0, Expected(5, 10)),
    ([1, 1, 2, 3, 4], 0, Expected(5, 5)),
    ([0, 0, 0, 0, 0], 0, Expected(5, 5)),
    ([5, 5, 5, 5, 5.1], 0, Expected(5, 5)),
    ([6, 11, 16, 21, 26, 31], 0, Expected(15, 25)),
    ([1, 2, 7, 8, 9], 10, Expected(5, 10)),
    ([1, 2, 7, 8, 9], 10.1, None),       # somebody waits longer than those figures say: they are of better times
    ([1, 2, 7, 8], 0, None),             # too few
    ([], 0, None),
])
def test_hnd_3_a_wait_is_told_only_from_enough_people_who_got_through(
    minutes: list[float], longest: float, expected: Expected | None,
) -> None:
    assert wait.expected([MINUTE * each for each in minutes], MINUTE * longest) == expected


@given(st.lists(st.floats(0, 86_400), max_size=60), st.floats(0, 86_400))
def test_what_is_told_is_a_range_in_steps_of_five_minutes(waited: list[float], longest: float) -> None:
    found = wait.expected(waited, longest)

    if found is None:
        assert len(waited) < ENOUGH or longest > 0
        return
    assert 5 <= found.least <= found.most
    assert found.least % 5 == found.most % 5 == 0
    assert longest <= MINUTE * found.most


def test_the_line_is_in_the_order_of_the_desk() -> None:
    late, early, urgent = waiting("late", since=NOON + 5), waiting("early"), waiting("urgent", 1, NOON + 9)

    assert wait.in_order([late, early, urgent]) == [urgent, early, late]


@pytest.mark.parametrize(("ahead", "said"), [
    (0, "Nobody is waiting before you."), (1, "One person is waiting before you."),
    (2, "2 people are waiting before you."), (17, "17 people are waiting before you."),
])
def test_the_place_is_a_sentence(ahead: int, said: str) -> None:
    assert wait.place_in_words(ahead) == said


@pytest.mark.parametrize(("found", "said"), [
    (Expected(5, 15), "typical waits were 5 to 15 minutes"), (Expected(5, 5), "typical waits were up to 5 minutes"),
    (None, "can't be said"),
])
def test_hnd_3_the_wait_is_a_sentence_about_what_was(found: Expected | None, said: str) -> None:
    assert said in wait.wait_in_words(found)


@pytest.mark.parametrize("about", ["place", "wait", "back"])
def test_lng_2_no_sentence_about_waiting_breaks_a_rule_on_wordings(about: str) -> None:
    assert [(said, lint.id) for said in words(about).values() for lint, _ in broken(said, load())] == []


@pytest.mark.parametrize(("told", "ahead", "later", "worth"), [
    (None, 3, 0, True),
    (3, 3, 60, False),
    (3, 4, 60, False),            # somebody urgent came before: no news anybody wants
    (3, 2, 1, True),
    (3, 3, TELL_AGAIN, True),
    (3, 5, TELL_AGAIN, True),
])
def test_a_better_place_is_told_at_once_and_the_same_one_now_and_then(
    told: int | None, ahead: int, later: float, worth: bool,
) -> None:
    one = waiting() if told is None else waiting(told_place=told, told=NOON)

    assert wait.worth_telling(one, ahead, NOON + later) is worth


@pytest.mark.parametrize(("since", "now", "late", "too_long"), [
    ("10:00", "10:15", False, False),
    ("10:00", "10:16", True, False),
    ("10:00", "10:31", True, True),
    ("16:50", "17:00", False, True),    # the team has left
    ("07:00", "08:59", False, False),   # it is not there yet, which they were told
    ("07:00", "09:10", False, False),   # from nine o'clock on it counts
    ("07:00", "09:16", True, False),
    ("07:00", "09:31", True, True),
])
def test_hnd_2_a_wait_counts_while_people_are_there(since: str, now: str, late: bool, too_long: bool) -> None:
    asked, at = (datetime.fromisoformat(f"2026-11-26T{clock}:00+00:00").timestamp() for clock in (since, now))
    one = waiting(since=asked)

    assert wait.is_late(one, NINE_TO_FIVE, at) is late
    assert wait.too_long(one, NINE_TO_FIVE, at) is too_long


@given(st.floats(NOON, NOON + 10**6), st.floats(0, 10**5))
def test_without_hours_a_wait_begins_when_a_person_is_asked_for(asked: float, later: float) -> None:
    one = waiting(since=asked)

    assert wait.began(asked, "general", ()) == asked
    assert wait.too_long(one, (), asked + later) is (later > 2 * 900) or abs(later - 1800) < 1
