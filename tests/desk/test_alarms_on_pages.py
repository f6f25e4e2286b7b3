"""An alarm stands on the pages of those it concerns within a second, and goes when one of them says they read it."""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import pytest

from attune.channel.ownership import Ownership
from attune.desk.app import create
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.reply import resources
from attune.signals.reading import EMOTIONS
from desk.conftest import House
from desk.danger import danger, taken
from desk.people import Browser, arrives, employs
from desk.test_desk_stream import heard, signed_in

pytestmark = pytest.mark.slow

SAID = "This message may be about danger"


@pytest.fixture
async def ada(house: House) -> AsyncIterator[Browser]:
    one = Browser(create(house.settings))
    await one.signs_in("Ada")
    yield one
    await one.client.aclose()


def alarm(house: House, conversation: str = "c-1") -> Alarms:
    danger(house, conversation)
    alarms = Alarms(house.engine)
    alarms.sound(conversation, f"r-{conversation}", at=time.time(), now=time.time())
    return alarms


async def test_hnd_5_cri_8_an_alarm_reaches_an_open_page_with_rasa_and_actions_away(house: House, served: str) -> None:
    taken(house)
    async with signed_in(served) as client:
        async with client.stream("GET", "/events/conversation/c-1?after=3") as stream:
            lines = stream.aiter_lines()
            await heard(lines, "case", within=5)
            await asyncio.to_thread(danger, house)
            said = await heard(lines, "case", SAID, within=2)
            assert 'role="alert"' in said
            assert "I have read it" in said
        async with client.stream("GET", "/events/queue") as stream:
            assert "May be about danger" in await heard(stream.aiter_lines(), "queue", within=5)


async def test_the_letter_that_came_before_its_alarm_is_sent_again_with_its_mark(house: House, served: str) -> None:
    taken(house)
    async with signed_in(served) as client, client.stream("GET", "/events/conversation/c-1?after=3") as stream:
        lines = stream.aiter_lines()
        await heard(lines, "case", within=5)
        await asyncio.to_thread(danger, house)
        marked = await heard(lines, "letter", "May be about danger", within=3)

    assert "i cannot go on like this" in marked


async def test_the_page_shows_alarm_card_help_lines_and_the_message_meant(house: House, ada: Browser) -> None:
    taken(house)
    alarm(house)
    page = await ada.sees("/conversation/c-1")
    here = resources.choose("GB", resources.load())

    assert page.index(SAID) < page.index("Protocol for safety") < page.index("How it has been going")
    assert page.count("Protocol for safety") == 1
    for line in here.lines:
        assert line.name in page
    assert page.count("(not reviewed yet)") == len(here.lines)
    assert f"In immediate danger: {here.emergency}" in page
    assert page.count('class="letter customer concerned"') == 1
    assert page.index("concerned") < page.index("i cannot go on like this")
    assert "<title>(!) Order status" in page
    assert "<title>(!) Queue" in await ada.sees("/")


async def test_a_yes_to_reading_it_is_on_record_and_takes_the_banner_away(house: House, ada: Browser) -> None:
    taken(house)
    alarms = alarm(house)
    answer = await ada.sends("/alarm/1/seen", "/conversation/c-1")
    page = await ada.sees("/conversation/c-1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/conversation/c-1")
    assert alarms.get(1).seen_by == "Ada"
    assert SAID not in page
    assert "<title>Order status" in page
    assert "Protocol for safety" in page  # what to do now is needed longer than the banner
    assert "read by Ada at" in page
    assert "concerned" in page


async def test_who_neither_has_the_conversation_nor_supervises_cannot_answer_for_it(house: House) -> None:
    employs(house, "bo", "agent")
    employs(house, "sam", "supervisor")
    bo, sam = await arrives(house, "bo"), await arrives(house, "sam")
    taken(house)
    alarms = alarm(house)
    page = await bo.sees("/conversation/c-1")
    answer = await bo.sends("/alarm/1/seen", "/")

    assert SAID in page
    assert "I have read it" not in page
    assert answer.status_code == 409
    assert "It belongs to Ada" in answer.text
    assert (await sam.sends("/alarm/1/seen", "/")).status_code == 303
    assert alarms.get(1).seen_by == "Sam"


@pytest.mark.parametrize("token", [None, "0" * 64])
async def test_an_answer_from_elsewhere_changes_nothing(house: House, ada: Browser, token: str | None) -> None:
    taken(house)
    alarms = alarm(house)
    answer = await ada.client.post("/alarm/1/seen", data={"token": token} if token else {})

    assert answer.status_code == 409
    assert alarms.get(1).seen is None


async def test_an_alarm_that_never_was_is_said_so(ada: Browser) -> None:
    answer = await ada.sends("/alarm/7/seen", "/")

    assert answer.status_code == 409
    assert "no alarm 7" in answer.text


async def test_hnd_5_a_conversation_with_an_alarm_jumps_to_the_top_of_the_queue(house: House, ada: Browser) -> None:
    taken(house, "c-1", "Bo")
    house.waits("c-2", reason="safety")
    before = await ada.sees("/")
    alarm(house)
    after = await ada.sees("/")
    rows = after[after.index("data-rows"):]

    assert before.index("/conversation/c-2") < before.index("/conversation/c-1")
    assert rows.index("/conversation/c-1") < rows.index("/conversation/c-2")


async def test_an_alarm_elsewhere_is_shown_beside_another_conversation(house: House, ada: Browser) -> None:
    taken(house, "c-1")
    taken(house, "c-2")
    alarm(house, "c-2")
    page = await ada.sees("/conversation/c-1")

    assert "s message may be about danger" in page
    assert '<a class="find" href="/conversation/c-2">' in page
    assert "Protocol for safety" not in page


async def test_a_conversation_is_not_given_back_over_an_unread_alarm(house: House, ada: Browser) -> None:
    taken(house)
    alarm(house)
    answer = await ada.sends("/release/c-1", "/conversation/c-1")

    assert answer.status_code == 409
    assert "press “I have read it”" in answer.text
    assert Ownership(house.engine).owner("c-1").kind == "agent"
    await ada.sends("/alarm/1/seen", "/conversation/c-1")
    assert (await ada.sends("/release/c-1", "/conversation/c-1")).status_code == 303


async def test_an_alarm_that_came_too_late_is_answered_on_the_queue_page(house: House, ada: Browser) -> None:
    taken(house)
    alarms = alarm(house)
    Counter(house.engine).release("c-1", "Ada", "Ada left", time.time())
    page = await ada.sees("/")

    assert "went back to the assistant before anybody was told" in page
    assert "“i cannot go on like this”" in page
    answer = await ada.sends("/alarm/1/seen", "/")
    assert (answer.headers["location"], alarms.get(1).seen_by) == ("/", "Ada")
    assert "went back to the assistant" not in await ada.sees("/")


@pytest.mark.parametrize("consent", ["unknown", "refused", "withdrawn"])
async def test_i3_without_a_yes_a_page_says_no_more_than_that_it_may_be_danger(
    house: House, ada: Browser, consent: str,
) -> None:
    taken(house, consent=consent)
    alarm(house)
    pages = await ada.sees("/") + await ada.sees("/conversation/c-1")

    assert "may be about danger" in pages
    telling = "|".join((*EMOTIONS, "tier", "suicid", "self-harm", "strongly"))
    assert re.findall(rf"\b({telling})", pages.lower()) == []


async def test_supervisors_see_that_nobody_can_be_paged(house: House, ada: Browser) -> None:
    packet = house.waits(reason="safety")
    assert "no supervisor address is configured" not in await ada.sees("/")
    late = Browser(create(house.settings, clock=lambda: time.time() + 400))
    await late.signs_in("Sam")

    assert packet["reason"] == "safety"
    assert "Nobody has taken a safety case for 6 min and no supervisor address is configured." in await late.sees("/")


@pytest.mark.parametrize(("handoff", "goal"), [("h-c-1", "/conversation/c-1"), ("h-gone", "/")])
async def test_the_link_of_a_page_leads_to_the_conversation(
    house: House, ada: Browser, handoff: str, goal: str,
) -> None:
    house.waits()
    answer = await ada.client.get(f"/handoff/{handoff}")

    assert (answer.status_code, answer.headers["location"]) == (303, goal)
