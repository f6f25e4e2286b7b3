"""Chatwoot as the desk keeps the contract, writes in the right order, and takes back what the customer takes back."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Letter, Mailbox
from attune.handoff.desks.chatwoot import card
from attune.handoff.desks.chatwoot.api import NoInbox, Refused
from attune.handoff.desks.chatwoot.desk import ChatwootDesk
from attune.handoff.outbox import Outbox
from contracts.desk_contract import DeskContract, Shown
from handoff.chatwoot_desk import NATIVE, T0, desk_of, packet
from handoff.chatwoot_stand_in import BOT_TOKEN, Conversation, Fault, StandIn, serving
from handoff.rasa_stand_in import free_port

pytestmark = pytest.mark.slow


@pytest.fixture(params=["4.15.1", "4.16.0"])
def chatwoot(request: pytest.FixtureRequest) -> StandIn:
    return StandIn(request.param)


@pytest.fixture
def url(chatwoot: StandIn) -> Iterator[str]:
    with serving(chatwoot, free_port()) as url:
        yield url


@pytest.fixture
def desk(engine: Engine, url: str) -> Iterator[ChatwootDesk]:
    with desk_of(engine, url) as desk:
        yield desk


@pytest.fixture
def customer(chatwoot: StandIn) -> Conversation:
    """A customer who came by Chatwoot and speaks with the bot."""
    return chatwoot.begins("where is my order?")


class TestChatwootDesk(DeskContract):
    @pytest.fixture
    def shown(self, chatwoot: StandIn) -> Shown:
        return lambda: {one.attributes["attune_handoff"]: one.attributes["attune_version"]
                        for one in chatwoot.conversations.values()
                        if one.status == "open" and "attune_handoff" in one.attributes}

    @pytest.fixture
    def noted(self, chatwoot: StandIn) -> Callable[[str], list[str]]:
        return lambda handoff: [said["content"] for one in chatwoot.conversations.values() for said in one.messages
                                if said["content_attributes"].get("attune", "").startswith(f"line {handoff} ")]


def test_everything_an_agent_needs_is_there_before_it_is_opened(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation, engine: Engine,
) -> None:
    Outbox(engine).open(packet(), T0)
    desk.deliver(packet())

    assert chatwoot.calls == [
        "show", "custom_attributes", "labels", "labels", "toggle_priority", "messages", "assignments", "messages",
        "toggle_status",
    ]
    assert (customer.status, customer.opened_by_bot, customer.team) == ("open", 1, 4)
    assert [text.split("\n")[0] for text in customer.texts(private=True)] == ["**Asks for a person**"]
    assert customer.texts() == [card.words()["handed_over"]]
    assert set(chatwoot.tokens) == {BOT_TOKEN}


def test_a_customer_of_another_channel_gets_a_conversation_with_what_was_said(
    desk: ChatwootDesk, chatwoot: StandIn, engine: Engine,
) -> None:
    mailbox = Mailbox(engine)
    mailbox.append("c-1", "customer", "mail me: ann@example.org", message_id="m-1", at=T0)
    mailbox.append("c-1", "bot", "It should arrive by Friday.", message_id="m-2", at=T0)
    mailbox.append("c-2", "customer", "somebody else", message_id="m-3", at=T0)
    desk.deliver(packet("c-1"))
    [found] = chatwoot.conversations.values()

    assert found.texts(kind="incoming") == ["mail me: [e-mail]"]
    assert found.texts() == ["It should arrive by Friday."]
    assert (found.status, found.inbox) == ("open", "api")
    assert "c-1" not in found.contact
    assert len(found.contact) > 32


def test_a_second_handoff_goes_into_the_same_conversation(desk: ChatwootDesk, chatwoot: StandIn) -> None:
    desk.deliver(packet("c-1"))
    desk.close("h-1", T0)
    [found] = chatwoot.conversations.values()
    assert found.status == "resolved"
    desk.deliver(packet("c-1", handoff="h-2"))

    assert list(chatwoot.conversations) == [found.id]
    assert (found.status, found.attributes["attune_handoff"]) == ("open", "h-2")


def test_without_an_inbox_the_handoff_waits_and_the_error_says_what_to_do(
    engine: Engine, url: str, chatwoot: StandIn, customer: Conversation,
) -> None:
    with desk_of(engine, url, inbox="") as desk:
        with pytest.raises(NoInbox, match="ATTUNE_CHATWOOT_INBOX is not set"):
            desk.deliver(packet("c-1"))
        desk.deliver(packet())

    assert customer.status == "open"


@pytest.mark.parametrize("chatwoot", ["4.16.0"], indirect=True)
@pytest.mark.parametrize("call", range(6))
def test_i6_stopped_while_it_closes_nothing_of_the_handoff_is_left(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation, call: int,
) -> None:
    desk.deliver(packet(reason="safety"))
    chatwoot.faults.extend([*[None] * call, "lost"])
    with pytest.raises(Refused):
        desk.close("h-1", T0)
    desk.close("h-1", T0)

    assert (customer.attributes, customer.labels, customer.priority, customer.status) == ({}, [], None, "pending")


def test_the_end_of_one_handoff_does_not_touch_the_next(desk: ChatwootDesk, customer: Conversation) -> None:
    desk.deliver(packet())
    desk.deliver(packet(handoff="h-2", reason="safety"))
    desk.close("h-1", T0)

    assert (customer.status, customer.priority, customer.attributes["attune_handoff"]) == ("open", "urgent", "h-2")


def test_what_was_said_comes_along_though_only_the_second_packet_arrives(
    desk: ChatwootDesk, chatwoot: StandIn, engine: Engine,
) -> None:
    Mailbox(engine).append("c-1", "customer", "where is it?", message_id="m-1", at=T0)
    desk.deliver(packet("c-1", version=2))
    [found] = chatwoot.conversations.values()

    assert found.texts(kind="incoming") == ["where is it?"]


def test_what_others_put_there_stays(desk: ChatwootDesk, customer: Conversation) -> None:
    customer.attributes, customer.labels = {"plan": "gold", "attune_course": "old"}, ["vip"]
    desk.deliver(packet(agent="refused"))

    assert customer.attributes["plan"] == "gold"
    assert "attune_course" not in customer.attributes
    assert customer.labels == ["vip", "attune-handoff"]
    desk.close("h-1", T0)
    assert (customer.attributes, customer.labels, customer.priority) == ({"plan": "gold"}, ["vip"], None)


@pytest.mark.parametrize(("reason", "agent", "priority", "labels"), [
    ("safety", "refused", "urgent", ["attune-handoff", "attune-urgent"]),
    ("customer_request", "granted", "high", ["attune-handoff"]),
    ("customer_request", "refused", "medium", ["attune-handoff"]),
])
def test_hnd_5_what_is_urgent_is_urgent_there_too(
    desk: ChatwootDesk, customer: Conversation, reason: str, agent: str, priority: str, labels: list[str],
) -> None:
    desk.deliver(packet(reason=reason, agent=agent))

    assert (customer.priority, customer.labels) == (priority, labels)


def test_hnd_5_with_danger_comes_the_protocol_card_and_the_help_lines(
    desk: ChatwootDesk, customer: Conversation,
) -> None:
    desk.deliver(packet(reason="safety", agent="refused"))
    [note] = customer.texts(private=True)

    assert note.startswith("**Urgent, safety**")
    assert "- Listen and let the customer set the pace." in note
    assert "- Help lines for the customer: " in note


def test_hnd_4_without_a_yes_agents_read_reason_and_request_alone(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation,
) -> None:
    desk.deliver(packet(agent="refused"))

    assert "THIRD time I ask" in customer.texts(private=True)[0]
    assert set(customer.attributes) == {"attune_reason", "attune_wants", "attune_due", "attune_openings",
                                        "attune_handoff", "attune_version"}
    assert "frustrat" not in chatwoot.dump()


def test_hnd_4_with_a_yes_agents_read_how_it_has_gone(desk: ChatwootDesk, customer: Conversation) -> None:
    desk.deliver(packet())

    assert "sounded frustrated, 72 of 100" in customer.attributes["attune_course"]
    assert "“THIRD time I ask”" in customer.attributes["attune_course"]
    assert "by the bot: It should arrive by Friday." in customer.attributes["attune_promised"]


@pytest.mark.parametrize("end", ["withdrawn", "closed"])
def test_con_3_what_a_yes_allowed_is_gone_from_chatwoot_when_it_is_taken_back(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation, end: str,
) -> None:
    desk.deliver(packet())
    assert "frustrat" in chatwoot.dump()
    if end == "closed":
        desk.close("h-1", T0)
    else:
        desk.deliver(packet(agent="withdrawn", version=2))

    assert "frustrat" not in chatwoot.dump()
    assert "by Friday" not in chatwoot.dump()


def test_who_went_on_with_the_bot_is_not_told_that_a_person_comes(
    desk: ChatwootDesk, customer: Conversation, engine: Engine,
) -> None:
    Outbox(engine).open(packet(reason="safety"), T0)
    Outbox(engine).leave(NATIVE, T0)
    desk.deliver(packet(reason="safety"))

    assert (customer.status, customer.texts()) == ("open", [])


def test_what_people_have_already_is_completed_but_not_opened_again(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation,
) -> None:
    chatwoot.assigns(customer, "Ada")
    chatwoot.sets_status(customer, "open")
    desk.deliver(packet())

    assert customer.attributes["attune_handoff"] == "h-1"
    assert len(customer.texts(private=True)) == 1
    assert (customer.texts(), customer.opened_by_bot, customer.team) == ([], 0, None)


def test_who_goes_back_to_the_bot_is_taken_from_the_queue_unless_a_person_is_there(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation,
) -> None:
    desk.deliver(packet())
    desk.close("h-1", T0)
    assert customer.status == "pending"
    desk.deliver(packet(handoff="h-2"))
    chatwoot.assigns(customer, "Ada")
    desk.close("h-2", T0)

    assert customer.status == "open"


@pytest.mark.parametrize("chatwoot", ["4.16.0"], indirect=True)
@pytest.mark.parametrize("fault", ["refused", "lost"])
@pytest.mark.parametrize("call", range(9))
def test_i6_stopped_at_any_call_and_begun_again_there_is_one_note_and_one_message(
    desk: ChatwootDesk, chatwoot: StandIn, customer: Conversation, engine: Engine, call: int, fault: Fault,
) -> None:
    Outbox(engine).open(packet(), T0)
    chatwoot.faults.extend([*[None] * call, fault])
    with pytest.raises(Refused):
        desk.deliver(packet())
    with desk_of(engine, desk.account.url) as another:  # nothing of the first process is left
        another.deliver(packet())
        another.deliver(packet())

    assert len(customer.texts(private=True)) == 1
    assert customer.texts() == [card.words()["handed_over"]]
    assert (customer.status, customer.opened_by_bot) == ("open", 1)
    assert customer.attributes["attune_version"] == 1


@pytest.mark.parametrize("chatwoot", ["4.16.0"], indirect=True)
@pytest.mark.parametrize("call", range(11))
def test_i6_a_customer_of_another_channel_gets_one_conversation_and_each_word_once(
    desk: ChatwootDesk, chatwoot: StandIn, engine: Engine, call: int,
) -> None:
    for number in range(2):
        Mailbox(engine).deliver(Letter(0, "c-1", f"m-{number}", "customer", f"word {number}", T0))
    chatwoot.faults.extend([*[None] * call, "lost"])
    with pytest.raises(Refused):
        desk.deliver(packet("c-1"))
    desk.deliver(packet("c-1"))
    [found] = chatwoot.conversations.values()

    assert found.texts(kind="incoming") == ["word 0", "word 1"]
    assert len(found.texts(private=True)) == 1
    assert found.status == "open"


def test_i6_a_process_that_was_killed_while_it_worked_is_waited_for_and_then_outlived(
    engine: Engine, url: str, customer: Conversation,
) -> None:
    now = [T0]
    with desk_of(engine, url, clock=lambda: now[0]) as desk:
        with pytest.raises(KeyboardInterrupt), desk.store.hold(NATIVE):
            desk.store._set = lambda *_, **__: None  # type: ignore[method-assign]  # dead: it gives nothing back
            raise KeyboardInterrupt
        del desk.store._set  # type: ignore[method-assign]
        now[0] += 31.0
        desk.deliver(packet())

    assert customer.status == "open"


def test_an_old_chatwoot_is_named_as_the_cause(engine: Engine) -> None:
    old = StandIn("4.13.0")
    old.begins("hello")
    too_old = pytest.raises(Refused, match=r"use Chatwoot 4\.14\.2 or newer")
    with serving(old, free_port()) as url, desk_of(engine, url) as desk, too_old:
        desk.deliver(packet())
