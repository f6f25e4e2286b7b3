"""Nobody took it in time: a supervisor hears of it, once for each cause and page, whatever fails on the way (HND-5)."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from tenacity import wait_fixed

from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.handoff.pager import Pager, signed
from attune.handoff.pages import MOST, Cause, Page, Pages, body, overdue
from attune.handoff.supervisor import SECRET as NAME_OF_SECRET
from attune.handoff.supervisor import URL, Supervisor
from attune.handoff.waits import Waits
from attune.policy import protocol
from attune.signals.reading import EMOTIONS
from fixtures.at_work import at_work, until
from handoff.cases import waits
from handoff.rasa_stand_in import free_port
from handoff.receiver import SECRET, Fault, Receiver, receiving
from handoff.trackers import ANGRY

pytestmark = pytest.mark.slow

T0 = 1_800_000_000.0
WITHIN = 60.0 * protocol.load().safety.answer_within
LINK = "http://127.0.0.1:8080/handoff/h-c-1"
BOT = Path(__file__).parents[2] / "bot"


def late(engine: Engine, now: float) -> list[Cause]:
    return overdue(Waits(engine).line(), Alarms(engine).unseen(), WITHIN, now)


def write(engine: Engine, now: float) -> None:
    """One round of the desk's job."""
    for cause in late(engine, now):
        Pages(engine).write(cause, LINK, now, again_after=WITHIN)


def alarmed(engine: Engine, at: float) -> None:
    """An agent has the conversation, and a message in it may be about danger."""
    waits(engine, opened=at, reason="customer_request")
    Counter(engine).claim("c-1", "Ada", "Ada joined", at)
    Alarms(engine).sound("c-1", "r-1", at=at, now=at)


@asynccontextmanager
async def paging(pages: Pages, url: str) -> AsyncIterator[None]:
    async with at_work(Pager(pages, Supervisor(url, SECRET), time.time, wait_fixed(0.02)).run()):
        yield


@pytest.mark.parametrize(("seconds", "is_late"), [(4 * 60 + 59, False), (5 * 60 + 1, True)])
def test_hnd_5_a_safety_case_nobody_takes_is_late_after_five_minutes(
    engine: Engine, seconds: int, is_late: bool,
) -> None:
    waits(engine)

    assert bool(late(engine, T0 + seconds)) is is_late


@pytest.mark.parametrize(("seconds", "is_late"), [(4 * 60 + 59, False), (5 * 60 + 1, True)])
def test_hnd_5_an_alarm_nobody_reads_is_late_after_five_minutes(engine: Engine, seconds: int, is_late: bool) -> None:
    alarmed(engine, T0)

    assert [cause.id for cause in late(engine, T0 + seconds)] == (["alarm-r-1"] if is_late else [])


def test_whom_somebody_answers_and_who_only_asks_for_a_person_is_no_cause(engine: Engine) -> None:
    waits(engine, "c-2", reason="customer_request")
    waits(engine, "c-3")
    Counter(engine).claim("c-3", "Ada", "Ada joined", T0)
    alarmed(engine, T0)
    Alarms(engine).see(1, "Ada", T0 + 60)

    assert late(engine, T0 + 3600) == []


def test_a_cause_is_paged_once_and_again_after_five_minutes_until_it_is_taken(engine: Engine) -> None:
    waits(engine)
    pages = Pages(engine)
    said = []
    for seconds in range(240, 1300, 20):
        write(engine, T0 + seconds)
        write(engine, T0 + seconds)  # a second desk
        for page in pages.pending():
            said.append((seconds, page.message_id))
            pages.sent(page, T0 + seconds)
        if seconds == 1000:
            Counter(engine).claim("c-1", "Ada", "Ada joined", T0 + seconds)

    assert said == [(320, "page-handoff-h-c-1-1"), (620, "page-handoff-h-c-1-2"), (920, "page-handoff-h-c-1-3")]


def test_after_five_pages_the_log_says_so_once(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    alarmed(engine, T0)
    pages, sent = Pages(engine), 0
    with caplog.at_level(logging.ERROR):
        for minute in range(90):
            write(engine, T0 + 60 * minute)
            for page in pages.pending():
                sent += 1
                pages.sent(page, T0 + 60 * minute)

    assert sent == MOST
    assert [record.getMessage() for record in caplog.records if "No more are sent" in record.getMessage()] == [
        "Nobody has answered alarm-r-1 for 31 minutes, after 5 pages to the supervisor. No more are sent: go and look "
        "at the desk.",
    ]


def test_a_page_that_is_still_under_way_gets_no_second_one_beside_it(engine: Engine) -> None:
    waits(engine)
    for minute in (6, 12, 60):
        write(engine, T0 + 60 * minute)

    assert [page.attempt for page in Pages(engine).pending()] == [1]


async def test_i3_a_page_says_where_to_look_and_nothing_of_the_customer(engine: Engine) -> None:
    opened = time.time() - 400
    waits(engine, opened=opened)
    receiver = Receiver()
    write(engine, time.time())
    with receiving(receiver, free_port()) as url:
        async with paging(Pages(engine), url):
            await until(lambda: not Pages(engine).pending())
    [(name, said)] = receiver.taken

    assert name == "page-handoff-h-c-1-1"
    assert set(said) == {"type", "timestamp", "data"}
    assert said["type"] == "attune.page"
    assert {key: said["data"][key] for key in ("handoff_id", "link", "reason", "waiting_minutes", "attempt")} == {
        "handoff_id": "h-c-1", "link": LINK, "reason": "safety", "waiting_minutes": 6, "attempt": 1,
    }
    assert set(said["data"]) == {"handoff_id", "link", "reason", "opened", "due", "waiting_minutes", "attempt"}
    for word in (*EMOTIONS, *ANGRY.split(), "tier", "crisis", "Ada", "ann"):
        assert word not in receiver.raw[0].replace("handoff", "").split('"')


def test_the_page_about_safety_shows_a_real_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "safety.md").read_text()
    shown = json.loads(page.split("```json")[1].split("```")[0])
    nine = datetime(2026, 11, 26, 9, tzinfo=timezone.utc).timestamp()
    cause = Cause("handoff-h-1", "handoff", "c-1", "h-1", nine, nine + WITHIN)

    assert shown == json.loads(body(cause, "https://desk.example.org/handoff/h-1", 1, nine + WITHIN + 1))
    assert URL in page
    assert NAME_OF_SECRET in page


@pytest.mark.parametrize("faults", [["dropped", "dropped"], ["refused"] * 4, ["lost", "dropped", "lost"]], ids=str)
async def test_calls_that_fail_are_made_again_with_the_same_id(engine: Engine, faults: list[Fault]) -> None:
    alarmed(engine, time.time() - 301)
    write(engine, time.time())
    receiver = Receiver()
    receiver.faults.extend(faults)
    with receiving(receiver, free_port()) as url:
        async with paging(Pages(engine), url):
            await until(lambda: not Pages(engine).pending())

    assert receiver.ids == ["page-alarm-r-1-1"]
    assert (receiver.tries, receiver.forged) == (len(faults) + 1, 0)


async def test_a_receiver_that_is_down_gets_its_pages_when_it_is_back(
    engine: Engine, caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("c-1", "c-2"):
        waits(engine, name, opened=time.time() - 301)
    write(engine, time.time())
    receiver, port = Receiver(), free_port()
    async with paging(Pages(engine), f"http://127.0.0.1:{port}/?key=hidden"):
        await until(lambda: "It is kept and tried again" in caplog.text)
        assert len(Pages(engine).pending()) == 2
        with receiving(receiver, port):
            await until(lambda: not Pages(engine).pending())

    assert sorted(receiver.ids) == ["page-handoff-h-c-1-1", "page-handoff-h-c-2-1"]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("attune")]
    assert ours
    assert not [line for line in ours if "hidden" in line]


async def test_somebody_who_came_meanwhile_spares_the_supervisor_the_page(engine: Engine) -> None:
    waits(engine, opened=time.time() - 301)
    write(engine, time.time())
    receiver, port = Receiver(), free_port()
    async with paging(Pages(engine), f"http://127.0.0.1:{port}/"):
        await asyncio.sleep(0.6)
        Counter(engine).claim("c-1", "Ada", "Ada joined", time.time())
        await until(lambda: not Pages(engine).pending())  # dropped, for nobody was there to take it
        with receiving(receiver, port):
            await asyncio.sleep(0.7)

    assert receiver.tries == 0


def run(engine: Engine, code: str) -> "subprocess.Popen[bytes]":
    """A desk process of its own that does this much of its work."""
    head = f"""
import asyncio, os, signal, time
from attune import database
from attune.handoff.alarms import Alarms
from attune.handoff.pager import Pager
from attune.handoff.pages import Pages, overdue
from attune.handoff.supervisor import Supervisor
from attune.handoff.waits import Waits
engine = database.engine({str(engine.url)!r})
pages = Pages(engine)
for cause in overdue(Waits(engine).line(), Alarms(engine).unseen(), 300, time.time()):
    pages.write(cause, {LINK!r}, time.time(), 300)
"""
    return subprocess.Popen([sys.executable, "-c", head + code], env={**os.environ, "PYTHONPATH": str(BOT)})


async def test_a_desk_killed_between_writing_and_sending_leaves_the_page_to_the_next(engine: Engine) -> None:
    waits(engine, opened=time.time() - 301)
    killed = await asyncio.to_thread(run(engine, "os.kill(os.getpid(), signal.SIGKILL)").wait)
    receiver = Receiver()
    with receiving(receiver, free_port()) as url:
        async with paging(Pages(engine), url):
            write(engine, time.time())
            await until(lambda: not Pages(engine).pending())
            await asyncio.sleep(0.6)

    assert killed == -signal.SIGKILL
    assert [name for name, _ in receiver.taken] == ["page-handoff-h-c-1-1"]


async def test_a_desk_killed_after_sending_sends_again_under_the_same_id(engine: Engine) -> None:
    waits(engine, opened=time.time() - 301)
    receiver = Receiver()
    with receiving(receiver, free_port()) as url:
        desk = run(engine, f"asyncio.run(Pager(pages, Supervisor({url!r}, {SECRET!r}), time.time).run())")
        receiver.on_page = desk.kill  # the page has arrived, the desk will never know
        killed = await asyncio.to_thread(desk.wait)
        receiver.on_page = lambda: None
        async with paging(Pages(engine), url):
            await until(lambda: not Pages(engine).pending())

    assert killed == -signal.SIGKILL
    assert len(receiver.taken) == 2
    assert receiver.ids == ["page-handoff-h-c-1-1"]
    assert len(set(receiver.raw)) == 1


async def test_a_pager_without_its_table_says_so_once_and_goes_on(
    engine: Engine, caplog: pytest.LogCaptureFixture,
) -> None:
    def rename(before: str, after: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    waits(engine, opened=time.time() - 301)
    write(engine, time.time())
    receiver = Receiver()
    with receiving(receiver, free_port()) as url:
        pages = Pages(engine)
        rename("attune_page", "elsewhere")
        async with paging(pages, url):
            await asyncio.sleep(1.3)
            assert receiver.tries == 0
            rename("elsewhere", "attune_page")
            await until(lambda: not pages.pending())

    assert receiver.ids == ["page-handoff-h-c-1-1"]
    assert caplog.text.count("The pager cannot read its table") == 1


def test_the_signature_is_the_one_of_the_spec() -> None:
    page = Page("alarm-r-1", 2, "c-1", json.dumps({"type": "attune.page"}))
    first, second = (signed(page, Supervisor("https://x", SECRET), T0 + number) for number in (0.9, 60))

    assert first["webhook-id"] == second["webhook-id"] == "page-alarm-r-1-2"
    assert (first["webhook-timestamp"], second["webhook-timestamp"]) == ("1800000000", "1800000060")
    assert first["webhook-signature"].startswith("v1,")
    assert first["webhook-signature"] != second["webhook-signature"]
