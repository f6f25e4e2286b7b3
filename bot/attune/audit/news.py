"""Decisions that have just been put on record, for who must hear of them at once: inbox and ledger alike."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection, Engine

from attune.audit import store
from attune.audit.canonical import canonical
from attune.audit.record import Record, from_json
from attune.audit.store import INBOX, LEAF


@dataclass(frozen=True)
class Told:
    """A Record and its row in the ledger; a Record that still waits in the inbox has the row that comes next."""

    place: int
    record: Record


def decisions(engine: Engine, row: str, start: int) -> tuple[list[Record], int]:
    """Every decision by this row of the table that waits in the inbox or stands in the ledger from row `start` on.

    Returns them with the place to start from next time. One snapshot, so a Record on its way from inbox to ledger is
    found; whoever asks again before it moved finds it again, and knows it by its id.
    """
    store.prepare(engine)
    with store.snapshot(engine) as connection:
        size = int(connection.execute(select(func.coalesce(func.max(LEAF.c.idx), -1))).scalar_one()) + 1
        return list(_decided(connection, row, min(start, size))), size


def _decided(connection: Connection, row: str, start: int) -> Iterator[Record]:
    written = canonical({"row": row}).decode()[1:-1]  # as it stands inside the Record's canonical bytes
    for table, place in ((INBOX, INBOX.c.id > 0), (LEAF, LEAF.c.idx >= start)):
        holds = table.c.data.contains(written, autoescape=True)
        query = select(table.c.data).where(place, table.c.kind == "decision", holds)
        for (data,) in connection.execute(query):
            record = from_json(data)
            if record and record.facts.get("row") == row:
                yield record


def asking_for(engine: Engine, steps: Collection[str], start: int) -> tuple[list[Told], int]:
    """Every decision with one of these steps, found as in `decisions`; and how many rows the ledger has."""
    store.prepare(engine)
    with store.snapshot(engine) as connection:
        size = int(connection.execute(select(func.coalesce(func.max(LEAF.c.idx), -1))).scalar_one()) + 1
        return list(_with_step(connection, steps, min(start, size), size)), size


def activity(engine: Engine, conversations: Collection[str]) -> Mapping[str, int]:
    """How many Records there are of each of these conversations (pseudonyms): it grows with whatever happens there."""
    store.prepare(engine)
    counts: dict[str, int] = {}
    with store.snapshot(engine) as connection:
        for table in (INBOX, LEAF):
            query = select(table.c.conversation, func.count()).where(table.c.conversation.in_(sorted(conversations)))
            for conversation, count in connection.execute(query.group_by(table.c.conversation)):
                counts[conversation] = counts.get(conversation, 0) + count
    return counts


def _with_step(connection: Connection, steps: Collection[str], start: int, size: int) -> Iterator[Told]:
    for table, place, first in ((LEAF, LEAF.c.idx, start), (INBOX, INBOX.c.id, 0)):
        holds = or_(*(table.c.data.contains(step, autoescape=True) for step in steps))
        query = select(place, table.c.data).where(place >= first, table.c.kind == "decision", holds).order_by(place)
        for number, data in connection.execute(query):
            record = from_json(data)
            if record and set(steps) & set(str(record.facts.get("steps") or "").split()):
                yield Told(number if table is LEAF else size, record)
