"""HND-1, I6: an action server that is away keeps no person from coming, and its return brings none twice."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select

from attune.channel.mailbox import LETTERS, Letter, Mailbox
from attune.channel.ownership import Ownership
from attune.database import engine
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk, Case
from attune.handoff.outbox import Outbox
from attune.handoff.tracker_events import TrackerEvents
from channel.browserless import Customer, until
from fixtures.stack import RunningStack

pytestmark = pytest.mark.stack

DANGER = "I'm going to kill myself tonight"
CALLED = "A person from our team has been called. You can go on writing here meanwhile."
WITHIN = 20.0
"""Seconds: ten for the action, and some for a busy machine."""


class Talk:
    """A customer of the chat page, and what the desk has of them."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack, self._engine = stack, engine(stack.settings.db_url)
        self.customer = Customer(SimpleNamespace(url=f"{stack.rasa_url}/webhooks/web"))  # type: ignore[arg-type]
        self.id = ""

    def says(self, words: str) -> list[str]:
        """Write, and wait until the assistant has said something; its words since."""
        message = self.customer.say(words).json()["message_id"]
        query = select(LETTERS.c.conversation_id, LETTERS.c.id).where(LETTERS.c.message_id == message)
        with self._engine.connect() as connection:
            self.id, place = connection.execute(query).one()
        mailbox = Mailbox(self._engine)
        return until(lambda: [one.text for one in mailbox.since(self.id, place) if one.sender == "bot"], 30)

    def cases(self) -> list[Case]:
        return [case for case in BuiltinDesk(self._engine).queue() if case.conversation_id == self.id]

    def notices(self) -> list[str]:
        return [one.text for one in Mailbox(self._engine).since(self.id) if one.sender == "notice"]

    def handoffs(self) -> int:
        return sum(one.conversation_id == self.id for one in Outbox(self._engine).handoffs(closed=True))

    def heard_by_rasa(self) -> list[str]:
        """What the customer said, as Rasa's tracker has it."""
        asked = {"token": self._stack.token, "include_events": "ALL"}
        address = f"{self._stack.rasa_url}/conversations/{quote(self.id)}/tracker"
        events = httpx.get(address, params=asked, timeout=60, trust_env=False).json()["events"]
        return [str(event["text"]) for event in events if event["event"] == "user"]

    @property
    def owner(self) -> str:
        return Ownership(self._engine).owner(self.id).kind


def test_hnd_1_danger_reaches_the_desk_with_the_action_server_killed_once(stack: RunningStack) -> None:
    talk = Talk(stack)
    talk.says("hello")
    with stack.without("action server"):
        began = time.monotonic()
        assert any("findahelpline.com" in text for text in talk.says(DANGER))
        [case] = until(talk.cases, WITHIN)
        print(f"on the desk after {time.monotonic() - began:.1f} s")
        assert case.packet["reason"] == "safety"
        assert talk.owner == "queue"
        assert until(talk.notices, WITHIN) == [CALLED]

    talk.says(DANGER)
    time.sleep(13)  # the decision just made is looked at, too
    assert len(talk.cases()) == talk.handoffs() == 1
    assert talk.notices() == [CALLED]


def test_hnd_1_a_wish_for_a_person_survives_that_rasa_restarts_as_well(stack: RunningStack) -> None:
    talk = Talk(stack)
    talk.says("hello")
    with stack.without("action server"):
        talk.customer.say("get me a human")
        time.sleep(3)
        stack.restart("Rasa server")
        [case] = until(talk.cases, WITHIN)

    assert case.packet["reason"] == "customer_request"
    assert talk.handoffs() == 1


def test_i6_what_a_person_has_answered_is_not_answered_again_by_a_rasa_that_was_killed_over_it(
    stack: RunningStack,
) -> None:
    talk = Talk(stack)
    talk.says("hello")
    counter, me = Counter(engine(stack.settings.db_url)), "Somebody at the desk"
    with nobody_stores_conversations(stack):  # so that this turn is never over
        talk.customer.say("get me a human")
        until(talk.cases, WITHIN)
        stack.kill("Rasa server")
    counter.claim(talk.id, me, "Here is a person.", time.time())
    counter.reply(Letter(0, talk.id, "person-1", "person", "What can I do?", time.time(), me))
    counter.release(talk.id, me, "The person has gone.", time.time())
    stack.start("Rasa server")
    talk.says("thank you")

    until(lambda: not TrackerEvents(engine(stack.settings.db_url)).pending(), 60)
    assert [words for words in talk.heard_by_rasa() if words in ("get me a human", "thank you")] == [
        "get me a human", "thank you"]
    assert talk.handoffs() == 1
    assert talk.owner == "bot"


@contextmanager
def nobody_stores_conversations(stack: RunningStack) -> Iterator[None]:
    """Hold the file of Rasa's tracker store, as another process that writes to it does."""
    with closing(sqlite3.connect(stack.var / "tracker.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
