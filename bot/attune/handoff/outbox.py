"""Handoffs on their way to a desk. Each change is one transaction, so a process may die anywhere (I6)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from attune.channel import ownership
from attune.channel.ownership import Owner
from attune.errors import AttuneError
from attune.handoff import tables, waits
from attune.handoff.data import load
from attune.handoff.packet import Packet, check
from attune.handoff.tables import HANDOFFS, OUTBOX, add_once

ItemKind = Literal["packet", "note", "close"]


@dataclass(frozen=True)
class Handoff:
    """One handoff; `detailed` while its newest packet carries what needs a yes. Times in unix seconds."""

    handoff_id: str
    conversation_id: str
    version: int
    reason: str
    detailed: bool
    opened: float
    closed: float | None


@dataclass(frozen=True)
class Item:
    """One call a desk still has to take; `item_id` is the same however often it is tried."""

    id: int
    handoff_id: str
    item_id: str
    kind: ItemKind
    body: Mapping[str, Any]


class StaleHandoff(AttuneError):
    """The handoff was closed or got another version meanwhile."""

    def __init__(self, handoff_id: str, version: int) -> None:
        super().__init__(
            f"Handoff {handoff_id} does not wait for version {version}: it was closed or changed meanwhile. "
            "Read it again and build the packet anew.",
        )


class NotWaiting(AttuneError):
    """Somebody leaves a queue in which they are not."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id} is not waiting for a person. Read its owner again.")


class Outbox:
    """The handoffs in one database; the tables are made on first use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._created = False

    def open(self, packet: Packet, at: float) -> Handoff:
        """Store a first packet and put the conversation in the queue; an open handoff is returned as it is instead."""
        check(packet)
        self._ensure()
        try:
            with self._engine.begin() as connection:
                return _open(connection, packet, at)
        except IntegrityError:  # another process opened it between our look and our insert
            with self._engine.begin() as connection:
                return _open(connection, packet, at)

    def upgrade(self, packet: Packet, at: float) -> None:
        """Replace an open handoff's packet by its next version; raises StaleHandoff if that is not the next one."""
        check(packet)
        self._ensure()
        with self._engine.begin() as connection:
            _replace(connection, packet, at)

    def wait_again(self, conversation_id: str, at: float) -> bool:
        """Put a conversation that left the queue back into it; returns whether it had left."""
        self._ensure()
        with self._engine.begin() as connection:
            if ownership.read(connection, conversation_id).kind != "bot":
                return False
            ownership.move(connection, conversation_id, Owner("queue", None, at))
            return True

    def leave(self, conversation_id: str, at: float) -> None:
        """The customer goes on with the bot. What is for safety, or for calling back, stays open; the rest closes.

        Raises:
            NotWaiting: nobody waits, or an agent has just come.
        """
        self._ensure()
        with self._engine.begin() as connection:
            _must_leave(connection, conversation_id, at)
            handoff = current(connection, conversation_id)
            if handoff and handoff.reason == "safety":
                note(connection, handoff.handoff_id, f"left_queue-{at}", load("notes.yml")["left_queue"], at)
            elif not (handoff and waits.called_back(connection, handoff.handoff_id)):
                close(connection, conversation_id, at)

    def call_back(self, packet: Packet, at: float) -> None:
        """Store when and how to call back, and let the customer go on with the bot; the case stays open (HND-2).

        Raises:
            NotWaiting: nobody waits, or an agent has just come.
            StaleHandoff: the packet is not the next version.
        """
        check(packet)
        self._ensure()
        with self._engine.begin() as connection:
            _must_leave(connection, packet["conversation"]["id"], at)
            _replace(connection, packet, at)
            waits.call_back(connection, packet["handoff_id"])
            note(connection, packet["handoff_id"], f"call_back-{at}", load("notes.yml")["call_back"], at)

    def is_called_back(self, handoff_id: str) -> bool:
        """Whether the customer does not wait for it any longer but asked to be called back."""
        self._ensure()
        with self._engine.connect() as connection:
            return waits.called_back(connection, handoff_id)

    def current(self, conversation_id: str) -> Handoff | None:
        """The conversation's open handoff."""
        self._ensure()
        with self._engine.connect() as connection:
            return current(connection, conversation_id)

    def handoffs(self, *, closed: bool = False) -> list[Handoff]:
        """The open handoffs, or all, oldest first."""
        self._ensure()
        query = select(HANDOFFS).order_by(HANDOFFS.c.opened)
        with self._engine.connect() as connection:
            rows = connection.execute(query if closed else query.where(HANDOFFS.c.open_for.is_not(None)))
            return [_handoff(row) for row in rows]

    def pending(self) -> list[Item]:
        """What no desk has taken yet, in order."""
        self._ensure()
        with self._engine.connect() as connection:
            rows = connection.execute(select(OUTBOX).where(OUTBOX.c.delivered.is_(None)).order_by(OUTBOX.c.id))
            return [Item(row.id, row.handoff_id, row.item_id, row.kind, json.loads(row.body)) for row in rows]

    def delivered(self, item: int, at: float) -> None:
        """Note that a desk took the item, and empty it: the desk has it now."""
        with self._engine.begin() as connection:
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == item).values(body="{}", delivered=at))

    def _ensure(self) -> None:
        if not self._created:
            tables.create(self._engine)
            self._created = True


def current(connection: Connection, conversation_id: str) -> Handoff | None:
    """The conversation's open handoff as the caller's transaction sees it."""
    row = connection.execute(select(HANDOFFS).where(HANDOFFS.c.open_for == conversation_id)).first()
    return _handoff(row) if row else None


def close(connection: Connection, conversation_id: str, at: float) -> Handoff | None:
    """Close the open handoff inside the caller's transaction and tell the desk; returns what was open."""
    handoff = current(connection, conversation_id)
    if handoff:
        row = HANDOFFS.c.handoff_id == handoff.handoff_id
        connection.execute(update(HANDOFFS).where(row).values(open_for=None, closed=at))
        _enqueue(connection, Item(0, handoff.handoff_id, f"{handoff.handoff_id}/close", "close", {"at": at}), at)
    return handoff


def note(connection: Connection, handoff_id: str, name: str, text: str, at: float) -> None:
    """Send the desk a line for its agents, inside the caller's transaction; once for each name."""
    _enqueue(connection, Item(0, handoff_id, f"{handoff_id}/{name}", "note", {"text": text, "at": at}), at)


def _open(connection: Connection, packet: Packet, at: float) -> Handoff:
    conversation_id = packet["conversation"]["id"]
    new = add_once(connection, HANDOFFS, "open_for", {
        "handoff_id": packet["handoff_id"], "conversation_id": conversation_id, "open_for": conversation_id,
        "version": packet["version"], "reason": packet["reason"], "detailed": int("context" in packet), "opened": at,
    })
    if new:
        _put(connection, packet, at)
        ownership.move(connection, conversation_id, Owner("queue", None, at))
    handoff = current(connection, conversation_id)
    if handoff is None:  # closed by another process between the two statements
        raise StaleHandoff(packet["handoff_id"], packet["version"])
    return handoff


def _replace(connection: Connection, packet: Packet, at: float) -> None:
    _advance(connection, packet)
    _drop_waiting(connection, packet["handoff_id"], at)
    _put(connection, packet, at)


def _must_leave(connection: Connection, conversation_id: str, at: float) -> None:
    if not ownership.leave_queue(connection, conversation_id, at):
        raise NotWaiting(conversation_id)


def _advance(connection: Connection, packet: Packet) -> None:
    before = (HANDOFFS.c.handoff_id == packet["handoff_id"], HANDOFFS.c.open_for.is_not(None),
              HANDOFFS.c.version == packet["version"] - 1)
    values = {"version": packet["version"], "reason": packet["reason"], "detailed": int("context" in packet)}
    if connection.execute(update(HANDOFFS).where(*before).values(values)).rowcount != 1:
        raise StaleHandoff(packet["handoff_id"], packet["version"])


def _drop_waiting(connection: Connection, handoff_id: str, at: float) -> None:
    waiting = OUTBOX.c.handoff_id == handoff_id, OUTBOX.c.kind == "packet", OUTBOX.c.delivered.is_(None)
    connection.execute(update(OUTBOX).where(*waiting).values(body="{}", delivered=at))  # replaced, so never shown


def _put(connection: Connection, packet: Packet, at: float) -> None:
    item_id = f"{packet['handoff_id']}/{packet['version']}"
    _enqueue(connection, Item(0, packet["handoff_id"], item_id, "packet", packet), at)
    waits.put(connection, packet)


def _enqueue(connection: Connection, item: Item, at: float) -> None:
    add_once(connection, OUTBOX, "item_id", {
        "handoff_id": item.handoff_id, "item_id": item.item_id, "kind": item.kind,
        "body": json.dumps(item.body, ensure_ascii=False), "created": at,
    })


def _handoff(row: Row) -> Handoff:
    return Handoff(row.handoff_id, row.conversation_id, row.version, row.reason, bool(row.detailed), row.opened,
                   row.closed)
