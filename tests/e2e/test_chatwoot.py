"""A customer who comes by Chatwoot, and the real Rasa: it answers, helps, keeps silent, and says that it is back."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from tenacity import wait_fixed

from attune import database
from attune.channel import ownership
from attune.channel.mailbox import Mailbox
from attune.handoff.alarms import Alarms
from attune.handoff.desks.chatwoot import hearing, routes
from attune.handoff.desks.chatwoot.desk import ChatwootDesk
from attune.handoff.desks.chatwoot.events import Events
from attune.handoff.desks.chatwoot.hearing import Hearing
from attune.handoff.desks.chatwoot.lane import Lane
from fixtures.stack import RunningStack, free_ports
from handoff.chatwoot_desk import desk_of
from handoff.chatwoot_stand_in import Conversation, StandIn, listening, serving

pytestmark = pytest.mark.stack


@pytest.fixture
def engine(stack: RunningStack) -> Engine:
    return database.engine(stack.settings.db_url)


@pytest.fixture
def chatwoot() -> StandIn:
    fresh = StandIn("4.16.0")
    for _ in range(time.time_ns() // 1_000_000 % 1_000_000):  # the stack keeps its conversations between tests
        next(fresh._display)
    return fresh


@contextmanager
def beside(stack: RunningStack, chatwoot: StandIn, engine: Engine) -> Iterator[ChatwootDesk]:
    """The stand-in, and the address its webhooks go to."""
    one, two = free_ports(2)
    with serving(chatwoot, one) as url, desk_of(engine, url) as desk:
        entry = routes.Entry(desk.account, Events(desk.account, desk.store), time.time)
        with listening(Starlette(routes=routes.routes(entry)), two) as hook:
            chatwoot.webhooks.url = hook + routes.PATH
            yield desk


@asynccontextmanager
async def working(stack: RunningStack, desk: ChatwootDesk) -> AsyncIterator[None]:
    """The lane; the courier of the stack's own desk tells Rasa who speaks."""
    with hearing.connect(stack.settings) as client:
        heard = Hearing(desk.store, desk.carrier.mailbox, client)
        task = asyncio.create_task(Lane(desk.carrier, heard, Alarms(desk.store.engine), wait_fixed(0.2)).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until_said(found: Conversation, words: str) -> str:
    """What the bot said, once these words (a pattern) are in it."""
    for _ in range(600):
        if re.search(words, said := "\n".join(found.texts()), re.IGNORECASE):
            return said
        await asyncio.sleep(0.05)
    pytest.fail(f"nobody said {words!r}, but: {found.texts()}")


async def test_a_whole_conversation(stack: RunningStack, chatwoot: StandIn, engine: Engine) -> None:
    with beside(stack, chatwoot, engine) as desk:
        async with working(stack, desk):
            found = chatwoot.begins("hello")
            name = desk.account.conversation_id(found.id)
            said = await until_said(found, r"what is it about|what can I look up")
            assert "automated assistant" in said.split("\n")[0]  # DIS-1
            chatwoot.person_says(found, "Ada here, I take this one")
            chatwoot.customer_says(found, "where is my order?")
            await asyncio.sleep(3)
            assert found.texts()[-1] == "Ada here, I take this one"
            with engine.connect() as connection:
                assert ownership.read(connection, name).agent == "Ada"
            chatwoot.sets_status(found, "resolved")
            await until_said(found, "is back; from here on")  # DIS-3
    events = stack_events(stack, name)

    assert "Ada here, I take this one" in [event.get("text") for event in events]
    assert "where is my order?" in [event.get("text") for event in events if event["event"] == "user"]


async def test_cri_1_danger_gets_help(stack: RunningStack, chatwoot: StandIn, engine: Engine) -> None:
    with beside(stack, chatwoot, engine) as desk:
        async with working(stack, desk):
            found = chatwoot.begins("I want to end my life tonight")
            said = await until_said(found, "find a line for your country")

    assert "emergency" in said


async def test_i6_an_answer_that_was_lost_is_found_in_rasas_tracker(
    stack: RunningStack, chatwoot: StandIn, engine: Engine,
) -> None:
    with beside(stack, chatwoot, engine) as desk, hearing.connect(stack.settings) as client:
        found = chatwoot.begins("hello")
        chatwoot.webhooks.settle()
        name = desk.account.conversation_id(found.id)
        [letter] = Mailbox(engine).since(name)
        heard = Hearing(desk.store, desk.carrier.mailbox, client)
        said = [one["text"] for one in heard._ask(letter)]
        again = heard._earlier(letter)
        assert again is not None
        assert [one["text"] for one in again] == said != []


def stack_events(stack: RunningStack, name: str) -> list[dict]:  # type: ignore[type-arg]
    with hearing.connect(stack.settings) as client:
        return list(client.get(f"/conversations/{name}/tracker", params={"include_events": "ALL"}).json()["events"])
