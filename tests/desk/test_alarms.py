"""Danger in a conversation that a person has is flagged once, from the audit's own Records (HND-5, CRI-1)."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from attune.audit import keeper, news
from attune.audit.checkpoints import notary
from attune.audit.record import Record, Seal, seal
from attune.channel.mailbox import Letter
from attune.desk.board import about, board, concerned
from attune.desk.elsewhere import Elsewhere
from attune.desk.jobs import Job, jobs, repeat, write_pages
from attune.desk.room import Room, furnish
from attune.desk.visitor import Visitor
from attune.desk.watch import ALERTED, STRIDE, look
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarm
from attune.handoff.pages import Pages
from attune.handoff.supervisor import Supervisor
from audit.rows import records
from desk.conftest import House
from desk.danger import danger, judged, taken
from handoff.receiver import SECRET

pytestmark = pytest.mark.slow

SUPERVISOR = Visitor("Sam", "supervisor")


def room(house: House) -> Room:
    return furnish(house.settings, time.time, lambda: "id")


def every_job(house: House) -> Sequence[Job]:
    here = room(house)
    return jobs(here, house.settings, Elsewhere(here.desk))


def looked(house: House) -> int:
    """One round of the desk's job, in a process that has just started."""
    return look(room(house), partial(news.decisions, house.engine, ALERTED), seal(house.settings))


def numbered(house: House) -> None:
    keeper.keep(house.engine, notary(house.settings), time.time())


@pytest.mark.parametrize("first", [lambda _: None, numbered], ids=["inbox", "ledger"])
def test_hnd_5_danger_raises_one_alarm_through_moves_and_restarts(house: House, first: object) -> None:
    taken(house)
    danger(house)
    first(house)  # type: ignore[operator]
    counts = [looked(house)]
    numbered(house)
    counts += [looked(house), looked(house)]

    assert counts == [1, 0, 0]
    assert [(alarm.conversation_id, alarm.seen) for alarm in room(house).alarms.unseen()] == [("c-1", None)]


def test_every_message_of_danger_raises_an_alarm_of_its_own(house: House) -> None:
    taken(house)
    taken(house, "c-2", "Bo")
    for conversation in ("c-1", "c-2", "c-1"):
        danger(house, conversation)

    assert looked(house) == 3
    assert [alarm.conversation_id for alarm in room(house).alarms.unseen()] == ["c-1", "c-2", "c-1"]


@pytest.mark.parametrize("row", ["person_speaks", "crisis", "nothing"])
def test_other_decisions_raise_none(house: House, row: str) -> None:
    taken(house)
    judged(house, row=row)

    assert looked(house) == 0


def test_a_conversation_given_back_a_moment_earlier_is_not_forgotten(house: House) -> None:
    taken(house)
    danger(house)
    Counter(house.engine).release("c-1", "Ada", "Ada left", time.time())
    looked(house)
    [shown] = board(room(house), SUPERVISOR).alarms

    assert (shown.given_back, shown.may_answer) == (True, True)
    assert shown.letter
    assert shown.letter.text == "i cannot go on like this"


def test_a_record_of_an_unknown_conversation_is_looked_up_only_once(house: House) -> None:
    class Counting(Seal):
        asked = 0

        def pseudonym(self, sender_id: str) -> str:
            Counting.asked += 1
            return super().pseudonym(sender_id)

    taken(house)
    judged(house, "erased meanwhile")
    numbered(house)
    keys = seal(house.settings)
    counting, here = Counting(keys.pseudonym_key, keys.wording_key), room(house)
    for _ in range(3):
        look(here, partial(news.decisions, house.engine, ALERTED), counting)

    assert Counting.asked == 1


def test_the_place_is_written_down_now_and_then_only(house: House) -> None:
    places = []
    for size in (STRIDE - 1, STRIDE, 3 * STRIDE):
        present = places[-1][0] if places else 0
        keeper.put(house.engine, records(size - present, first=present))
        numbered(house)
        looked(house)
        places.append((size, room(house).alarms.place()))

    assert places == [(STRIDE - 1, 0), (STRIDE, STRIDE), (3 * STRIDE, 3 * STRIDE)]


@pytest.mark.parametrize(("consent", "raised"), [("granted", 1), ("refused", 0), ("unknown", 0)])
def test_the_switch_for_passing_on_safety_counts_here_too(house: House, consent: str, raised: int) -> None:
    taken(house, consent=consent)
    danger(house)
    here = room(house)
    closed = replace(here, protocol=replace(here.protocol, safety_passed_on=False))

    assert look(closed, partial(news.decisions, house.engine, ALERTED), seal(house.settings)) == raised


def test_i3_nothing_of_the_reading_is_stored_with_an_alarm_or_a_page(house: House) -> None:
    taken(house)
    danger(house)
    looked(house)
    late = replace(room(house), clock=lambda: time.time() + 301, supervisor=Supervisor("https://x", SECRET))
    write_pages(late, Pages(house.engine), "http://127.0.0.1:8080")
    with house.engine.connect() as connection:
        stored = [str(row) for table in ("attune_alarm", "attune_page")
                  for row in connection.exec_driver_sql(f"SELECT * FROM {table}").all()]

    assert len(stored) == 2
    for word in ("sadness", "strong", "tier", "crisis", "cannot go on"):
        assert word not in "".join(stored)


@pytest.mark.parametrize(("seconds", "written"), [(4 * 60 + 59, 0), (5 * 60 + 1, 1)])
def test_hnd_5_the_job_writes_a_page_when_the_time_of_an_alarm_is_over(
    house: House, seconds: int, written: int,
) -> None:
    taken(house)
    now = time.time()
    judged(house, at=now)
    looked(house)
    here = replace(room(house), clock=lambda: now + seconds, supervisor=Supervisor("https://x", SECRET))
    pages = Pages(house.engine)
    write_pages(here, pages, "http://desk")
    found = pages.pending()

    assert len(found) == written
    assert all('"link": "http://desk/handoff/h-c-1"' in page.body for page in found)


def uncalled(here: Room, who: Visitor) -> list[tuple[str, int]]:
    """For whom nobody can be called; no courier runs here, so that nothing is delivered is left out."""
    return [(cause.kind, minutes) for cause, minutes in board(here, who).unpaged if cause.kind != "delivery"]


def test_without_an_address_no_page_is_written_and_a_supervisor_is_told(house: House) -> None:
    house.waits("c-1", reason="safety")
    here = replace(room(house), clock=lambda: time.time() + 600)
    pages = Pages(house.engine)
    write_pages(here, pages, "http://desk")

    assert pages.pending() == []
    assert uncalled(here, SUPERVISOR) == [("handoff", 10)]
    assert uncalled(here, Visitor("Ada", "agent")) == []
    assert uncalled(replace(here, supervisor=Supervisor("https://x", SECRET)), SUPERVISOR) == []


@pytest.mark.parametrize(("who", "shown"), [
    (Visitor("Ada", "agent"), [("c-1", True)]), (Visitor("Bo", "agent"), [("c-2", True)]),
    (Visitor("Cy", "agent"), []), (SUPERVISOR, [("c-1", True), ("c-2", True)]),
])
def test_an_alarm_is_shown_to_who_has_the_conversation_and_to_supervisors(
    house: House, who: Visitor, shown: list[tuple[str, bool]],
) -> None:
    taken(house)
    taken(house, "c-2", "Bo")
    danger(house)
    danger(house, "c-2")
    looked(house)

    assert [(one.alarm.conversation_id, one.may_answer) for one in board(room(house), who).alarms] == shown


def letter(number: int, at: float, sender: str = "customer") -> Letter:
    return Letter(number, "c-1", f"m-{number}", sender, "words", at)  # type: ignore[arg-type]


@pytest.mark.parametrize(("letters", "found"), [
    ([letter(1, 90), letter(2, 99.9), letter(3, 100.02)], 2),   # the next one came while it was judged
    ([letter(1, 90), letter(2, 99, "person"), letter(3, 99, "bot")], 1),
    ([letter(1, 103), letter(2, 110)], 1),                      # clocks that disagree
    ([letter(1, 99, "bot")], None), ([], None),
])
def test_the_message_an_alarm_is_about_is_found(letters: list[Letter], found: int | None) -> None:
    alarm = Alarm(1, "c-1", "h-1", "r-1", 100.0, 100.5)
    one = about(alarm, letters)

    assert (one.id if one else None) == found
    assert concerned([alarm], letters) == ({found} if found else set())


async def test_a_job_that_fails_says_so_once_and_says_when_it_works_again(caplog: pytest.LogCaptureFixture) -> None:
    def rounds() -> Iterator[bool]:
        yield from (False, False, False, True, True, False)
        raise asyncio.CancelledError

    going = rounds()

    def run() -> None:
        if not next(going):
            raise ConnectionError("the address with its password")

    with caplog.at_level(logging.INFO), pytest.raises(asyncio.CancelledError):
        await repeat(Job("raise alarms", 0.0, run))

    assert [record.getMessage() for record in caplog.records if "raise alarms" in record.getMessage()] == [
        "The job “raise alarms” failed (ConnectionError). It runs again until it works.",
        "The job “raise alarms” works again.",
        "The job “raise alarms” failed (ConnectionError). It runs again until it works.",
    ]


def test_hnd_5_the_desk_looks_for_alarms_twice_a_second(house: House) -> None:
    every = {job.name: job.every for job in every_job(house)}

    assert every["raise alarms"] == 0.5
    assert every["page the supervisor"] <= 1.0


def test_con_8_con_10_the_desk_erases_what_was_asked_for_and_what_is_old(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "endpoints.yml").touch()
    monkeypatch.chdir(tmp_path)  # not this checkout's own conversations
    erasing = {job.name: job for job in every_job(house) if job.name.startswith("erase")}

    assert {name: job.every for name, job in erasing.items()} == {
        "erase who asked for it": 2.0, "erase what is old": 3600.0,
    }
    assert erasing["erase who asked for it"].run() == 0
    assert not any(erasing["erase what is old"].run().values())  # type: ignore[attr-defined]


def test_a_record_that_is_no_decision_of_the_policy_raises_none(house: House) -> None:
    taken(house)
    forged = Record("r", "turn", 1, seal(house.settings).pseudonym("c-1"), {"row": ALERTED})
    keeper.put(house.engine, [forged])

    assert looked(house) == 0
