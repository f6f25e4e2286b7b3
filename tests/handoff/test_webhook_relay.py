"""What a customer goes on to write reaches the other desk: each word once, in order, whatever fails, and no more."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.engine import Engine
from tenacity import wait_fixed

from attune.channel.mailbox import Mailbox
from attune.handoff.agent import Counter
from attune.handoff.desks.webhook import activities
from attune.handoff.desks.webhook.address import Address
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.desks.webhook.relay import Onward, Relay
from attune.handoff.outbox import Outbox
from attune.rights import places
from fixtures.at_work import at_work, until
from handoff.receiver import SECRET
from handoff.test_webhook_arrivals import T0, waits
from handoff.webhook_receiver import Fault, OtherDesk, listening

pytestmark = pytest.mark.slow


@pytest.fixture
def other() -> OtherDesk:
    return OtherDesk()


@pytest.fixture
def url(other: OtherDesk) -> Iterator[str]:
    with listening(other.app()) as url:
        yield url


@asynccontextmanager
async def relaying(engine: Engine, url: str) -> AsyncIterator[None]:
    desk = WebhookDesk(Address(url, SECRET), time.time)
    with desk.client:
        async with at_work(Relay(Onward(engine), desk, time.time, wait_fixed(0.02)).run()):
            yield


def writes(engine: Engine, text: str, at: float = T0 + 5, sender: str = "customer") -> None:
    mailbox = Mailbox(engine)
    mailbox.append("c-1", sender, text, message_id=f"m-{mailbox.last_id()}", at=at)  # type: ignore[arg-type]


def delivered(engine: Engine) -> None:
    """The courier has been there."""
    for item in Outbox(engine).pending():
        Outbox(engine).delivered(item.id, T0)


def waiting(engine: Engine) -> list[str]:
    return [words.text for words in Onward(engine).waiting()]


def test_what_customers_write_once_they_wait_is_for_the_desk(engine: Engine) -> None:
    writes(engine, "before", at=T0 - 5)
    waits(engine)
    delivered(engine)
    writes(engine, "one")
    writes(engine, "the assistant's answer", sender="bot")
    writes(engine, "a notice", sender="notice")
    writes(engine, "two")

    assert waiting(engine) == ["one", "two"]


def test_no_words_go_before_their_handoff(engine: Engine) -> None:
    waits(engine)
    writes(engine, "one")
    assert waiting(engine) == []

    delivered(engine)
    assert waiting(engine) == ["one"]


def test_what_is_written_to_the_assistant_stays_with_it(engine: Engine) -> None:
    waits(engine, before="left")
    delivered(engine)
    writes(engine, "to the assistant")
    assert waiting(engine) == []

    Counter(engine).claim("c-1", "Ada", "Ada joined", T0 + 9)
    Counter(engine).release("c-1", "Ada", "Ada left", T0 + 9)
    writes(engine, "to the assistant again")
    assert waiting(engine) == []


async def test_every_word_arrives_once_and_in_order(engine: Engine, other: OtherDesk, url: str) -> None:
    waits(engine)
    delivered(engine)
    async with relaying(engine, url):
        for number in range(10):
            writes(engine, f"word {number}")
        await until(lambda: not waiting(engine))

    assert other.said == [("h-1", f"word {number}") for number in range(10)]


@pytest.mark.parametrize("faults", [["refused"] * 3, ["lost"], ["refused", "lost", "lost", "refused"]], ids=str)
async def test_nothing_is_lost_or_doubled_when_calls_fail(
    engine: Engine, other: OtherDesk, url: str, faults: list[Fault],
) -> None:
    waits(engine)
    delivered(engine)
    other.faults.extend(faults)
    writes(engine, "one")
    writes(engine, "two")
    async with relaying(engine, url):
        await until(lambda: not waiting(engine))

    assert other.said == [("h-1", "one"), ("h-1", "two")]
    assert len(other.raw) == 2 + faults.count("lost")


async def test_a_relay_that_died_after_sending_sends_again_under_the_same_id(
    engine: Engine, other: OtherDesk, url: str,
) -> None:
    waits(engine)
    delivered(engine)
    writes(engine, "one")
    desk = WebhookDesk(Address(url, SECRET), time.time)
    [words] = Onward(engine).waiting()
    with desk.client:
        desk.post(activities.words("h-1", words.letter, words.text, words.at))  # and here it died, before noting it
    async with relaying(engine, url):
        await until(lambda: not waiting(engine))

    assert len(other.raw) == 2
    assert other.said == [("h-1", "one")]


async def test_with_the_desk_away_words_are_kept_and_not_logged(
    engine: Engine, other: OtherDesk, caplog: pytest.LogCaptureFixture,
) -> None:
    waits(engine)
    delivered(engine)
    writes(engine, "my own words")
    with caplog.at_level(logging.INFO):
        async with relaying(engine, "http://127.0.0.1:9/?key=hidden"):
            await until(lambda: "It is kept and tried again" in caplog.text)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("attune")]

    assert waiting(engine) == ["my own words"]
    assert [line for line in ours if "It is kept and tried again" in line] == ours != []
    assert not [line for line in ours if "hidden" in line or "my own" in line]


async def test_con_8_words_erased_while_the_desk_is_away_never_arrive(
    engine: Engine, other: OtherDesk, url: str,
) -> None:
    waits(engine)
    delivered(engine)
    writes(engine, "my own words")
    other.faults.extend(["refused"] * 1000)
    async with relaying(engine, url):
        await until(lambda: len(other.faults) < 998)
        with engine.begin() as connection:
            places.erase(connection, "c-1")
        await asyncio.sleep(0.1)
        other.faults.clear()
        await asyncio.sleep(0.5)

    assert other.said == []
