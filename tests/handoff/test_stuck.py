"""What cannot be delivered is known after five minutes, once for each line, until it is through (I6)."""

import json
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Letter
from attune.handoff.agent import Counter
from attune.handoff.outbox import Outbox
from attune.handoff.pages import Page, Pages
from attune.handoff.stuck import AFTER, Stuck, stuck
from attune.handoff.tracker_events import TrackerEvents
from handoff.cases import waits

T0 = 1_800_000_000.0
LATE = T0 + AFTER + 1
LINK = "http://127.0.0.1:8080/handoff/h-c-1"


def delivered(engine: Engine) -> None:
    """The desk took everything."""
    for item in Outbox(engine).pending():
        Outbox(engine).delivered(item.id, T0 + 1)


def heads(engine: Engine, now: float = LATE) -> list[tuple[str, str, str, int]]:
    return [(one.to, one.conversation_id, one.handoff_id, one.behind) for one in stuck(engine, now)]


@pytest.mark.parametrize(("seconds", "is_stuck"), [(AFTER - 1, False), (AFTER + 1, True)])
def test_i6_a_packet_no_desk_takes_is_stuck_after_five_minutes(engine: Engine, seconds: float, is_stuck: bool) -> None:
    waits(engine)

    assert heads(engine, T0 + seconds) == ([("desk", "c-1", "h-c-1", 0)] if is_stuck else [])


def test_what_was_taken_is_not_stuck(engine: Engine) -> None:
    waits(engine)
    delivered(engine)

    assert stuck(engine, LATE) == []


def test_i6_what_rasa_does_not_take_is_stuck_with_all_that_waits_behind_it(engine: Engine) -> None:
    waits(engine)
    delivered(engine)
    counter = Counter(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0)
    counter.reply(Letter(0, "c-1", "m-1", "person", "Hello.", T0 + 60, "Ada"))

    assert heads(engine) == [("rasa", "c-1", "h-c-1", 2)]


def test_a_call_that_has_to_follow_another_waits_from_when_that_one_arrived(engine: Engine) -> None:
    waits(engine)
    counter, events = Counter(engine), TrackerEvents(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0)
    counter.release("c-1", "Ada", "Ada left", T0 + 1)
    delivered(engine)
    *before, trigger = events.pending()
    for call in before:
        events.delivered(call, T0 + 100)

    assert trigger.kind == "trigger"
    assert heads(engine, T0 + 100 + AFTER - 1) == []
    assert heads(engine, T0 + 100 + AFTER + 1) == [("rasa", "c-1", "h-c-1", 0)]


def test_the_longest_comes_first(engine: Engine) -> None:
    waits(engine, "c-2", opened=T0 + 10)
    waits(engine, "c-1", opened=T0)

    assert [one.conversation_id for one in stuck(engine, LATE + 20)] == ["c-1", "c-2"]


def paged(engine: Engine, one: Stuck) -> Page:
    Pages(engine).write(one.cause(), LINK, LATE, again_after=AFTER)
    return next(page for page in Pages(engine).pending() if page.cause == one.cause().id)


@pytest.mark.parametrize("to", ["desk", "rasa"])
def test_a_page_stands_until_it_is_through(engine: Engine, to: str) -> None:
    waits(engine)
    if to == "rasa":
        delivered(engine)
        Counter(engine).claim("c-1", "Ada", "Ada joined", T0)
    [one] = [each for each in stuck(engine, LATE) if each.to == to]
    page, pages = paged(engine, one), Pages(engine)

    assert pages.stands(page)
    delivered(engine)
    for call in TrackerEvents(engine).pending():
        TrackerEvents(engine).delivered(call, LATE)
    assert not pages.stands(page)


def test_i3_a_page_says_that_something_is_stuck_and_nothing_of_what(engine: Engine) -> None:
    waits(engine)
    [one] = stuck(engine, LATE)
    told: dict[str, Any] = json.loads(paged(engine, one).body)["data"]

    assert told == {
        "handoff_id": "h-c-1", "link": LINK, "reason": "not_delivered", "opened": "2027-01-15T08:00:00Z",
        "due": "2027-01-15T08:05:00Z", "waiting_minutes": 5, "attempt": 1,
    }
