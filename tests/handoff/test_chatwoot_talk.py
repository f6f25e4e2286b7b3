"""A customer, the bot and people in Chatwoot: nobody is talked over, nothing is lost or said twice (I5, I6)."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from attune import settings
from attune.channel.mailbox import Mailbox
from attune.consent.permission import Permission
from attune.handoff.alarms import Alarms
from attune.handoff.desks.chatwoot import card
from attune.handoff.desks.chatwoot.api import Message, Refused
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from fixtures.at_work import until
from handoff.chatwoot_stand_in import StandIn
from handoff.chatwoot_world import World, talks, world
from handoff.rasa_stand_in import free_port
from handoff.trackers import annoyed

pytestmark = pytest.mark.slow

NATIVE = "chatwoot-3-1"


@pytest.fixture(params=["4.15.1", "4.16.0"])
async def here(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> AsyncIterator[World]:
    chosen = settings.load({"ATTUNE_VAR": str(tmp_path), "ATTUNE_RASA_PORT": str(free_port())})
    async with world(engine, chosen, StandIn(request.param)) as here:
        yield here


def packet(conversation: str = NATIVE) -> Packet:
    ticket = Ticket(f"h-{conversation}", 1, "customer_request", time.time())
    return build(annoyed() | {"sender_id": conversation}, Permission(), protocol.load(), ticket)


async def asks_for_a_person(here: World, conversation: str = NATIVE) -> None:
    """What the action server does, and then the courier."""
    Outbox(here.engine).open(packet(conversation), time.time())
    await here.settle()


async def test_a_customer_gets_each_answer_once_however_often_webhooks_come(here: World) -> None:
    here.chatwoot.webhooks.repeat = 3
    async with here.working():
        found = here.chatwoot.begins("hello")
        here.chatwoot.customer_says(found, "where is my order?")
        await here.settle()

    assert here.rasa.words(NATIVE) == ["hello", "where is my order?"]
    assert found.texts() == ["you said: hello", "you said: where is my order?"]
    assert set(here.chatwoot.webhooks.answers) == {200}
    assert (found.status, here.owner(NATIVE).kind) == ("pending", "bot")
    assert here.rasa.heard[0]["input_channel"] == "chatwoot"
    assert here.rasa.heard[0]["metadata"]["attune"] == {
        "country": None, "locale": "en", "public": False, "event_id": here.letters(NATIVE)[0].message_id,
    }


async def test_what_a_customer_writes_is_never_a_command_or_a_template(here: World) -> None:
    async with here.working():
        found = here.chatwoot.begins("/restart {{ contact.email }}")
        await here.settle()

    assert here.rasa.words(NATIVE) == ["restart {{ contact.email }}"]
    assert found.texts()[0].replace("\u2060", "") == "you said: restart {{ contact.email }}"


@pytest.mark.parametrize("faults", [["refused"], ["lost"], ["refused", "lost", "lost"], ["lost", "refused"]], ids=str)
async def test_i6_rasa_hears_a_message_once_though_calls_fail(here: World, faults: list[str]) -> None:
    here.rasa.broken.extend(faults)  # type: ignore[arg-type]
    async with here.working():
        found = here.chatwoot.begins("hello")
        here.chatwoot.customer_says(found, "again")
        await here.settle()

    assert here.rasa.words(NATIVE) == ["hello", "again"]
    assert found.texts() == ["you said: hello", "you said: again"]


@pytest.mark.parametrize("fault", ["refused", "lost"])
async def test_i6_an_answer_reaches_chatwoot_once_though_calls_fail(here: World, fault: str) -> None:
    here.chatwoot.faults.extend([fault, fault])  # type: ignore[list-item]
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()

    assert found.texts() == ["you said: hello"]


async def test_i6_an_answer_that_arrived_is_known_by_its_echo_though_others_wrote_since(here: World) -> None:
    found = here.chatwoot.begins("hello")
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    here.chatwoot.faults.append("lost")
    said = Message("for agents", "note h-1/1", "note")
    with pytest.raises(Refused):
        await asyncio.to_thread(here.desk.carrier.say_once, NATIVE, found.id, said)
    here.chatwoot.customer_says(found, "are you there?")  # so it is the newest message no more
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    await asyncio.to_thread(here.desk.carrier.say_once, NATIVE, found.id, said)

    assert found.texts(private=True) == ["for agents"]


async def test_i6_what_came_while_the_desk_process_was_down_for_its_work_is_done_later(here: World) -> None:
    found = here.chatwoot.begins("hello")
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    async with here.working():
        await here.settle()

    assert found.texts() == ["you said: hello"]


async def test_i5_from_the_handoff_on_the_bot_lets_people_speak(here: World) -> None:
    async with here.working():
        found = here.chatwoot.begins("a person please")
        await here.settle()
        await asks_for_a_person(here)
        assert here.owner(NATIVE).kind == "queue"
        assert (found.status, found.texts()[-1]) == ("open", card.words()["handed_over"])
        here.chatwoot.person_says(found, "Ada here, how can I help?")
        here.chatwoot.customer_says(found, "my parcel is lost")
        here.chatwoot.person_says(found, "ask Ben", private=True)
        await here.settle()

    assert (here.owner(NATIVE).kind, here.owner(NATIVE).agent) == ("agent", "Ada")
    assert here.rasa.words(NATIVE)[-1] == "my parcel is lost"  # screened for danger all the same (I1)
    assert not [said for said in found.texts() if "my parcel is lost" in said]
    assert [letter.text for letter in here.letters(NATIVE, "person")] == ["Ada here, how can I help?"]
    assert "Ada here, how can I help?" in here.rasa.said(NATIVE)
    assert "ask Ben" not in here.rasa.said(NATIVE)


async def test_i5_who_answers_a_pending_conversation_has_taken_over(here: World) -> None:
    """4.15 leaves it pending (chatwoot#4410)."""
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()
        here.chatwoot.person_says(found, "I take this one")
        here.chatwoot.customer_says(found, "thanks")
        await here.settle()
        assert (found.status, here.owner(NATIVE).agent) == ("pending", "Ada")
        here.chatwoot.sets_status(found, "resolved")
        here.chatwoot.customer_says(found, "one more thing")
        await here.settle()

    assert found.texts() == ["you said: hello", "I take this one", "you said: one more thing"]
    assert here.owner(NATIVE).kind == "bot"


async def test_i5_an_answer_of_the_bots_that_comes_too_late_is_not_said(here: World) -> None:
    found = here.chatwoot.begins("hello")
    here.chatwoot.person_says(found, "Ada here")
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    async with here.working():
        await here.settle()

    assert found.texts() == ["Ada here"]
    assert here.rasa.words(NATIVE) == ["hello"]


@pytest.mark.parametrize("name", ["Ben", None])
async def test_a_colleague_and_who_answers_in_the_channels_own_app_count_as_people(
    here: World, name: str | None,
) -> None:
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()
        here.chatwoot.person_says(found, "Ada here")
        here.chatwoot.person_says(found, "and I", name)
        await here.settle()

    who = name or card.words()["somebody"]
    assert [(one.name, one.text) for one in here.letters(NATIVE, "person")] == [("Ada", "Ada here"), (who, "and I")]
    assert here.owner(NATIVE).agent == who


async def test_machines_are_no_people_and_a_rating_stays_in_chatwoot(here: World) -> None:
    async with here.working():
        found = here.chatwoot.begins("hello")
        here.chatwoot.machine_says(found, "We are open from nine.", {"automation_rule_id": 3})
        here.chatwoot.machine_says(found, "Thanks for writing!")
        here.chatwoot.rates(found, 2)
        await here.settle()

    assert here.owner(NATIVE).kind == "bot"
    assert talks(here.letters(NATIVE)) == {"customer": ["hello"], "bot": ["you said: hello"]}


async def test_i5_taking_over_and_giving_back_as_each_version_does_it(here: World) -> None:
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()
        here.chatwoot.assigns(found, "Ada")
        here.chatwoot.customer_says(found, "anybody there?")
        await here.settle()
        assert here.owner(NATIVE).agent == "Ada"
        if found.status == "open":
            here.chatwoot.hands_to_bot(found)
        else:
            here.chatwoot.sets_status(found, "open")
            here.chatwoot.sets_status(found, "pending")
        await here.settle()

    assert here.owner(NATIVE).kind == "bot"
    assert here.rasa.said(NATIVE)[-2:] == ["EXTERNAL: attune_handed_back", "back"]
    assert [event["value"] for event in here.rasa.events[NATIVE] if event["event"] == "slot"] == ["agent", "bot"]
    assert "you said: anybody there?" not in found.texts()


@pytest.mark.parametrize("again", [1, 3])
async def test_dis_3_after_a_handoff_the_bot_is_back_once_and_says_so(here: World, again: int) -> None:
    here.chatwoot.webhooks.repeat = again
    async with here.working():
        found = here.chatwoot.begins("a person please")
        await here.settle()
        await asks_for_a_person(here)
        here.chatwoot.person_says(found, "Ada here")
        here.chatwoot.sets_status(found, "resolved")
        await here.settle()

    assert here.rasa.said(NATIVE).count("EXTERNAL: attune_handed_back") == 1
    assert Outbox(here.engine).current(NATIVE) is None
    assert found.status == "resolved"
    assert not {name for name in found.attributes if name.startswith("attune_")}


async def test_the_bots_return_is_said_in_chatwoot(here: World) -> None:
    """Rasa puts it into the mailbox, since it cannot send to Chatwoot."""
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()
        letters = Mailbox(here.engine)
        letters.append(NATIVE, "notice", "Nobody has been free yet.", message_id="waiting-h-1", at=time.time())
        letters.append(NATIVE, "bot", "You are with the assistant again.", message_id="x-1", at=time.time())
        await here.settle()

    assert found.texts() == ["you said: hello", "Nobody has been free yet.", "You are with the assistant again."]


async def test_who_comes_by_another_channel_and_people_in_chatwoot_read_each_other(here: World) -> None:
    letters = Mailbox(here.engine)
    letters.append("c-1", "customer", "where is it?", message_id="m-1", at=time.time())
    async with here.working():
        await asks_for_a_person(here, "c-1")
        [found] = here.chatwoot.conversations.values()
        letters.append("c-1", "customer", "my number is 0171 5550123", message_id="m-2", at=time.time())
        await here.settle()
        here.chatwoot.person_says(found, "Ada here")
        here.chatwoot.person_says(found, "I see it")
        await here.settle()
        here.chatwoot.sets_status(found, "resolved")
        await here.settle()
        letters.append("c-1", "customer", "back with the bot", message_id="m-3", at=time.time())
        await asyncio.sleep(0.5)

    assert found.texts(kind="incoming") == ["where is it?", "my number is 0171 5550123"]  # said to people, so as it is
    assert talks(here.letters("c-1")) == {
        "customer": ["where is it?", "my number is 0171 5550123", "back with the bot"],
        "person": ["Ada here", "I see it"],
        "notice": ["Ada, a person from our team, has joined this conversation.", "Ada has left this conversation."],
    }
    assert here.rasa.words("c-1") == []
    assert here.owner("c-1").kind == "bot"
    assert here.rasa.said("c-1").count("EXTERNAL: attune_handed_back") == 1


async def test_who_is_written_to_long_after_the_handoff_can_answer(here: World) -> None:
    letters = Mailbox(here.engine)
    async with here.working():
        await asks_for_a_person(here, "c-1")
        [found] = here.chatwoot.conversations.values()
        here.chatwoot.sets_status(found, "resolved")
        await here.settle()
        letters.append("c-1", "customer", "between me and the bot", message_id="m-1", at=time.time())
        await asyncio.sleep(0.5)
        here.chatwoot.person_says(found, "it has arrived")
        await asyncio.to_thread(here.chatwoot.webhooks.settle)
        letters.append("c-1", "customer", "thanks, Ada", message_id="m-2", at=time.time())
        await here.settle()
        assert here.owner("c-1").agent == "Ada"
        here.chatwoot.sets_status(found, "resolved")
        await here.settle()
        letters.append("c-1", "customer", "bot?", message_id="m-3", at=time.time())
        await asyncio.sleep(0.5)

    assert found.texts(kind="incoming") == ["thanks, Ada"]
    assert here.owner("c-1").kind == "bot"


@pytest.mark.parametrize(("value", "words"), [("/affirm", "/affirm"), ("/restart", "Yes")])
async def test_buttons_are_offered_and_only_what_was_offered_is_chosen(here: World, value: str, words: str) -> None:
    here.rasa.answers["hello"] = [{"text": "May I?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}]
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()
        [offered] = [one for one in found.messages if one["content_type"] == "input_select"]
        assert offered["content_attributes"]["items"] == [{"title": "Yes", "value": "/affirm"}]
        offered["content_attributes"]["items"] = [{"title": "Yes", "value": value}]
        here.chatwoot.customer_chooses(found, "Yes")
        await here.settle()

    assert here.rasa.words(NATIVE) == ["hello", words]
    assert [one.text for one in here.letters(NATIVE, "customer")] == ["hello", "Yes"]


async def test_nobody_is_left_with_silence_when_rasa_is_gone(here: World) -> None:
    here.rasa.broken.extend(["refused"] * 10_000)
    async with here.working(patience=0.3):
        found = here.chatwoot.begins("hello")
        await until(lambda: found.status == "open")
        assert here.owner(NATIVE).kind == "queue"
        here.rasa.broken.clear()
        await here.settle()

    assert found.texts(private=True) == [card.words()["silent"]]
    assert here.rasa.words(NATIVE) == ["hello"]
    assert here.owner(NATIVE).kind == "queue"


async def test_hnd_5_an_alarm_reaches_whoever_has_the_conversation_and_ends_when_they_write(here: World) -> None:
    async with here.working():
        found = here.chatwoot.begins("hello")
        await here.settle()
        await asks_for_a_person(here)
        here.chatwoot.person_says(found, "Ada here")
        await here.settle()
        Alarms(here.engine).sound(NATIVE, "r-1", at=time.time(), now=time.time())
        await until(lambda: card.words()["alarm"] in found.texts(private=True))
        assert len(Alarms(here.engine).unseen()) == 1
        here.chatwoot.person_says(found, "I am here, tell me more")
        await here.settle()
        assert Alarms(here.engine).unseen() == []
        await asyncio.sleep(0.5)

    assert found.texts(private=True).count(card.words()["alarm"]) == 1
    assert found.priority == "urgent"


async def test_with_the_desk_away_chatwoot_calls_people_and_the_bot_keeps_out_of_it(here: World) -> None:
    here.chatwoot.webhooks.url = f"http://127.0.0.1:{free_port()}/chatwoot"
    found = here.chatwoot.begins("hello")
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    assert found.status == "open"
    here.chatwoot.webhooks.url = here.hook
    async with here.working():
        here.chatwoot.customer_says(found, "anybody?")
        await here.settle()

    assert here.owner(NATIVE).kind == "queue"
    assert here.rasa.words(NATIVE) == ["anybody?"]


async def test_with_the_database_away_the_webhook_comes_again(here: World) -> None:
    found = here.chatwoot.begins("hello")
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    with here.engine.begin() as connection:
        connection.execute(text("ALTER TABLE attune_chatwoot_delivery RENAME TO gone"))
    here.chatwoot.webhooks.pause = 0.3
    here.chatwoot.customer_says(found, "still there?")
    await until(lambda: 500 in here.chatwoot.webhooks.answers)
    with here.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO attune_chatwoot_delivery"))
    await asyncio.to_thread(here.chatwoot.webhooks.settle)

    assert [one.text for one in here.letters(NATIVE, "customer")] == ["hello", "still there?"]
    assert found.status == "pending"


@pytest.mark.parametrize(("change", "status"), [("signature", 401), ("body", 401), ("nothing", 200), ("size", 413)])
async def test_a_forged_webhook_changes_nothing(here: World, change: str, status: int) -> None:
    found = here.chatwoot.begins("hello")
    here.chatwoot.person_says(found, "I am Ada")
    await asyncio.to_thread(here.chatwoot.webhooks.settle)
    headers, body = here.chatwoot.webhooks.sent[-1]
    before = here.letters(NATIVE)
    forged = {**headers, "x-chatwoot-delivery": "another"}
    if change == "signature":
        forged["x-chatwoot-signature"] = "sha256=" + "0" * 64
    body = body + b" " * {"body": 1, "size": 2 * 1024 * 1024}.get(change, 0)
    async with httpx.AsyncClient() as client:
        answer = await client.post(here.hook, content=body, headers=forged)

    assert answer.status_code == status
    assert here.letters(NATIVE) == before  # a message that comes by another delivery is known by its id
    assert ("error" in answer.json()) == (status != 200)


async def test_a_conversation_of_our_own_making_that_nobody_knows_any_more_is_left_alone(here: World) -> None:
    """Its customer was erased: what an agent still writes there goes to nobody, and the bot does not answer itself."""
    found = here.chatwoot.begins("hello", contact="attune-0123456789")
    here.chatwoot.person_says(found, "hello?")
    async with here.working():
        await here.settle()

    assert (here.letters(NATIVE), here.rasa.heard) == ([], [])
    assert set(here.chatwoot.webhooks.answers) == {200}
