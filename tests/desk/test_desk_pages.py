"""The desk's pages show who waits and let one agent at a time answer; nothing foreign gets in."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attune.channel.ownership import Owner, Ownership
from attune.desk.app import create
from attune.desk.entrance import NobodyCouldSignIn
from attune.desk.room import furnish
from attune.desk.session import COOKIE
from attune.desk.view import seconds
from attune.desk.waiting import tell_waiting
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.tracker_events import TrackerEvents
from attune.signals.reading import EMOTIONS
from desk.conftest import House
from desk.people import TICKED

pytestmark = pytest.mark.slow


class Visitor:
    """A browser without scripts."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def sees(self, path: str) -> str:
        return (await self.client.get(path)).text

    async def sends(self, path: str, page: str, **fields: str | list[str]) -> httpx.Response:
        token = re.search(r'name="token" value="(\w+)"', await self.sees(page))
        assert token
        return await self.client.post(path, data={"token": token[1], **fields})

    async def signs_in(self, name: str) -> httpx.Response:
        return await self.sends("/sign-in", "/sign-in", name=name)


def visitor(house: House) -> Visitor:
    transport = httpx.ASGITransport(create(house.settings))
    return Visitor(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1"))


@pytest.fixture
async def ada(house: House) -> AsyncIterator[Visitor]:
    one = visitor(house)
    await one.signs_in("Ada")
    yield one
    await one.client.aclose()


async def test_it_says_that_it_is_up(house: House) -> None:
    assert (await visitor(house).client.get("/health")).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/conversation/c-1", "/events/queue", "/events/conversation/c-1"])
async def test_nobody_reads_without_signing_in(house: House, path: str) -> None:
    house.waits()
    answer = await visitor(house).client.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_desk_that_others_reach_does_not_open_without_an_account(house: House) -> None:
    for reached in ({"host": "0.0.0.0"}, {"desk_secure": True}):
        with pytest.raises(NobodyCouldSignIn, match="attune desk add"):
            create(replace(house.settings, **reached))  # type: ignore[arg-type]


async def test_another_sites_name_for_this_machine_is_refused(house: House) -> None:
    answer = await visitor(house).client.get("/sign-in", headers={"host": "evil.example.org"})

    assert answer.status_code == 400


async def test_the_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    cookie = (await visitor(house).signs_in("Ada")).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_every_answer_forbids_foreign_and_inline_scripts(ada: Visitor) -> None:
    for path in ("/", "/sign-in", "/health", "/nowhere", "/static/desk.js"):
        policy = (await ada.client.get(path)).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/claim/c-1", "/reply/c-1", "/release/c-1", "/sign-in", "/sign-out"])
@pytest.mark.parametrize("token", [None, "", "0" * 64])
async def test_a_form_from_elsewhere_changes_nothing(house: House, ada: Visitor, path: str, token: str | None) -> None:
    house.waits()
    before = house.letters()
    answer = await ada.client.post(path, data={"text": "hi", "name": "Eve"} | ({"token": token} if token else {}))

    assert answer.status_code == 409
    assert (house.letters(), Ownership(house.engine).owner("c-1").kind) == (before, "queue")


@pytest.mark.parametrize("cookie", ["", "WyJ4IiwgIkFkYSJd.abc.def", "x" * 5000])
async def test_a_forged_cookie_is_nobody(house: House, cookie: str) -> None:
    answer = await visitor(house).client.get("/", headers={"cookie": f"{COOKIE}={cookie}"})

    assert answer.status_code == 303


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\u202eb"])
async def test_a_name_customers_could_not_read_is_refused(house: House, name: str) -> None:
    assert (await visitor(house).signs_in(name)).status_code == 422


async def test_the_queue_shows_who_waits_and_why(house: House, ada: Visitor) -> None:
    assert "Nobody is waiting" in await ada.sees("/")
    house.waits()
    page = await ada.sees("/")

    for shown in ("Asks for a person", "Order status", "3 min", "due in", "web", "<svg", "THIRD time"):
        assert shown in page


async def test_a_conversation_shows_the_whole_situation(house: House, ada: Visitor) -> None:
    house.waits()
    page = await ada.sees("/conversation/c-1")

    for shown in ("Order status", "<q>THIRD time I ask</q>", "Looked up order status", "It should arrive by Friday.",
                  "Message 2: sounds strongly frustrated", "order id", "Take over", "<polyline"):
        assert shown in page


@pytest.mark.parametrize("answer", ["unknown", "refused", "withdrawn"])
async def test_without_a_yes_no_feeling_is_shown_anywhere(house: House, ada: Visitor, answer: str) -> None:
    packet = house.waits(agent=answer)
    pages = await ada.sees("/") + await ada.sees("/conversation/c-1")

    assert packet["wants"]["words"][0].split(",")[0] in pages
    assert "You see the request only." in pages
    assert "<svg" not in pages
    assert not [emotion for emotion in EMOTIONS if emotion in pages]


async def test_a_handover_for_safety_shows_the_protocol_card(house: House, ada: Visitor) -> None:
    house.waits("c-1", agent="refused")
    house.waits("c-2", agent="refused", reason="safety")
    queue = await ada.sees("/")

    assert queue.index("/conversation/c-2") < queue.index("/conversation/c-1")
    assert "Protocol for safety" in await ada.sees("/conversation/c-2")
    assert "Protocol for safety" not in await ada.sees("/conversation/c-1")


async def test_an_agent_claims_answers_and_gives_back(house: House, ada: Visitor) -> None:
    house.waits()
    page = "/conversation/c-1"
    await ada.sends("/claim/c-1", page)
    assert Ownership(house.engine).owner("c-1").agent == "Ada"
    await ada.sends("/reply/c-1", page, text="I have your order here. ", message_id="1", check=TICKED)
    await ada.sends("/reply/c-1", page, text="I have your order here. ", message_id="1", check=TICKED)
    answer = await ada.sends("/release/c-1", page)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert house.letters()[2:] == [
        ("notice", "Ada, a person from our team, has joined this conversation."),
        ("person", "I have your order here."),
        ("notice", "Ada has left this conversation."),
    ]
    kinds = [waiting.kind for waiting in TrackerEvents(house.engine).pending()]
    assert kinds == ["words", "event", "words", "words", "event", "trigger"]
    assert "Nobody is waiting" in await ada.sees("/")
    assert (await ada.client.get(page)).status_code == 404


async def test_a_second_agent_is_told_and_can_only_read(house: House, ada: Visitor) -> None:
    house.waits()
    bo = visitor(house)
    await bo.signs_in("Bo")
    await ada.sends("/claim/c-1", "/conversation/c-1")
    answer = await bo.sends("/claim/c-1", "/")
    page = await bo.sees("/conversation/c-1")

    assert answer.status_code == 409
    assert "Ada already speaks" in answer.text
    assert "Ada speaks with this customer" in page
    assert 'action="/reply/' not in page
    assert "with Ada" in await bo.sees("/")


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
async def test_an_empty_or_endless_reply_is_not_sent(house: House, ada: Visitor, text: str) -> None:
    house.waits()
    await ada.sends("/claim/c-1", "/conversation/c-1")
    before = house.letters()

    assert (await ada.sends("/reply/c-1", "/conversation/c-1", text=text, check=TICKED)).status_code == 409
    assert house.letters() == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(text=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
async def test_whatever_a_customer_writes_is_shown_as_words(house: House, ada: Visitor, text: str) -> None:
    if not house.letters():
        house.waits()
    house.writes("customer", f"<script>alert(1)</script>{text}<img src=x onerror=alert(1)>")
    page = await ada.sees("/conversation/c-1")

    assert "<script>alert" not in page
    assert "<img" not in page


async def test_a_customer_nobody_answers_in_time_is_told_once(house: House) -> None:
    house.waits()
    now = [0.0]
    room = furnish(house.settings, lambda: now[0], lambda: "id")
    opened = seconds(BuiltinDesk(house.engine).queue()[0].packet["opened"])
    for minutes in (1, 20, 21):
        now[0] = opened + 60 * minutes
        tell_waiting(room)
        said = [text for sender, text in house.letters() if "Nobody from our team" in text]
        assert len(said) == (0 if minutes == 1 else 1)


async def test_a_customer_with_a_person_is_not_told_to_wait(house: House) -> None:
    house.waits()
    Counter(house.engine).claim("c-1", "Ada", "joined", 1.0)
    tell_waiting(furnish(house.settings, lambda: 4e9, lambda: "id"))

    assert [text for sender, text in house.letters() if sender == "notice"] == ["joined"]
    assert Ownership(house.engine).owner("c-1") == Owner("agent", "Ada", 1.0)


def test_no_page_holds_an_inline_script_or_style() -> None:
    pages = Path(__file__).parents[2] / "bot" / "attune" / "desk" / "templates"
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\bon\w+=|\bstyle=|<style|\|\s*safe", re.IGNORECASE)

    assert [path.name for path in pages.iterdir() if inline.search(path.read_text())] == []
