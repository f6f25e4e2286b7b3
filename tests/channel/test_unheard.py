"""Which letters a new server looks at: the last ones of the chat page, with what their buttons meant."""

import asyncio
from dataclasses import dataclass, field

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sqlalchemy.engine import Engine

from attune import database
from attune.channel.mailbox import Letter, Mailbox
from attune.channel.post import MEANT
from attune.channel.turn import Turn
from attune.channel.unheard import GRACE, Backlog, hear, hear_once, lines
from channel.plain_assistant import Assistant

pytestmark = pytest.mark.rasa

T0 = 1_800_000_000.0


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def letter(number: int, text: str, conversation: str = "c-1", message_id: str = "", **data: object) -> Letter:
    return Letter(number, conversation, message_id or uuid(number), "customer", text, T0, data=data)


def test_letters_come_back_as_turns_in_order_for_each_conversation() -> None:
    found = lines([letter(1, "one"), letter(2, "else", "c-2"), letter(3, "two")], "IE")

    assert {name: [(turn.conversation_id, turn.message_id, turn.words, turn.country) for turn in line]
            for name, line in found.items()} == {
        "c-1": [("c-1", uuid(1), "one", "IE"), ("c-1", uuid(3), "two", "IE")], "c-2": [("c-2", uuid(2), "else", "IE")]}


def test_a_pressed_button_means_again_what_it_meant_and_words_are_no_command() -> None:
    pressed = letter(1, "Yes, pass it on", **{MEANT: "/attune_consent{}"})
    first, second = lines([pressed, letter(2, "/restart")], None)["c-1"]

    assert (first.words, second.words) == ("/attune_consent{}", "restart")


@pytest.mark.parametrize("message_id", ["rasa-abc", "person-1", "chatwoot-17", "1800000000.5"])
def test_letters_that_came_by_another_way_are_not_heard_here(message_id: str) -> None:
    assert lines([letter(1, "hello", message_id=message_id)], None) == {}


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


@dataclass
class House:
    """A server that opens with a backlog, and what it hears."""

    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.backlog = Backlog(asyncio.ensure_future)  # type: ignore[arg-type]

    async def opens(self, letters: list[Letter], opened: float) -> None:
        await self.backlog.work_off(lambda: letters, opened, None, self._hear)

    async def takes(self, words: str, conversation: str = "c-1") -> None:
        await self.backlog.is_over(conversation)
        self.heard.append(words)

    async def _hear(self, turn: Turn) -> None:
        await asyncio.sleep(0.01)  # a turn takes its time
        self.heard.append(turn.words)


async def test_i6_what_is_written_now_is_heard_after_what_no_server_heard() -> None:
    house = House()
    new = asyncio.gather(house.takes("new"), house.takes("else", "c-2"))
    await house.opens([letter(1, "one"), letter(2, "two")], T0 + 3 * GRACE)
    await new

    assert house.heard == ["else", "one", "two", "new"]
    await house.takes("later")
    assert house.heard[-1] == "later"


async def test_another_server_is_given_time_to_begin_with_the_youngest_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep, slept = asyncio.sleep, []

    async def quick(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr("attune.channel.unheard.asyncio.sleep", quick)
    house = House()
    await house.opens([letter(1, "one"), letter(2, "else", "c-2")], T0 + GRACE / 4)
    await house.takes("new")

    assert slept[:2] == [0.75 * GRACE] * 2
    assert house.heard[-1] == "new"


async def test_a_database_that_is_away_keeps_no_new_message_waiting(caplog: pytest.LogCaptureFixture) -> None:
    def away() -> list[Letter]:
        raise OSError

    house = House()
    await house.backlog.work_off(away, T0, None, house._hear)
    await house.takes("new")

    assert house.heard == ["new"]
    assert "cannot be looked through" in caplog.text


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
