"""What every desk must do with its three calls, whoever calls them and however often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from attune.consent.permission import Permission
from attune.handoff.desks import Desk
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from handoff.trackers import annoyed

Shown = Callable[[], dict[str, int]]
"""Reads back which handoffs the desk shows its agents, with the version of each."""


class DeskContract:
    """Inherit, and give the fixtures `desk`, `shown` and `noted` (reads the notes of a handoff)."""

    def test_a_packet_is_shown_once_however_often_it_comes(self, desk: Desk, shown: Shown, packet: Packet) -> None:
        for _ in range(3):
            desk.deliver(packet)

        assert shown() == {"h-1": 1}

    def test_a_higher_version_replaces_the_packet(self, desk: Desk, shown: Shown, packet: Packet) -> None:
        desk.deliver(packet)
        desk.deliver(packet | {"version": 2})

        assert shown() == {"h-1": 2}

    def test_a_late_lower_version_changes_nothing(self, desk: Desk, shown: Shown, packet: Packet) -> None:
        desk.deliver(packet | {"version": 2})
        desk.deliver(packet)

        assert shown() == {"h-1": 2}

    def test_handoffs_are_kept_apart(self, desk: Desk, shown: Shown, packet: Packet) -> None:
        desk.deliver(packet)
        desk.deliver(packet | {"handoff_id": "h-2", "conversation": {"id": "c-2", "channel": "web"}})
        desk.close("h-1", 5.0)

        assert shown() == {"h-2": 1}

    def test_what_is_closed_stays_closed(self, desk: Desk, shown: Shown, packet: Packet) -> None:
        desk.deliver(packet)
        desk.close("h-1", 5.0)
        desk.close("h-1", 6.0)
        desk.deliver(packet)
        desk.deliver(packet | {"version": 2})

        assert shown() == {}

    def test_a_note_is_written_once(self, desk: Desk, noted: Callable[[str], list[str]], packet: Packet) -> None:
        desk.deliver(packet)
        for text in ("the customer left", "said again"):
            desk.note("h-1", "n-1", text, 5.0)

        assert noted("h-1") == ["the customer left"]
        assert noted("h-2") == []

    def test_nothing_doubles_when_two_couriers_deliver_at_once(
        self, desk: Desk, shown: Shown, packet: Packet,
    ) -> None:
        versions = [packet | {"version": 1 + number % 4} for number in range(16)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(desk.deliver, versions))

        assert shown() == {"h-1": 4}

    @pytest.fixture
    def packet(self) -> Packet:
        """The first version of a handoff `h-1`; a desk need not look further into it."""
        ticket = Ticket("h-1", 1, "customer_request", 1_800_000_000.0)
        return build(annoyed(), Permission(agent="granted"), protocol.load(), ticket)
