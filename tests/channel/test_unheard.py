"""Which letters a new server looks at: the last ones of the chat page, with what their buttons meant."""

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sqlalchemy.engine import Engine

from attune import database
from attune.channel.mailbox import Letter, Mailbox
from attune.channel.post import MEANT
from attune.channel.unheard import hear, hear_once, lines
from channel.plain_assistant import Assistant

pytestmark = pytest.mark.rasa

T0 = 1_800_000_000.0


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def letter(number: int, text: str, conversation: str = "c-1", message_id: str = "", **data: object) -> Letter:
    return Letter(number, conversation, message_id or uuid(number), "customer", text, T0, data=data)


def test_letters_come_back_as_turns_in_order_for_each_conversation() -> None:
    found = lines([letter(1, "one"), letter(2, "else", "c-2"), letter(3, "two")], "IE")

    assert [[(turn.conversation_id, turn.message_id, turn.words, turn.country) for turn in line] for line in found] == [
        [("c-1", uuid(1), "one", "IE"), ("c-1", uuid(3), "two", "IE")], [("c-2", uuid(2), "else", "IE")]]


def test_a_pressed_button_means_again_what_it_meant_and_words_are_no_command() -> None:
    pressed = letter(1, "Yes, pass it on", **{MEANT: "/attune_consent{}"})
    [[first, second]] = lines([pressed, letter(2, "/restart")], None)

    assert (first.words, second.words) == ("/attune_consent{}", "restart")


@pytest.mark.parametrize("message_id", ["rasa-abc", "person-1", "chatwoot-17", "1800000000.5"])
def test_letters_that_came_by_another_way_are_not_heard_here(message_id: str) -> None:
    assert lines([letter(1, "hello", message_id=message_id)], None) == []


@pytest.fixture
def engine(tmp_path: object) -> Engine:
    return database.engine(f"sqlite:///{tmp_path}/attune.db")


def test_only_the_last_letters_of_customers_before_the_start_are_looked_at(engine: Engine) -> None:
    mailbox = Mailbox(engine)
    for number, (sender, at) in enumerate([("customer", 10), ("customer", 95), ("bot", 99), ("customer", 100),
                                           ("customer", 201)]):
        mailbox.append("c-1", sender, str(at), message_id=str(number), at=at)  # type: ignore[arg-type]

    assert [one.text for one in mailbox.by_customers(200, 30)] == ["95", "100"]
    assert mailbox.by_customers(5, 30) == []


async def test_i6_a_message_that_is_sent_again_is_heard_unless_rasa_knows_it() -> None:
    assistant = Assistant()
    for number in (1, 1, 2, 1):
        message = UserMessage("hello", CollectingOutputChannel(), "c-1", message_id=uuid(number))
        await hear_once(assistant, message)  # type: ignore[arg-type]

    assert [one["message_id"] for one in assistant.heard] == [uuid(1), uuid(2)]


async def test_of_a_conversation_rasa_does_not_know_nothing_is_heard_unasked() -> None:
    assistant = Assistant()
    await hear(assistant, UserMessage("hello", CollectingOutputChannel(), "c-1", message_id=uuid(1)))  # type: ignore[arg-type]

    assert assistant.heard == []
