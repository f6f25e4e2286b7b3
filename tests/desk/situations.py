"""Cases as values, for what is computed from them."""

from attune.channel.ownership import Owner
from attune.consent.permission import Permission
from attune.handoff.desks.builtin import Case
from attune.handoff.packet import Ticket, build
from attune.policy import protocol
from handoff.trackers import annoyed

T0 = 1_800_000_000.0
RULES = protocol.load()


def case(number: int = 1, agent: str | None = None, reason: str = "customer_request", consent: str = "granted",
         opened: float = T0) -> Case:
    """A strong case; `agent` is who has it."""
    ticket = Ticket(f"h-{number}", 1, reason, opened)  # type: ignore[arg-type]
    tracker = annoyed() | {"sender_id": f"c-{number}"}
    packet = build(tracker, Permission(agent=consent), RULES, ticket)  # type: ignore[arg-type]
    return Case(packet, Owner("agent", agent, opened) if agent else Owner("queue", None, opened))
