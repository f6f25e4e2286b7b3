"""The desk behind a webhook keeps the contract as the others do, over real HTTP, whatever fails on the way."""

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from jsonschema import Draft7Validator

from attune.handoff.desks.webhook.activities import SCHEMA
from attune.handoff.desks.webhook.address import Address
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.packet import Packet
from contracts.desk_contract import DeskContract, Shown
from handoff.receiver import SECRET
from handoff.webhook_receiver import Fault, OtherDesk, listening

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, list[OtherDesk]]]:
    """One address for all tests; the last desk in the list listens there."""
    desks = [OtherDesk()]

    async def newest(scope: object, receive: object, send: object) -> None:
        await desks[-1].app()(scope, receive, send)  # type: ignore[arg-type]

    with listening(newest) as url:  # type: ignore[arg-type]
        yield url, desks


@pytest.fixture
def other(place: tuple[str, list[OtherDesk]]) -> OtherDesk:
    place[1].append(OtherDesk())
    return place[1][-1]


@pytest.fixture
def desk(place: tuple[str, list[OtherDesk]], other: OtherDesk) -> Iterator[WebhookDesk]:
    desk = WebhookDesk(Address(place[0], SECRET), time.time)
    yield desk
    desk.client.close()


class TestWebhookDesk(DeskContract):
    @pytest.fixture
    def shown(self, desk: WebhookDesk, other: OtherDesk) -> Shown:
        return lambda: other.shown

    @pytest.fixture
    def noted(self, desk: WebhookDesk, other: OtherDesk) -> Callable[[str], list[str]]:
        return other.noted

    @pytest.mark.parametrize("fault", ["refused", "lost", "moved"])
    def test_what_was_not_taken_for_certain_comes_again_and_counts_once(
        self, desk: WebhookDesk, other: OtherDesk, packet: Packet, fault: Fault,
    ) -> None:
        other.faults.append(fault)
        with pytest.raises(httpx.HTTPStatusError):
            desk.deliver(packet)
        desk.deliver(packet)
        other.faults.append(fault)
        with pytest.raises(httpx.HTTPStatusError):
            desk.note("h-1", "n-1", "the customer left", 5.0)
        desk.note("h-1", "n-1", "the customer left", 5.0)

        assert other.shown == {"h-1": 1}
        assert other.noted("h-1") == ["the customer left"]

    def test_a_slow_desk_is_waited_for(self, desk: WebhookDesk, other: OtherDesk, packet: Packet) -> None:
        other.faults.append("slow")
        desk.deliver(packet)

        assert other.shown == {"h-1": 1}

    def test_every_try_has_the_same_id_and_the_same_body(
        self, desk: WebhookDesk, other: OtherDesk, packet: Packet,
    ) -> None:
        for _ in range(2):
            desk.deliver(packet)
        desk.close("h-1", 5.0)

        assert other.raw[0] == other.raw[1]
        assert other.webhook_ids[0] == other.webhook_ids[1] != other.webhook_ids[2]
        assert other.forged == 0

    def test_the_wrong_secret_is_not_taken(self, desk: WebhookDesk, other: OtherDesk, packet: Packet) -> None:
        wrong = WebhookDesk(Address(desk.address.url, "whsec_" + "b3RoZXIg" * 4), time.time, desk.client)
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            wrong.deliver(packet)

        assert (other.shown, other.forged) == ({}, 1)

    def test_everything_on_the_wire_is_as_the_schema_says(
        self, desk: WebhookDesk, other: OtherDesk, packet: Packet,
    ) -> None:
        desk.deliver(packet)
        desk.note("h-1", "n-1", "“left” · 離開", 5.0)
        desk.close("h-1", 5.0)
        schema = Draft7Validator(json.loads(SCHEMA.read_text()))

        assert [list(schema.iter_errors(json.loads(body))) for body in other.raw] == [[], [], []]
        assert other.noted("h-1") == ["“left” · 離開"]


def test_with_nobody_there_the_call_fails() -> None:
    desk = WebhookDesk(Address("http://127.0.0.1:9", SECRET), time.time)
    with desk.client, pytest.raises(httpx.ConnectError):
        desk.close("h-1", 5.0)


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(WebhookDesk(Address("https://desk.example.org", SECRET), time.time))
