"""A customer, another desk and an agent there, over real HTTP both ways: from the packet to the bot's return."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from tenacity import wait_fixed

from attune import settings
from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.consent.permission import Permission
from attune.handoff.courier import Courier
from attune.handoff.desks import choice
from attune.handoff.desks.memory import MemoryDesk
from attune.handoff.desks.webhook import routes
from attune.handoff.desks.webhook.arrivals import Arrivals
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.desks.webhook.relay import Onward, Relay
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from fixtures.at_work import at_work, until
from handoff.rasa_stand_in import StandIn, free_port, serving
from handoff.receiver import SECRET
from handoff.test_webhook_arrivals import NOTICES
from handoff.trackers import annoyed
from handoff.webhook_receiver import Activity, OtherDesk, listening, speak, status, words

pytestmark = pytest.mark.slow


@pytest.fixture
def other() -> OtherDesk:
    return OtherDesk()


@pytest.fixture
def environ(other: OtherDesk) -> Iterator[dict[str, str]]:
    with listening(other.app()) as url:
        yield {"ATTUNE_DESK": "webhook", "ATTUNE_HANDOFF_URL": url, "ATTUNE_HANDOFF_SECRET": SECRET}


async def test_from_the_packet_to_the_bots_return(
    engine: Engine, tmp_path: Path, other: OtherDesk, environ: dict[str, str],
) -> None:
    here = settings.load({"ATTUNE_VAR": str(tmp_path), "ATTUNE_RASA_PORT": str(free_port())})
    builtin, rasa_server = MemoryDesk(), StandIn(here.key("rasa-api"))
    desk = choice.choose(environ, builtin, time.time)
    assert isinstance(desk, WebhookDesk)
    ours = Starlette(routes=routes.connect(environ, Arrivals(engine, NOTICES), time.time))
    outbox, mailbox, opened = Outbox(engine), Mailbox(engine), time.time()

    relay = Relay(Onward(engine), desk, time.time, wait_fixed(0.02))
    with listening(ours) as url, desk.client:
        async with serving(rasa_server, here.rasa_port), Rasa(here) as rasa:
            courier = Courier(outbox, TrackerEvents(engine), desk, rasa, time.time, wait_fixed(0.02))
            async with at_work(courier.run(), relay.run()):
                async def does(activity: Activity) -> tuple[int, dict[str, str]]:
                    return await asyncio.to_thread(speak, f"{url}{routes.PATH}", activity)

                ticket = Ticket("h-1", 1, "customer_request", opened)
                outbox.open(build(annoyed(), Permission(agent="granted"), protocol.load(), ticket), opened)
                await until(lambda: other.shown == {"h-1": 1})
                mailbox.append("c-1", "customer", "are you there?", message_id="m-1", at=time.time())
                await until(lambda: other.said == [("h-1", "are you there?")])

                for _ in range(2):  # a desk that repeats itself
                    assert (await does(status("accepted", activity_id="a-1")))[0] == 200
                    assert (await does(words("I have your order here.", activity_id="a-2")))[0] == 200
                assert Ownership(engine).owner("c-1").agent == "Ada"
                mailbox.append("c-1", "customer", "thank you", message_id="m-2", at=time.time())
                await until(lambda: other.said[1:] == [("h-1", "thank you")])
                for _ in range(2):
                    assert (await does(status("completed", activity_id="a-3")))[0] == 200
                await until(lambda: not outbox.pending() and not TrackerEvents(engine).pending())

    assert [(letter.sender, letter.name, letter.text) for letter in mailbox.since("c-1")] == [
        ("customer", None, "are you there?"), ("notice", None, "Ada joined"),
        ("person", "Ada", "I have your order here."), ("customer", None, "thank you"), ("notice", None, "Ada left"),
    ]
    assert [said for said in rasa_server.said("c-1") if "order" in said] == ["I have your order here."]
    assert rasa_server.said("c-1")[-2:] == ["EXTERNAL: attune_handed_back", "back"]
    assert Ownership(engine).owner("c-1").kind == "bot"
    assert (other.shown, other.closed, other.forged) == ({}, {"h-1"}, 0)
    assert (builtin.packets, builtin.closed) == ({}, {})  # exactly one desk takes packets
