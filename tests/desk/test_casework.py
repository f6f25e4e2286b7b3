"""Resolve, pass on, note, correct, take a break: each by a plain form, each only where it is one's to do."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from attune.channel.ownership import Ownership
from attune.desk import correction
from attune.desk.app import create
from attune.desk.correction import in_force
from attune.handoff.desks.builtin import BuiltinDesk
from attune.rights.stores import Stores
from attune.signals import review
from desk.conftest import House
from desk.danger import danger
from desk.people import TICKED, Browser, arrives, employs
from desk.test_desk_pages import Visitor, visitor
from rights.conftest import remember

pytestmark = pytest.mark.slow
pytest_plugins = ["rights.conftest"]

PAGE = "/conversation/c-1"


@pytest.fixture
async def ada(house: House) -> AsyncIterator[Visitor]:
    """An agent who has the conversation."""
    house.waits()
    one = visitor(house)
    await one.signs_in("Ada")
    await one.sends("/claim/c-1", PAGE)
    yield one
    await one.client.aclose()


def outcomes(house: House) -> list[tuple[str, ...]]:
    with house.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT handoff_id, outcome FROM attune_outcome").all()
    return [tuple(row) for row in found]


async def test_resolving_gives_back_and_keeps_how_it_ended(house: House, ada: Visitor) -> None:
    answer = await ada.sends("/resolve/c-1", PAGE, outcome="solved")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert outcomes(house) == [("h-c-1", "solved")]
    assert house.letters()[-1] == ("notice", "Ada has left this conversation.")
    assert Ownership(house.engine).owner("c-1").kind == "bot"


@pytest.mark.parametrize("outcome", ["", "won", "solved "])
async def test_an_outcome_that_is_none_changes_nothing(house: House, ada: Visitor, outcome: str) -> None:
    answer = await ada.sends("/resolve/c-1", PAGE, outcome=outcome)

    assert (answer.status_code, "choose one of the outcomes" in answer.text) == (409, True)
    assert (outcomes(house), Ownership(house.engine).owner("c-1").agent) == ([], "Ada")


@pytest.mark.parametrize(("before", "now", "is_shown"), [
    ("granted", "granted", True), ("refused", "granted", False), ("granted", "refused", False),
    ("granted", "withdrawn", False), ("unknown", "unknown", False),
])
async def test_con_2_an_earlier_contact_is_shown_where_the_customer_said_yes_then_and_now(
    house: House, before: str, now: str, is_shown: bool,
) -> None:
    house.waits(agent=before)
    one = visitor(house)
    await one.signs_in("Ada")
    await one.sends("/claim/c-1", PAGE)
    await one.sends("/resolve/c-1", PAGE, outcome="no_answer")
    house.waits(agent=now, handoff="h-2")
    page = await one.sees(PAGE)

    assert ("The customer did not answer" in page, "Here before" in page) == (is_shown, is_shown)


async def test_passing_on_keeps_the_story_and_tells_the_customer_and_the_colleague(house: House, ada: Visitor) -> None:
    answer = await ada.sends("/transfer/c-1", PAGE, queue="general", text="Refund <b>only</b>, please.")
    page, queue = await ada.sees(PAGE), await ada.sees("/")

    assert answer.status_code == 303
    assert house.letters()[-1][1].startswith("Ada has asked a colleague to take over.")
    assert Ownership(house.engine).owner("c-1").kind == "queue"
    for shown in ("Passed on by ada", "→ general", "Refund &lt;b&gt;only&lt;/b&gt;", "THIRD time I ask", "<polyline"):
        assert shown.lower() in page.lower(), shown
    assert "passed on by Ada at" in queue
    assert all("Refund" not in text for _, text in house.letters())


@pytest.mark.parametrize("fields", [
    {"queue": "nowhere", "text": "x"}, {"queue": "general", "text": " "}, {"queue": "general", "text": "x" * 2001}, {},
])
async def test_passing_on_nowhere_or_without_a_word_changes_nothing(
    house: House, ada: Visitor, fields: dict[str, str],
) -> None:
    assert (await ada.sends("/transfer/c-1", PAGE, **fields)).status_code == 409
    assert Ownership(house.engine).owner("c-1").agent == "Ada"


async def test_hnd_5_nobody_walks_away_from_a_message_of_danger_unread(house: House, ada: Visitor) -> None:
    danger(house)
    create(house.settings).state.room.alarms.sound("c-1", "r-1", at=1.0, now=1.0)
    for act, fields in (("resolve", {"outcome": "solved"}), ("transfer", {"queue": "general", "text": "x"})):
        answer = await ada.sends(f"/{act}/c-1", PAGE, **fields)
        assert (answer.status_code, "nobody has said they read it" in answer.text) == (409, True)

    assert Ownership(house.engine).owner("c-1").agent == "Ada"


async def test_a_note_is_for_colleagues_plain_and_kept_once(house: House, ada: Visitor) -> None:
    for _ in range(2):
        answer = await ada.sends("/note/c-1", PAGE, text="Waits for *the* <i>depot</i>", message_id="n1")
    page = await ada.sees(answer.headers["location"])

    assert "The note is kept." in page
    assert page.count("Waits for *the* &lt;i&gt;depot&lt;/i&gt;") == 1
    assert [(note.agent, note.text) for note in BuiltinDesk(house.engine).notes("h-c-1")] == [
        ("Ada", "Waits for *the* <i>depot</i>")]
    assert all("depot" not in text for _, text in house.letters())
    assert (await ada.sends("/note/c-1", PAGE, text="  ")).status_code == 409


async def test_the_first_reply_needs_every_line_ticked_and_later_ones_none(house: House, ada: Visitor) -> None:
    page = await ada.sees(PAGE)
    refused = await ada.sends("/reply/c-1", PAGE, text="Hello", check=["0", "1"])
    told = [text for sender, text in house.letters() if sender == "person"]
    first = await ada.sends("/reply/c-1", PAGE, text="Hello", check=TICKED)
    later = await ada.sends("/reply/c-1", PAGE, text="And", message_id="2")

    assert page.count('name="check"') == 3
    assert (refused.status_code, "Tick every line" in refused.text, told) == (409, True, [])
    assert (first.status_code, later.status_code) == (303, 303)
    assert 'name="check"' not in await ada.sees(PAGE)


async def test_a_break_shows_until_the_agent_is_back(house: House, ada: Visitor) -> None:
    await ada.sends("/break", "/", begins="1")
    resting = await ada.sees("/")
    load = await ada.sees("/load")
    await ada.sends("/break", "/", begins="0")

    assert "You are on a break since" in resting
    assert "on a break since" in load
    assert "You are on a break" not in await ada.sees("/")


async def test_bnd_6_the_load_is_the_same_whatever_an_agent_writes(house: House, ada: Visitor) -> None:
    def without_time(page: str) -> str:
        return page.rpartition("<tbody>")[2].partition("</tbody>")[0]

    before = without_time(await ada.sees("/load"))
    await ada.sends("/reply/c-1", PAGE, text="I am FURIOUS and I cannot go on!!", check=TICKED)
    await ada.sends("/note/c-1", PAGE, text="I hate this, I am exhausted")

    assert ">Ada" in before
    assert without_time(await ada.sees("/load")) == before


async def test_con_5_the_load_is_for_supervisors(house: House) -> None:
    house.waits(reason="safety")
    for name, role in (("sam", "supervisor"), ("zoe", "agent")):
        employs(house, name, role)  # type: ignore[arg-type]
    sam: Browser = await arrives(house, "sam")
    zoe: Browser = await arrives(house, "zoe")
    page = await sam.sees("/load")

    for shown in ("Open cases for safety", "/conversation/c-1", "Points: 1 for each conversation", '<a href="/load"'):
        assert shown in page, shown
    assert (await zoe.gets("/load")).status_code == 403
    assert "/load" not in await zoe.sees("/")


Events = list[dict[str, object]]


def slots(state: str | None, day: str | None = "2026-11-20") -> Events:
    events: Events = [{"event": "user", "text": "hi"}]
    if state:
        events.append({"event": "slot", "name": "attune_consent_quality", "value": state, "timestamp": 1_800_000_000.0})
    if day:
        events.append({"event": "slot", "name": "attune_consent_quality_since", "value": day})
    return events


@pytest.mark.parametrize(("events", "basis"), [
    ([], None), (slots("refused"), None), (slots("asked"), None), (slots(None), None),
    (slots("granted"), "quality yes 2026-11-20"), (slots("granted", None), "quality yes 2027-01-15"),
    ([*slots("granted"), *slots("withdrawn")], None),
    ([*slots("refused"), *slots("granted")], "quality yes 2026-11-20"),
])
def test_con_4_the_basis_is_the_yes_that_holds_now(events: Events, basis: str | None) -> None:
    assert in_force(events) == basis


async def test_a_message_read_wrong_waits_for_review_with_its_basis_and_without_personal_data(
    house: House, place: Stores, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    monkeypatch.setattr(correction.stores, "here", lambda _settings: place)
    remember(place, "c-1", slots("granted"))
    house.waits()
    house.writes("customer", "oh great, another week. mail ann@example.org")
    one = visitor(house)
    await one.signs_in("Ada")
    number = house.mailbox.last_id()
    assert f'value="{number}"' in await one.sees(PAGE)
    answer = await one.sends("/correct/c-1", PAGE, letter=str(number), emotion="frustration")
    [kept] = review.read(house.settings.var / review.FILE)

    assert "Kept for review" in await one.sees(answer.headers["location"])
    assert (kept.text, kept.emotion, kept.consent) == (
        "oh great, another week. mail [e-mail]", "frustration", "quality yes 2026-11-20")
    assert "c-1" not in json.dumps(vars(kept))  # a pseudonym stands for the conversation
    assert "Ada" not in json.dumps(vars(kept))

    for fields in ({"letter": "999", "emotion": "anger"}, {"letter": str(number), "emotion": "bored"}, {}):
        assert (await one.sends("/correct/c-1", PAGE, **fields)).status_code == 409
    remember(place, "c-1", slots("withdrawn"))
    assert (await one.sends("/correct/c-1", PAGE, letter=str(number), emotion="anger")).status_code == 409
    assert "Read wrong?" not in await one.sees(PAGE)
    assert len(review.read(house.settings.var / review.FILE)) == 1


@pytest.mark.parametrize("state", [None, "asked", "refused", "withdrawn"])
async def test_con_3_without_that_yes_there_is_no_control(
    house: House, place: Stores, monkeypatch: pytest.MonkeyPatch, state: str | None,
) -> None:
    monkeypatch.setattr(correction.stores, "here", lambda _settings: place)
    remember(place, "c-1", slots(state))
    house.waits()
    one = visitor(house)
    await one.signs_in("Ada")

    assert "Read wrong?" not in await one.sees(PAGE)


async def test_a_thousand_who_wait_are_a_page_and_a_number(house: House) -> None:
    packet = house.waits()
    desk = BuiltinDesk(house.engine)
    for number in range(60):
        desk.deliver(packet | {"handoff_id": f"h-{number}", "conversation": {"id": f"x-{number}", "channel": "web"}})
    one = visitor(house)
    await one.signs_in("Ada")
    first, second = await one.sees("/"), await one.sees("/?page=2")

    assert (first.count('class="card case'), second.count('class="card case')) == (50, 11)
    assert ("11 more" in first, 'href="?page=2"' in first) == (True, True)
