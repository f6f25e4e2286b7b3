"""The reference desk: what a desk must do, without a database. The contract tests measure the others by it."""

from attune.handoff.packet import Packet


class MemoryDesk:
    """A desk in this process's memory."""

    def __init__(self) -> None:
        self.packets: dict[str, Packet] = {}
        self.notes: dict[str, tuple[str, str, float]] = {}
        self.closed: dict[str, float] = {}

    def deliver(self, packet: Packet) -> None:
        """Keep the packet with the highest version."""
        known = self.packets.get(packet["handoff_id"], {"version": 0})
        if packet["handoff_id"] not in self.closed and known["version"] < packet["version"]:
            self.packets[packet["handoff_id"]] = packet

    def note(self, handoff_id: str, note_id: str, text: str, at: float) -> None:
        """Keep the first note of each id."""
        self.notes.setdefault(note_id, (handoff_id, text, at))

    def close(self, handoff_id: str, at: float) -> None:
        """Keep when it was closed first, and forget the packet."""
        self.packets.pop(handoff_id, None)
        self.closed.setdefault(handoff_id, at)
