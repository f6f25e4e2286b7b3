"""Asking for a person: the one way a handoff is opened, and the one way its packet changes afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from attune.consent.permission import Permission
from attune.handoff import turns
from attune.handoff.outbox import Handoff, NotWaiting, Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy.call_back import SLOT
from attune.policy.protocol import Protocol
from attune.policy.routing import Reason
from attune.policy.waiting import STATED
from attune.signals.reading import KEY, from_dict

Outcome = Literal["opened", "upgraded", "kept"]


@dataclass(frozen=True)
class Request:
    """A conversation's wish for a person: the tracker's state, what may be passed on, and the rules."""

    tracker: Mapping[str, Any]
    permission: Permission
    protocol: Protocol


def ask(outbox: Outbox, request: Request, *, new_id: str, now: float) -> Outcome:
    """Open a handoff, or bring the open one's packet up to what the customer now allows (both ways: CON-3).

    Args:
        outbox: where handoffs wait.
        request: who asks, and what may be passed on.
        new_id: the handoff's id if one has to be opened.
        now: unix seconds.

    Raises:
        AttuneError: the packet is invalid or the handoff changed meanwhile.
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    present = outbox.current(str(request.tracker["sender_id"]))
    if present is None:
        outbox.open(_packet(request, Ticket(new_id, 1, reason(request), now)), now)
        return "opened"
    again: Outcome = "opened" if outbox.wait_again(present.conversation_id, now) else "kept"
    upgraded = _bring_up(outbox, request, present, now)
    return "upgraded" if upgraded and again == "kept" else again


def refit(outbox: Outbox, request: Request, now: float) -> bool:
    """Bring the packet of a case whose customer does not wait up to what they now allow; whether there was one (CON-3).

    Raises:
        AttuneError: the packet is invalid or the handoff changed meanwhile.
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    present = outbox.current(str(request.tracker["sender_id"]))
    return present is not None and _bring_up(outbox, request, present, now)


def call_back(outbox: Outbox, request: Request, words: str, now: float) -> None:
    """Keep the customer's words for when and how to call back in the open case, and let them go on with the bot.

    Raises:
        NotWaiting: nobody waits, or an agent has just come.
        AttuneError: the packet is invalid or the handoff changed meanwhile.
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    conversation_id = str(request.tracker["sender_id"])
    present = outbox.current(conversation_id)
    if present is None:
        raise NotWaiting(conversation_id)
    why: Reason = "safety" if present.reason == "safety" else "customer_request"
    outbox.call_back(_packet(request, _next(present, why, words)), now)


def _bring_up(outbox: Outbox, request: Request, present: Handoff, now: float) -> bool:
    """Replace the packet where consent or danger changes what it may or must say; whether it did."""
    why = reason(request)
    shared, worse = request.permission.allows("agent"), why == "safety" != present.reason
    if not (shared or present.detailed or worse):
        return False
    why = "safety" if present.reason == "safety" else why  # what was urgent stays urgent (HND-5)
    said = (request.tracker.get("slots") or {}).get(SLOT)
    words = str(said) if said and outbox.is_called_back(present.handoff_id) else None
    outbox.upgrade(_packet(request, _next(present, why, words)), now)
    return True


def _next(present: Handoff, why: Reason, words: str | None) -> Ticket:
    return Ticket(present.handoff_id, present.version + 1, why, present.opened, words)


def reason(request: Request) -> Reason:
    """`safety` once the customer stated danger in this session, even if the last message only says "yes, please"."""
    shared = request.permission.allows("agent") or request.protocol.safety_passed_on
    return "safety" if shared and _worst_tier(request.tracker) >= STATED else "customer_request"


def _worst_tier(tracker: Mapping[str, Any]) -> int:
    latest = from_dict((tracker.get("latest_message") or {}).get(KEY))
    read = [turn.reading.crisis.tier for turn in turns.read(tracker.get("events") or ()) if turn.reading]
    return max([latest.crisis.tier, *read])


def _packet(request: Request, ticket: Ticket) -> Packet:
    return build(request.tracker, request.permission, request.protocol, ticket)
