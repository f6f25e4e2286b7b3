"""Who waits, in which order, and what those hear who got through before them; all of it from the real tables."""

import pytest
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Letter, Mailbox
from attune.consent.permission import Permission
from attune.handoff.agent import Counter
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.tracker_events import TrackerEvents
from attune.handoff.transfers import Transfer
from attune.handoff.wait import Expected
from attune.handoff.waits import Waits
from attune.policy import protocol
from attune.policy.routing import Reason
from handoff.trackers import annoyed

pytestmark = pytest.mark.slow

T0 = 1_800_000_000.0


def asks(engine: Engine, name: str, at: float = T0, reason: Reason = "customer_request") -> None:
    packet = build(annoyed() | {"sender_id": name}, Permission(), protocol.load(), Ticket(f"h-{name}", 1, reason, at))
    Outbox(engine).open(packet, at)


def names(engine: Engine) -> list[str]:
    return [one.conversation_id for one in Waits(engine).line()]


def test_hnd_5_danger_is_first_in_the_line_and_then_who_came_first(engine: Engine) -> None:
    asks(engine, "first")
    asks(engine, "second", T0 + 60)
    asks(engine, "danger", T0 + 120, "safety")

    assert names(engine) == ["danger", "first", "second"]


def test_who_has_a_person_or_has_left_is_not_in_the_line(engine: Engine) -> None:
    for number, name in enumerate(("claimed", "left", "waits", "done")):
        asks(engine, name, T0 + number)
    counter = Counter(engine)
    counter.claim("claimed", "Ada", "joined", T0 + 9)
    counter.claim("done", "Bo", "joined", T0 + 9)
    counter.release("done", "Bo", "left", T0 + 10)
    Outbox(engine).leave("left", T0 + 9)

    assert names(engine) == ["waits"]


def test_danger_stated_while_waiting_moves_to_the_front(engine: Engine) -> None:
    asks(engine, "a")
    asks(engine, "b", T0 + 1)
    worse = build(annoyed() | {"sender_id": "b"}, Permission(), protocol.load(), Ticket("h-b", 2, "safety", T0 + 1))
    Outbox(engine).upgrade(worse, T0 + 2)

    assert names(engine) == ["b", "a"]


def test_who_is_passed_on_waits_where_the_agent_sent_them(engine: Engine) -> None:
    for number, name in enumerate(("a", "b")):
        asks(engine, name, T0 + number)
    Counter(engine).claim("a", "Ada", "joined", T0 + 60)
    Counter(engine).transfer(Transfer("a", "h-a", "Ada", "customer_request", "care", 2, T0 + 1000, "please", T0 + 100),
                             "moved")
    [first, _] = Waits(engine).line()
    fuller = build(annoyed() | {"sender_id": "a"}, Permission(agent="granted"), protocol.load(),
                   Ticket("h-a", 2, "customer_request", T0))
    Outbox(engine).upgrade(fuller, T0 + 110)

    assert (first.conversation_id, first.queue, first.since, first.answer_within) == ("a", "care", T0 + 100, 900)
    assert Waits(engine).line()[0] == first


def through(engine: Engine, minutes: list[float], at: float = T0) -> None:
    """Let people get through after waiting that long, the last one at `at`."""
    for number, waited in enumerate(minutes):
        name = f"through-{number}"
        asks(engine, name, at - 60 * waited)
        Counter(engine).claim(name, "Ada", "joined", at)


def expected(engine: Engine, now: float) -> Expected | None:
    waits = Waits(engine)
    return waits.expected("general", waits.line(), (), now)


def test_hnd_3_what_is_expected_comes_from_those_who_got_through_lately(engine: Engine) -> None:
    assert expected(engine, T0) is None
    through(engine, [1, 2, 7, 8, 9])

    assert expected(engine, T0 + 60) == Expected(5, 10)
    assert expected(engine, T0 + 3 * 3600) is None
    assert Waits(engine).expected("care", [], (), T0 + 60) is None  # of another queue nothing is known


def test_hnd_3_figures_of_better_times_are_not_told(engine: Engine) -> None:
    through(engine, [1, 2, 7, 8, 9])
    asks(engine, "waits", T0)

    assert expected(engine, T0 + 10 * 60) == Expected(5, 10)
    assert expected(engine, T0 + 11 * 60) is None


def test_a_second_person_does_not_end_the_wait_again(engine: Engine) -> None:
    through(engine, [1, 2, 7, 8, 9])
    to = Transfer("through-0", "h-through-0", "Ada", "customer_request", "general", 3, T0 + 3600, "please", T0 + 60)
    Counter(engine).transfer(to, "moved")
    Counter(engine).claim("through-0", "Bo", "joined", T0 + 3600)

    assert expected(engine, T0 + 3601) == Expected(5, 10)


def test_what_somebody_was_told_is_remembered_with_the_letter(engine: Engine) -> None:
    asks(engine, "a")
    Waits(engine).told("h-a", 2, T0 + 5, Letter(0, "a", "place-1", "notice", "2 people", T0 + 5, data={"place": 2}))
    [one] = Waits(engine).line()

    assert (one.told_place, one.told) == (2, T0 + 5)
    assert [(letter.sender, letter.text) for letter in Mailbox(engine).since("a")] == [("notice", "2 people")]


def test_calling_back_is_offered_through_the_assistant_once(engine: Engine) -> None:
    asks(engine, "a")
    waits = Waits(engine)
    for _ in range(2):
        waits.offer_call_back(waits.line()[0], T0 + 5)
    first, second = TrackerEvents(engine).pending()

    assert waits.line()[0].offered == T0 + 5
    assert (first.kind, second.kind) == ("event", "trigger")
    assert second.body == {"name": "attune_offer_call_back", "after": first.event_id}


@pytest.mark.parametrize("answer", ["unknown", "granted"])
def test_who_asked_to_be_called_back_is_not_in_the_line_and_does_not_count_as_having_waited(
    engine: Engine, answer: str,
) -> None:
    asks(engine, "a")
    permission = Permission(agent=answer)  # type: ignore[arg-type]
    ticket = Ticket("h-a", 2, "customer_request", T0, "after five")
    Outbox(engine).call_back(build(annoyed() | {"sender_id": "a"}, permission, protocol.load(), ticket), T0 + 5)
    assert names(engine) == []
    Counter(engine).claim("a", "Ada", "joined", T0 + 50_000)

    through(engine, [1, 2, 7, 8], T0 + 50_000)
    assert expected(engine, T0 + 50_001) is None
