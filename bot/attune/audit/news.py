"""Decisions that have just been put on record, for who must hear of them at once: inbox and ledger alike."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from attune.audit import store
from attune.audit.canonical import canonical
from attune.audit.record import Record, from_json
from attune.audit.store import INBOX, LEAF


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
