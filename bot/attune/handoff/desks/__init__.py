"""Desks: where a person takes a conversation over. Every desk takes the same three calls."""

from typing import Protocol

from attune.handoff.packet import Packet


class Desk(Protocol):
    """What the courier needs of a desk. Each call may come again after a crash and must then change nothing.

    `deliver` is told apart by handoff id and version, `note` by note id, `close` by handoff id.
    """

    def deliver(self, packet: Packet) -> None:
        """Show a handoff, or replace its packet by a higher version; a version already seen or outdone is ignored."""

    def note(self, handoff_id: str, note_id: str, text: str, at: float) -> None:
        """Add one line for the agents to a handoff; customers never see it."""

    def close(self, handoff_id: str, at: float) -> None:
        """Take the handoff out of the queue for good; a packet that comes later doesn't bring it back."""
