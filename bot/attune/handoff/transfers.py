"""Conversations agents pass on to another queue: who did, how often, and where each waits since."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.sql import Select

from attune.errors import AttuneError
from attune.handoff.note import Note
from attune.handoff.packet import Packet
from attune.handoff.tables import TRANSFERS
from attune.policy.protocol import Protocol
from attune.policy.routing import Queue, Reason

SAFETY: Reason = "safety"
"""The reason that goes before all others (HND-5)."""


@dataclass(frozen=True)
class Transfer:
    """A conversation passed on by `agent` with a note, to a queue where it is `due`; all times in unix seconds."""

    conversation_id: str
    handoff_id: str
    agent: str
    reason: str
    queue: str
    priority: int
    due: float
    text: str
    at: float


class NoSuchQueue(AttuneError):
    """A conversation would be passed on to a queue that protocol.yml does not know."""

    def __init__(self, queue: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no queue {queue!r} in protocol.yml. Go back and choose {' or '.join(known)}.")


def target(protocol: Protocol, queue: str) -> Queue:
    """The queue of that name, as protocol.yml has it; raises NoSuchQueue."""
    known = {line.queue: line for line in reversed(protocol.queues)}
    if queue not in known:
        raise NoSuchQueue(queue, list(reversed(known)))
    return known[queue]


def planned(packet: Packet, queue: str, note: Note, protocol: Protocol) -> Transfer:
    """The transfer of a packet's conversation by who wrote the note; the new queue's clock starts.

    What was urgent stays so, whichever queue it waits in (HND-5).

    Raises:
        NoSuchQueue: protocol.yml knows no queue of that name.
    """
    lines = [target(protocol, queue)]
    if packet["reason"] == SAFETY:
        lines.append(protocol.safety)
    return Transfer(
        packet["conversation"]["id"], packet["handoff_id"], str(note.agent), packet["reason"], queue,
        min(line.priority for line in lines), note.at + 60 * min(line.answer_within for line in lines),
        note.text, note.at,
    )


def moved(packet: Packet, to: Transfer | None) -> Packet:
    """The packet as it stands after a transfer: the same situation, another queue.

    A packet that came to be about safety after the transfer waits where protocol.yml puts it, not where it was sent.
    """
    if to is None or (packet["reason"] == SAFETY and to.reason != SAFETY):
        return packet
    due = datetime.fromtimestamp(to.due, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return packet | {"queue": to.queue, "priority": to.priority, "due": due}


def put(connection: Connection, transfer: Transfer) -> int:
    """Keep the transfer inside the caller's transaction; returns its number within the handoff, from 1."""
    connection.execute(insert(TRANSFERS).values(asdict(transfer)))
    return count(connection, transfer.handoff_id)


def count(connection: Connection, handoff_id: str) -> int:
    """How often the handoff was passed on."""
    query = select(func.count()).where(TRANSFERS.c.handoff_id == handoff_id)
    return int(connection.execute(query).scalar_one())


def latest() -> Select:
    """The id of each handoff's newest transfer, to be joined."""
    return select(TRANSFERS.c.handoff_id, func.max(TRANSFERS.c.id).label("id")).group_by(TRANSFERS.c.handoff_id)


def of(engine: Engine, handoff_id: str) -> list[Transfer]:
    """Every transfer of a handoff, oldest first."""
    query = select(TRANSFERS).where(TRANSFERS.c.handoff_id == handoff_id).order_by(TRANSFERS.c.id)
    with engine.connect() as connection:
        return [from_row(row) for row in connection.execute(query)]


def from_row(row: Row) -> Transfer:
    """The transfer a row of the table holds."""
    return Transfer(row.conversation_id, row.handoff_id, row.agent, row.reason, row.queue, row.priority, row.due,
                    row.text, row.at)
