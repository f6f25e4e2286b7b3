"""A customer asks for their data and to be erased in the running assistant, after a person has helped."""

import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from attune.audit import signing
from attune.audit.verify import verify
from attune.channel.mailbox import LETTERS, Letter, Mailbox
from attune.channel.ownership import Ownership
from attune.handoff.agent import Counter
from attune.handoff.tracker_events import TrackerEvents
from attune.rights import orphans, stores, wishes
from attune.rights.stores import Stores
from channel.browserless import Customer, until
from fixtures.stack import RunningStack
from rights.conftest import on_disk

pytestmark = pytest.mark.stack

AGENT = "Wilhelmina"
SLOW = 60.0
"""Seconds: the erasure waits ten of them by itself."""


class Talk:
    """One customer's conversation with the running assistant, and what is stored of it."""

    def __init__(self, stack: RunningStack, elsewhere: Path) -> None:
        self.customer = Customer(SimpleNamespace(url=f"{stack.rasa_url}/webhooks/web"))  # type: ignore[arg-type]
        self.place = stores.here(stack.settings, elsewhere)
        self.mailbox = Mailbox(self.place.engine)
        self.id = ""

    def say(self, text: str, payload: str | None = None) -> str:
        """Say or press something; returns what the assistant has answered once it has."""
        message = str(uuid.uuid4())
        self.customer.say(text, payload, message).raise_for_status()
        self.id = self.id or until(lambda: whose(self.place, message), SLOW)
        return until(lambda: self.answers(message), SLOW)

    def answers(self, message: str) -> str:
        letters = self.mailbox.since(self.id)
        after = next((one.id for one in letters if one.message_id == message), 10**9)
        return "\n".join(f"{one.text} {one.data}" for one in letters if one.id > after and one.sender == "bot")

    def heard(self) -> bool:
        """Whether all that a person did has arrived at the assistant."""
        return self.id not in {call.conversation_id for call in TrackerEvents(self.place.engine).pending()}


def whose(place: Stores, message: str) -> str | None:
    query = select(LETTERS.c.conversation_id).where(LETTERS.c.message_id == message)
    with place.engine.connect() as connection:
        return connection.execute(query).scalar()


def test_con_7_con_8_a_customer_gets_a_copy_and_is_then_nowhere_while_everything_runs(
    stack: RunningStack, tmp_path: Path,
) -> None:
    talk = Talk(stack, tmp_path)
    talk.say("where is my order 1042, this is the THIRD time canaryasked!!")
    talk.say("get me a human")
    talk.say("No, don't", '/attune_consent{"attune_answer":"no"}')
    until(lambda: Ownership(talk.place.engine).owner(talk.id).kind == "queue", SLOW)
    counter = Counter(talk.place.engine)
    counter.claim(talk.id, AGENT, f"{AGENT} has joined.", time.time())
    counter.reply(Letter(0, talk.id, "live-reply", "person", "canaryreply", time.time(), AGENT))
    released = talk.mailbox.since(talk.id)[-1].id
    counter.release(talk.id, AGENT, f"{AGENT} has left.", time.time())
    until(talk.heard, SLOW)
    until(lambda: "bot" in {one.sender for one in talk.mailbox.since(talk.id, released)}, SLOW)
    offered = talk.say("send me a copy of my data")
    copy = talk.customer.http.get(f"{talk.customer.server.url}/export").text
    planted = [word for word in ("canaryasked", "canaryreply", talk.id) if word.encode() in on_disk(stack.var)]
    talk.say("delete everything you know about me")
    noted = talk.say("yes")
    until(lambda: wishes.asked(talk.place.engine, talk.id) is None, SLOW)
    traces = [word for word in ("canaryasked", "canaryreply", AGENT) if word.encode() in on_disk(stack.var)]

    assert "/webhooks/web/export" in offered
    assert "canaryasked" in copy and "canaryreply" in copy and AGENT not in copy
    assert len(planted) == 3
    assert "erased as soon as it rests" in noted
    assert traces == []
    assert [line for line in stack.logs().splitlines() if talk.id in line] == []
    assert orphans.look(talk.place) == []
    assert verify(talk.place.engine, stack.var, signing.public(stack.settings)).is_whole
    assert "automated" in talk.say("hello again")  # a stranger, told from the beginning what speaks (DIS-1)
