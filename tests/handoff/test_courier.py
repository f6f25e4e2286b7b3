"""The courier delivers everything, once, in order, whatever fails on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from tenacity import wait_fixed

from attune import settings
from attune.channel.mailbox import Letter
from attune.consent.permission import Permission
from attune.handoff.agent import Counter
from attune.handoff.courier import Courier
from attune.handoff.desks import Desk
from attune.handoff.desks.memory import MemoryDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from attune.settings import Settings
from fixtures.at_work import at_work, until
from handoff.rasa_stand_in import StandIn, free_port, serving
from handoff.trackers import annoyed

pytestmark = pytest.mark.slow

T0 = 1_800_000_000.0


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return settings.load({"ATTUNE_VAR": str(tmp_path), "ATTUNE_RASA_PORT": str(free_port())})


@pytest.fixture
def rasa(here: Settings) -> StandIn:
    return StandIn(here.key("rasa-api"))


@asynccontextmanager
async def working(engine: Engine, here: Settings, desk: Desk) -> AsyncIterator[None]:
    async with Rasa(here) as rasa:
        courier = Courier(Outbox(engine), TrackerEvents(engine), desk, rasa, lambda: T0, wait_fixed(0.02))
        async with at_work(courier.run()):
            yield


def packet(conversation: str = "c-1") -> Packet:
    ticket = Ticket(f"h-{conversation}", 1, "customer_request", T0)
    return build(annoyed() | {"sender_id": conversation}, Permission(), protocol.load(), ticket)


def talk(engine: Engine, conversation: str = "c-1", replies: int = 2) -> list[str]:
    """A whole hand-over; returns what Rasa's tracker must hold at the end."""
    Outbox(engine).open(packet(conversation), T0)
    counter = Counter(engine)
    counter.claim(conversation, "Ada", "Ada joined", T0)
    for number in range(replies):
        counter.reply(Letter(0, conversation, f"{conversation}-m-{number}", "person", f"reply {number}", T0, "Ada"))
    counter.release(conversation, "Ada", "Ada left", T0)
    said = [f"reply {number}" for number in range(replies)]
    return ["attune_owner", *said, "attune_owner", "EXTERNAL: attune_handed_back", "back"]


def done(engine: Engine) -> bool:
    return not TrackerEvents(engine).pending() and not Outbox(engine).pending()


async def test_everything_arrives_in_order(engine: Engine, here: Settings, rasa: StandIn) -> None:
    expected = talk(engine)
    async with serving(rasa, here.rasa_port), working(engine, here, MemoryDesk()):
        await until(lambda: done(engine))

    assert rasa.said("c-1") == expected
    assert [event.get("value") for event in rasa.events["c-1"] if event["event"] == "slot"] == ["agent", "bot"]
    assert rasa.events["c-1"][1]["metadata"]["attune"]["sender"] == "agent"
    assert rasa.posts == 5


@pytest.mark.parametrize("faults", [
    ["refused"], ["lost"], ["refused", "refused", "lost"], ["lost", "lost"], ["refused", "lost"] * 4, ["lost"] * 5,
])
async def test_nothing_is_lost_or_doubled_when_calls_fail(
    engine: Engine, here: Settings, rasa: StandIn, faults: list[str],
) -> None:
    expected = talk(engine)
    rasa.faults.extend(faults)  # type: ignore[arg-type]
    async with serving(rasa, here.rasa_port), working(engine, here, MemoryDesk()):
        await until(lambda: done(engine))

    assert rasa.said("c-1") == expected


async def test_with_rasa_away_everything_is_kept_and_comes_later(engine: Engine, here: Settings, rasa: StandIn) -> None:
    expected = talk(engine)
    async with working(engine, here, MemoryDesk()):
        await asyncio.sleep(0.5)
        assert len(TrackerEvents(engine).pending()) == 7
        async with serving(rasa, here.rasa_port):
            await until(lambda: done(engine))

    assert rasa.said("c-1") == expected


async def test_a_courier_that_died_after_sending_asks_before_it_sends_again(
    engine: Engine, here: Settings, rasa: StandIn,
) -> None:
    expected = talk(engine)
    events = TrackerEvents(engine)
    for waiting in events.pending():
        events.begun(waiting)
        async with serving(rasa, here.rasa_port), Rasa(here) as client:
            await client.send(waiting)  # and here it died, before it could note it
        if waiting.body.get("text") == "reply 0":
            break
    async with serving(rasa, here.rasa_port), working(engine, here, MemoryDesk()):
        await until(lambda: done(engine))

    assert rasa.said("c-1") == expected


async def test_a_second_return_of_the_bot_is_not_taken_for_the_first(
    engine: Engine, here: Settings, rasa: StandIn,
) -> None:
    rasa.events["c-1"] = [{"event": "user", "text": "EXTERNAL: attune_handed_back"}]
    expected = talk(engine)
    rasa.faults.extend(["refused"] * 5)
    async with serving(rasa, here.rasa_port), working(engine, here, MemoryDesk()):
        await until(lambda: done(engine))

    assert rasa.said("c-1")[1:] == expected


async def test_one_conversation_that_fails_holds_up_no_other(engine: Engine, here: Settings, rasa: StandIn) -> None:
    class Stubborn(MemoryDesk):
        def deliver(self, packet: Packet) -> None:
            if packet["conversation"]["id"] == "c-1":
                raise ConnectionError
            super().deliver(packet)

    desk = Stubborn()
    Outbox(engine).open(packet("c-1"), T0)
    Outbox(engine).open(packet("c-2"), T0)
    async with serving(rasa, here.rasa_port), working(engine, here, desk):
        await until(lambda: len(Outbox(engine).pending()) == 1)

    assert list(desk.packets) == ["h-c-2"]
    assert [item.handoff_id for item in Outbox(engine).pending()] == ["h-c-1"]


async def test_the_desk_gets_packet_and_close_in_order(engine: Engine, here: Settings, rasa: StandIn) -> None:
    desk = MemoryDesk()
    talk(engine)
    async with serving(rasa, here.rasa_port), working(engine, here, desk):
        await until(lambda: done(engine))

    assert (desk.packets, desk.closed) == ({}, {"h-c-1": T0})


async def test_a_log_never_shows_token_or_words(
    engine: Engine, here: Settings, rasa: StandIn, caplog: pytest.LogCaptureFixture,
) -> None:
    talk(engine)
    rasa.faults.extend(["refused", "lost"])
    async with serving(rasa, here.rasa_port), working(engine, here, MemoryDesk()):
        await until(lambda: done(engine))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("attune")]

    assert ours
    assert not [line for line in ours if here.key("rasa-api") in line or "reply" in line]
