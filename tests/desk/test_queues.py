"""An agent of some queues meets their conversations alone; the others might as well not be there."""

import asyncio

import pytest

from attune.channel.ownership import Ownership
from attune.desk.app import create
from attune.desk.roles import Role
from attune.handoff.agent import Counter
from attune.policy import protocol
from desk.conftest import House
from desk.danger import danger
from desk.people import TICKED, Browser, arrives, employs

pytestmark = pytest.mark.slow

OTHERS = {line.queue for line in protocol.load().queues}


@pytest.fixture
def elsewhere(house: House) -> House:
    """One conversation waits in the queue for safety, and Ada works in another."""
    queue = house.waits(reason="safety")["queue"]
    employs(house, "ada", "agent", *sorted(OTHERS - {queue}))
    employs(house, "bo", "agent", queue)
    return house


def test_protocol_yml_has_more_than_one_queue() -> None:
    assert len(OTHERS) > 1  # else nothing here could fail


async def test_con_5_a_conversation_of_another_queue_is_none_at_all(elsewhere: House) -> None:
    ada = await arrives(elsewhere, "ada")
    before = elsewhere.letters()
    there = await ada.gets("/conversation/c-1")
    nowhere = await ada.gets("/conversation/c-2")

    assert "Nobody is waiting" in await ada.sees("/")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace("c-1", "c-2") == nowhere.text  # not even that it is there is told
    assert (await ada.gets("/handoff/h-c-1")).headers["location"] == "/"
    for act in ("claim", "reply", "release"):
        assert (await ada.sends(f"/{act}/c-1", "/", text="Hello")).status_code == 404
    assert (elsewhere.letters(), Ownership(elsewhere.engine).owner("c-1").kind) == (before, "queue")


async def test_con_5_its_stream_says_nothing_but_that_it_is_over(elsewhere: House) -> None:
    ada = await arrives(elsewhere, "ada")

    assert (await ada.gets("/events/conversation/c-1")).text == "event: gone\ndata: \n\n"


async def test_con_5_the_stream_of_the_queue_leaves_it_out(elsewhere: House) -> None:
    accounts = employs(elsewhere, "cy", "agent", *sorted(OTHERS - {"safety"}))
    ada = await arrives(elsewhere, "cy")
    reading = asyncio.create_task(ada.gets("/events/queue"))
    await asyncio.sleep(1.0)
    accounts.set_disabled("cy", True)
    said = (await asyncio.wait_for(reading, 5)).text

    assert "Nobody is waiting" in said
    assert "c-1" not in said


@pytest.mark.parametrize(("name", "role"), [("bo", None), ("sam", "supervisor"), ("all", "agent")])
async def test_who_has_the_queue_or_all_of_them_sees_it(elsewhere: House, name: str, role: Role | None) -> None:
    if role:
        employs(elsewhere, name, role)
    browser = await arrives(elsewhere, name)

    assert "/conversation/c-1" in await browser.sees("/")
    assert (await browser.gets("/conversation/c-1")).status_code == 200
    assert (await browser.gets("/handoff/h-c-1")).headers["location"] == "/conversation/c-1"
    await browser.sends("/claim/c-1", "/conversation/c-1")
    assert Ownership(elsewhere.engine).owner("c-1").kind == "agent"


async def test_who_has_a_conversation_keeps_it_whatever_queue_it_moves_to(elsewhere: House) -> None:
    Counter(elsewhere.engine).claim("c-1", "Ada", "Ada joined", 1.0)
    ada = await arrives(elsewhere, "ada")

    assert (await ada.sends("/reply/c-1", "/conversation/c-1", text="I am here.", check=TICKED)).status_code == 303


async def test_an_alarm_of_another_queue_is_neither_shown_nor_answered(elsewhere: House) -> None:
    Counter(elsewhere.engine).claim("c-1", "Bo", "Bo joined", 1.0)
    app = create(elsewhere.settings)
    danger(elsewhere)
    app.state.room.alarms.sound("c-1", "r-1", at=1.0, now=1.0)
    ada, bo = await arrives(elsewhere, "ada", app), await arrives(elsewhere, "bo", app)

    assert "may be about danger" not in await ada.sees("/")
    assert (await ada.sends("/alarm/1/seen", "/")).status_code == 404
    assert "may be about danger" in await bo.sees("/")
    assert (await bo.sends("/alarm/1/seen", "/")).status_code == 303


@pytest.mark.parametrize("consent", ["unknown", "refused", "withdrawn"])
@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_hnd_4_con_5_no_role_sees_how_it_has_gone_without_the_customers_yes(
    house: House, role: Role, consent: str,
) -> None:
    house.waits("c-1", agent=consent)
    house.waits("c-2", agent="granted")
    employs(house, "zoe", role)
    zoe: Browser = await arrives(house, "zoe")

    assert "sounds strongly frustrated" in await zoe.sees("/conversation/c-2")
    without = await zoe.sees("/conversation/c-1")
    assert "You see the request only." in without
    assert "frustrat" not in without
    assert "What the assistant tried" not in without
