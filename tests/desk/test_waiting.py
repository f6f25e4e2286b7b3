"""What those who wait are told while time goes by; the desk process looks every second (I6, HND-2, HND-3)."""

from dataclasses import replace
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from attune.desk.room import Room, furnish
from attune.desk.waiting import tell_waiting
from attune.handoff.agent import Counter
from attune.handoff.tracker_events import TrackerEvents
from attune.policy.hours import Hours
from desk.conftest import House
from desk.people import Clock
from handoff.cases import waits

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 26, 12, tzinfo=timezone.utc).timestamp()  # a Thursday
NINE_TO_FIVE = (Hours(ZoneInfo("UTC"), (((540, 1020),),) * 5 + ((), ())),)
MINUTE = 60.0


class Queue:
    """A desk at a time of its own, with people who wait."""

    def __init__(self, house: House, now: float = NOON) -> None:
        self.clock, self.house = Clock(now), house
        self.room: Room = furnish(house.settings, self.clock, lambda: "id")

    def asks(self, name: str, reason: str = "customer_request") -> None:
        waits(self.house.engine, name, reason, self.clock.now)

    def passes(self, minutes: float) -> None:
        """Let time go by, looked at once a minute."""
        end = self.clock.now + MINUTE * minutes
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + MINUTE)
            self.looks()

    def looks(self) -> None:
        tell_waiting(self.room)

    def told(self, name: str) -> list[str]:
        return [text for sender, text in self.house.letters(name) if sender == "notice"]

    def offered(self, name: str) -> int:
        pending = TrackerEvents(self.house.engine).pending()
        return sum(one.kind == "trigger" and one.conversation_id == name for one in pending)


@pytest.fixture
def queue(house: House) -> Queue:
    return Queue(house)


def keeps_hours(queue: Queue) -> None:
    """Let people be at the desk from nine to five alone."""
    queue.room = replace(queue.room, protocol=replace(queue.room.protocol, hours=NINE_TO_FIVE))


def test_hnd_2_in_a_surge_no_place_is_told_for_none_would_hold(queue: Queue) -> None:
    queue.room = replace(queue.room, protocol=replace(queue.room.protocol, surge_from=2))
    queue.asks("a")
    queue.looks()
    before = queue.told("a")
    queue.asks("b")
    queue.passes(6)

    assert len(before) == 1
    assert queue.told("a") == before
    assert queue.told("b") == []


def test_hnd_3_a_place_is_told_when_it_gets_better_and_every_five_minutes(queue: Queue) -> None:
    queue.asks("a")
    queue.asks("b")
    queue.passes(4)
    assert [text.split(".")[0] for text in queue.told("b")] == ["One person is waiting before you"]
    Counter(queue.house.engine).claim("a", "Ada", "joined", queue.clock.now)
    queue.looks()
    queue.looks()
    assert [text.split(".")[0] for text in queue.told("b")][1:] == ["Nobody is waiting before you"]
    queue.passes(5)

    assert len(queue.told("b")) == 3


def test_the_letter_of_a_place_is_marked_so_that_the_page_shows_it_in_its_line(queue: Queue) -> None:
    queue.asks("a")
    queue.looks()
    [letter] = queue.house.mailbox.since("a")

    assert letter.data == {"place": 0}


def test_who_waits_long_is_told_and_offered_to_be_called_back_once(queue: Queue) -> None:
    queue.asks("a")
    queue.passes(29)
    assert sum("Nobody from our team" in text for text in queue.told("a")) == 1
    assert queue.offered("a") == 0
    queue.passes(60)

    assert sum("Nobody from our team" in text for text in queue.told("a")) == 1
    assert queue.offered("a") == 1


def test_hnd_5_danger_hears_that_nobody_came_and_is_never_put_off(queue: Queue) -> None:
    queue.asks("danger", "safety")
    queue.passes(90)

    assert [text.startswith("Nobody from our team") for text in queue.told("danger")] == [True]
    assert queue.offered("danger") == 0


def test_hnd_3_while_nobody_is_there_nothing_is_said_of_places_and_waits(queue: Queue) -> None:
    keeps_hours(queue)
    queue.clock.now = NOON + 8 * 3600
    queue.asks("a")
    queue.passes(120)

    assert (queue.told("a"), queue.offered("a")) == ([], 0)


def test_when_the_team_leaves_who_still_waits_is_offered_to_be_called_back(queue: Queue) -> None:
    keeps_hours(queue)
    queue.clock.now = NOON + 4 * 3600 + 50 * MINUTE
    queue.asks("a")
    queue.passes(9)
    assert queue.offered("a") == 0
    queue.passes(5)

    assert queue.offered("a") == 1


def test_when_the_team_is_back_the_wait_begins_anew(queue: Queue) -> None:
    keeps_hours(queue)
    queue.clock.now = NOON - 4 * 3600
    queue.asks("a")
    queue.passes(61)
    assert ["Nobody is waiting before you" in text for text in queue.told("a")] == [True]
    assert queue.offered("a") == 0
    queue.passes(30)

    assert sum("Nobody from our team" in text for text in queue.told("a")) == 1
    assert queue.offered("a") == 1


def test_who_has_a_person_is_told_nothing(queue: Queue) -> None:
    queue.asks("a")
    Counter(queue.house.engine).claim("a", "Ada", "joined", queue.clock.now)
    queue.passes(90)

    assert (queue.told("a"), queue.offered("a")) == (["joined"], 0)
