"""No classifier reads what an agent writes: not on its way to the customer, nor in tracker or audit (BND-6)."""

import asyncio

import pytest
from tenacity import wait_none

from attune.audit import mapping
from attune.audit.record import seal
from attune.audit.thread import Thread
from attune.consent.permission import Permission
from attune.desk.app import create
from attune.handoff import turns
from attune.handoff.courier import Courier
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from attune.signals import read
from desk.conftest import House
from desk.people import TICKED, arrives, employs
from handoff.rasa_stand_in import StandIn, serving
from handoff.test_courier import until
from handoff.trackers import annoyed, bot

pytestmark = pytest.mark.slow

HEATED = "I am furious and I cannot go on, this is the THIRD time!!"


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text a classifier looks through: all of them go by these two functions."""
    texts: list[str] = []
    monkeypatch.setattr(read, "read", lambda text, *_: texts.append(text))
    monkeypatch.setattr(read, "last_resort", texts.append)
    return texts


async def written(house: House) -> list[dict[str, object]]:
    """What reaches Rasa of a conversation in which an agent wrote."""
    rasa = StandIn(house.settings.key("rasa-api"))
    house.waits()
    employs(house, "ada", "agent")
    ada = await arrives(house, "ada", create(house.settings))
    await ada.sends("/claim/c-1", "/conversation/c-1")
    await ada.sends("/reply/c-1", "/conversation/c-1", text=HEATED, check=TICKED)
    waiting = TrackerEvents(house.engine)
    async with serving(rasa, house.settings.rasa_port), Rasa(house.settings) as server:
        courier = Courier(Outbox(house.engine), waiting, create(house.settings).state.room.desk, server, lambda: 1.0,
                          wait_none())
        task = asyncio.create_task(courier.run())
        await until(lambda: not waiting.pending())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return rasa.events["c-1"]


async def test_bnd_6_what_an_agent_writes_is_read_by_no_classifier(house: House, scored: list[str]) -> None:
    events = await written(house)
    [said] = [event for event in events if event.get("text") == HEATED]

    assert said["event"] == "bot"  # Rasa's pipeline, and so every reader, sees events of kind "user" alone
    assert {event["event"] for event in events} == {"bot", "slot"}
    assert scored == []


async def test_bnd_6_the_audit_keeps_of_it_that_a_person_spoke_and_nothing_else(
    house: House, scored: list[str],
) -> None:
    [said] = [event for event in await written(house) if event.get("text") == HEATED]
    kept = mapping.records({**said, "sender_id": "c-1"}, Thread(), seal(house.settings), may=True)

    assert [(record.kind, record.facts) for record in kept] == [("person", {})]
    assert scored == []


def test_bnd_6_a_colleague_who_comes_next_gets_no_reading_of_it(scored: list[str]) -> None:
    ticket, agent = Ticket("h-2", 1, "customer_request", 1.0), {"attune": {"sender": "agent", "event_id": "e-1"}}
    def packet(text: str) -> object:
        state = annoyed(attune_country="GB")
        state["events"].append({**bot(text), "metadata": agent})
        return build(state, Permission(agent="granted"), protocol.load(), ticket)["context"]["trajectory"]

    assert packet(HEATED) == packet("Hello.")
    assert scored == []


def test_the_spy_would_hear_a_classifier(scored: list[str]) -> None:
    read.last_resort("hello")

    assert scored == ["hello"]
    assert turns.read([bot(HEATED)]) == []  # an agent's words begin no turn of the customer's
