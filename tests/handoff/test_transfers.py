"""A conversation passed on keeps its story and its urgency, waits anew, and everybody is told once each time."""

import pytest
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.handoff import transfers
from attune.handoff.agent import Counter, NotYours
from attune.handoff.desks.builtin import BuiltinDesk, Case
from attune.handoff.note import Note
from attune.handoff.outcomes import Outcomes
from attune.handoff.stints import KEPT, Shifts
from attune.handoff.tracker_events import TrackerEvents
from attune.handoff.transfers import NoSuchQueue
from attune.policy import protocol
from handoff.cases import waits

T0 = 1_800_000_000.0
RULES = protocol.load()


def passed_on(engine: Engine, queue: str = "general", agent: str = "Ada", at: float = T0 + 60) -> None:
    case = the_case(engine)
    planned = transfers.planned(case.packet, queue, Note("please look at the refund", at, agent), RULES)
    Counter(engine).transfer(planned, f"{agent} passed it on")


def the_case(engine: Engine) -> Case:
    found = BuiltinDesk(engine).case("c-1")
    assert found
    return found


def test_it_waits_in_the_other_queue_with_the_same_packet_and_a_new_due_time(engine: Engine) -> None:
    before = waits(engine, reason="customer_request", opened=T0)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0)
    passed_on(engine, "care")
    case = the_case(engine)

    assert (case.owner.kind, case.packet["queue"], case.packet["priority"]) == ("queue", "care", 2)
    assert case.packet["due"] == "2027-01-15T08:16:00Z"  # 15 minutes after it was passed on
    assert {name for name in before if before[name] != case.packet[name]} == {"queue", "priority", "due"}
    assert [(one.agent, one.queue, one.text) for one in BuiltinDesk(engine).transfers("h-c-1")] == [
        ("Ada", "care", "please look at the refund")]


def test_hnd_5_what_was_urgent_stays_urgent_in_any_queue(engine: Engine) -> None:
    waits(engine, reason="safety", opened=T0)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0)
    passed_on(engine, "general")
    packet = the_case(engine).packet

    assert (packet["queue"], packet["priority"], packet["reason"]) == ("general", 1, "safety")
    assert packet["due"] == "2027-01-15T08:06:00Z"  # five minutes, as for safety


def test_hnd_5_what_becomes_urgent_later_goes_where_danger_waits(engine: Engine) -> None:
    packet = waits(engine, reason="customer_request", opened=T0)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0)
    passed_on(engine, "general")
    BuiltinDesk(engine).deliver(packet | {"version": 2, "reason": "safety", "queue": "safety", "priority": 1})

    assert the_case(engine).packet["queue"] == "safety"


def test_the_customer_and_rasa_hear_of_every_change_once(engine: Engine) -> None:
    waits(engine, reason="customer_request", opened=T0)
    counter = Counter(engine)
    for number, agent in enumerate(("Ada", "Bo")):
        counter.claim("c-1", agent, f"{agent} joined", T0 + 100 * number)
        passed_on(engine, agent=agent, at=T0 + 100 * number + 50)
    counter.claim("c-1", "Cy", "Cy joined", T0 + 300)

    assert [letter.text for letter in Mailbox(engine).since("c-1")] == [
        "Ada joined", "Ada passed it on", "Bo joined", "Bo passed it on", "Cy joined"]
    owners = [one.body["value"] for one in TrackerEvents(engine).pending() if one.body.get("name") == "attune_owner"]
    assert owners == ["agent", "queue", "agent", "queue", "agent"]
    assert len(BuiltinDesk(engine).transfers("h-c-1")) == 2


def test_only_who_has_it_passes_it_on(engine: Engine) -> None:
    waits(engine, reason="customer_request", opened=T0)
    with pytest.raises(NotYours):
        passed_on(engine)
    Counter(engine).claim("c-1", "Bo", "Bo joined", T0)
    with pytest.raises(NotYours, match="belongs to Bo"):
        passed_on(engine)

    assert Ownership(engine).owner("c-1").agent == "Bo"
    assert BuiltinDesk(engine).transfers("h-c-1") == []


def test_a_queue_nobody_knows_is_refused(engine: Engine) -> None:
    packet = waits(engine, opened=T0)
    with pytest.raises(NoSuchQueue, match="safety or care or general"):
        transfers.planned(packet, "nowhere", Note("x", T0, "Ada"), RULES)


def test_an_outcome_is_kept_with_its_handoff_and_the_first_answer_stays(engine: Engine) -> None:
    waits(engine, reason="customer_request", opened=T0)
    counter = Counter(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0)
    with pytest.raises(NotYours):
        counter.release("c-1", "Bo", "Bo left", T0 + 5, "solved")
    counter.release("c-1", "Ada", "Ada left", T0 + 9, "solved")
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT handoff_id, outcome, at FROM attune_outcome").all()

    assert [tuple(row) for row in rows] == [("h-c-1", "solved", T0 + 9)]
    assert Outcomes(engine).earlier("c-1", "h-2") == []  # the customer had not agreed that an agent sees more


def test_who_had_what_is_known_for_a_day_and_no_longer(engine: Engine) -> None:
    for name in ("c-1", "c-2"):
        waits(engine, name, reason="customer_request", opened=T0)
    counter, shifts = Counter(engine), Shifts(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0)
    counter.release("c-1", "Ada", "Ada left", T0 + 10)
    shifts.rest("Ada", T0 + 20)
    shifts.rest("Ada", T0 + 25)
    counter.claim("c-2", "Ada", "Ada joined", T0 + 30)  # which ends the break

    assert [(one.began, one.ended) for one in shifts.stints(T0)] == [(T0, T0 + 10), (T0 + 30, None)]
    assert [(one.began, one.ended) for one in shifts.breaks(T0)] == [(T0 + 20, T0 + 30)]
    assert shifts.on_break("Ada") is None
    counter.release("c-2", "Ada", "Ada left", T0 + KEPT + 40)
    shifts.rest("Ada", T0 + KEPT + 50)
    assert [one.began for one in shifts.stints(0)] == [T0 + 30]
    assert [one.began for one in shifts.breaks(0)] == [T0 + KEPT + 50]
