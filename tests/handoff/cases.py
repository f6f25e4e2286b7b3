"""Handoffs on the built-in desk, as they are after the courier came by."""

from sqlalchemy.engine import Engine

from attune.consent.permission import Permission
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from handoff.trackers import annoyed


def waits(engine: Engine, conversation: str = "c-1", reason: str = "safety", opened: float = 1_800_000_000.0) -> Packet:
    """Let a customer wait for a person since `opened`, with the packet on the desk."""
    ticket = Ticket(f"h-{conversation}", 1, reason, opened)  # type: ignore[arg-type]
    packet = build(annoyed() | {"sender_id": conversation}, Permission(), protocol.load(), ticket)
    Outbox(engine).open(packet, opened)
    BuiltinDesk(engine).deliver(packet)
    return packet
