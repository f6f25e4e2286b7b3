"""An alarm is raised once, answered once, and tells nothing but that and when."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms, NoSuchAlarm, UnreadAlarm
from handoff.cases import waits

T0 = 1_800_000_000.0


def test_a_record_raises_one_alarm_however_often_it_is_read(engine: Engine) -> None:
    waits(engine)
    alarms = Alarms(engine)
    again = [alarms.sound("c-1", "r-1", at=T0, now=T0 + number) for number in range(3)]

    assert again == [True, False, False]
    assert [(alarm.record_id, alarm.at, alarm.raised) for alarm in alarms.unseen()] == [("r-1", T0, T0)]
    assert alarms.unknown(["r-1", "r-2"]) == {"r-2"}


def test_an_alarm_belongs_to_the_newest_handoff(engine: Engine) -> None:
    waits(engine)
    counter, alarms = Counter(engine), Alarms(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0)
    alarms.sound("c-1", "r-1", at=T0, now=T0)
    counter.release("c-1", "Ada", "Ada left", T0)

    assert [alarm.record_id for alarm in alarms.of("h-c-1")] == ["r-1"]
    assert alarms.of("h-2") == []


def test_a_conversation_that_was_never_handed_over_has_no_alarm(engine: Engine) -> None:
    assert not Alarms(engine).sound("c-1", "r-1", at=T0, now=T0)


def test_who_read_it_first_stays_on_record(engine: Engine) -> None:
    waits(engine)
    alarms = Alarms(engine)
    alarms.sound("c-1", "r-1", at=T0, now=T0)
    alarms.see(1, "Ada", T0 + 5)
    alarms.see(1, "Bo", T0 + 9)

    assert alarms.unseen() == []
    assert (alarms.get(1).seen_by, alarms.get(1).seen) == ("Ada", T0 + 5)
    with pytest.raises(NoSuchAlarm, match="no alarm 2"):
        alarms.get(2)


def test_a_conversation_with_an_unread_alarm_is_not_given_back(engine: Engine) -> None:
    waits(engine)
    alarms = Alarms(engine)
    alarms.refuse_unread("c-1")
    alarms.sound("c-1", "r-1", at=T0, now=T0)
    alarms.refuse_unread("c-2")

    with pytest.raises(UnreadAlarm, match="I have read it"):
        alarms.refuse_unread("c-1")
    alarms.see(1, "Ada", T0)
    alarms.refuse_unread("c-1")


def test_conversations_with_a_person_are_looked_through_first(engine: Engine) -> None:
    for name in ("c-1", "c-2", "c-3"):
        waits(engine, name)
    Counter(engine).claim("c-3", "Ada", "Ada joined", T0)

    assert next(iter(Alarms(engine).conversations())) == "c-3"
    assert set(Alarms(engine).conversations()) == {"c-1", "c-2", "c-3"}


def test_the_place_in_the_ledger_outlives_the_process(engine: Engine) -> None:
    assert Alarms(engine).place() == 0
    for place in (7, 4):
        Alarms(engine).move(place)
        assert Alarms(engine).place() == place


def test_an_alarm_has_no_room_for_a_kind_or_a_likelihood(engine: Engine) -> None:  # I3
    Alarms(engine)

    assert {column["name"] for column in inspect(engine).get_columns("attune_alarm")} == {
        "id", "conversation_id", "handoff_id", "record_id", "at", "raised", "seen_by", "seen",
    }
