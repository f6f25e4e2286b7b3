"""The audit's tables: an inbox that anybody fills, the ledger only the sequencer appends to, its tree, the keys."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.sql import Select
from tqdm import tqdm

from attune.audit import schema
from attune.audit.record import Record, from_json

SLACK = 86_400 * 1_000_000
"""Microseconds by which Records may stand in another order than they happened."""
METADATA = MetaData()
"""The tables as the newest of `migrations` leaves them."""

INBOX = Table(
    "attune_audit_inbox", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record_id", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("conversation", String(64)),
    Column("data", Text, nullable=False),
    Index("attune_audit_inbox_conversation", "conversation", "kind"),
    sqlite_autoincrement=True,  # an id is never used again, so order stays order
)

LEAF = Table(
    "attune_audit_leaf", METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("record_id", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("conversation", String(64)),
    Column("data", Text, nullable=False),
    Column("leaf", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
    Index("attune_audit_leaf_conversation", "conversation", "kind"),
)

TREE = Table(
    "attune_audit_tree", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("turn", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("subtrees", Text, nullable=False),
    Column("chain", String(64), nullable=False),
)

KEYS = Table(
    "attune_audit_key", METADATA,
    Column("conversation", String(64), primary_key=True),
    Column("made", BigInteger, primary_key=True, autoincrement=False),  # the day (UTC) it is for, in unix seconds
    Column("key", String(64), nullable=False),
)

TOMBSTONES = Table(
    "attune_audit_tombstone", METADATA,
    Column("conversation", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),  # unix microseconds
)

APPEND_ONLY = ("attune_audit_leaf_stays", "attune_audit_leaf_keeps")
"""AUD-6: the database refuses to change or delete a row of the ledger; who owns it can drop this, and is found."""


def prepare(engine: Engine, patience: int | None = None) -> None:
    """Bring the tables to the version this Attune writes; safe while other processes do the same.

    It looks each time: a later Attune may have changed them since. `patience` is as in `schema.upgrade`.

    Raises:
        NotMigrated: this role may not change them.
        Newer: they belong to a later Attune.
    """
    schema.upgrade(engine, patience)


FEW = 5
"""So many Records are put one by one; more at once, which asks first which of them are there."""
MOST = 500
"""Records in one statement."""


def append(connection: Connection, records: Iterable[Record]) -> int:
    """Put Records into the inbox; one that is already there or in the ledger is left out. Returns how many were new."""
    waiting = list(records)
    if len(waiting) <= FEW:
        return sum(_append(connection, record) for record in waiting)
    return sum(_append_many(connection, waiting[start:start + MOST]) for start in range(0, len(waiting), MOST))


def _append_many(connection: Connection, records: list[Record]) -> int:
    named = {record.id: record for record in reversed(records)}  # of two with one id the first counts
    known = {found for table in (INBOX, LEAF) for found in connection.execute(
        select(table.c.record_id).where(table.c.record_id.in_(named))).scalars()}
    new = [record for name, record in reversed(named.items()) if name not in known]
    if not new:
        return 0
    put_new(connection, INBOX, [_row(record) for record in new])
    return len(new)  # one too high where somebody else put it in between: nothing rests on it


def put_new(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    """Insert rows, but none whose key is there already."""
    into = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name]
    connection.execute(into(table).on_conflict_do_nothing(), rows)


def _row(record: Record) -> dict[str, object]:
    return {"record_id": record.id, "kind": record.kind, "conversation": record.conversation,
            "data": record.canonical().decode()}


def _append(connection: Connection, record: Record) -> int:
    known = [select(table.c.record_id).where(table.c.record_id == record.id).exists() for table in (INBOX, LEAF)]
    row = select(*map(literal, _row(record).values())).where(~known[0], ~known[1])
    return connection.execute(insert(INBOX).from_select(("record_id", "kind", "conversation", "data"), row)).rowcount


def granted(connection: Connection, conversation: str) -> bool:
    """Whether the last word on keeping Readings, on record for a conversation, is a yes (CON-4)."""
    for table, order in ((INBOX, INBOX.c.id), (LEAF, LEAF.c.idx)):
        query = select(table.c.data).where(table.c.conversation == conversation, table.c.kind == "consent")
        for (data,) in connection.execute(query.order_by(order.desc())):
            record = from_json(data)
            if record and record.facts.get("purpose") == "quality":
                return record.facts.get("state") == "granted"
    return False


def pending(connection: Connection) -> int:
    """How many Records wait in the inbox."""
    return int(connection.execute(select(func.count()).select_from(INBOX)).scalar() or 0)


def rows(engine: Engine, conversation: str | None = None, since: int | None = None) -> Iterator[Row]:
    """The ledger's rows in order, of one conversation (its pseudonym) or of all.

    With `since` (unix microseconds) long stretches before it are left out, but for what came into use.
    """
    prepare(engine)
    with snapshot(engine) as connection:
        query = select(LEAF).order_by(LEAF.c.idx)
        if conversation:
            query = query.where(LEAF.c.conversation == conversation)
        if since is not None:
            version = LEAF.c.conversation.is_(None) & (LEAF.c.kind == "version")
            query = query.where((LEAF.c.idx >= first_since(connection, since)) | version)
        yield from walk(connection, query)


def first_since(connection: Connection, at: int) -> int:
    """The number of a row before which nothing is that happened at `at` (unix microseconds) or later.

    Records are numbered after they happened, and so, but for those put on record late, nearly in the order of time.
    """
    low, high = 0, int(connection.execute(select(func.count()).select_from(LEAF)).scalar() or 0)
    while low < high:
        middle = (low + high) // 2
        here = (LEAF.c.idx >= middle) & (LEAF.c.idx < high) & LEAF.c.data.notlike('%"late":true%')
        row = connection.execute(select(LEAF.c.idx, LEAF.c.data).where(here).order_by(LEAF.c.idx).limit(1)).first()
        record = from_json(row.data) if row else None
        if row and record and record.at < at - SLACK:
            low = row.idx + 1
        else:
            high = middle
    return low


def walk(connection: Connection, query: Select) -> Iterator[Row]:
    """The rows of a query, fetched piece by piece, with a progress bar after two seconds."""
    found = connection.execution_options(yield_per=1000).execute(query)
    yield from tqdm(found, desc="rows", unit="", delay=2, disable=None)


def records(engine: Engine, conversation: str | None = None, since: int | None = None) -> Iterator[Record]:
    """The Records in the ledger, as `rows` has them; a row that holds none is left out, `verify` says which it is."""
    for row in rows(engine, conversation, since):
        record = from_json(row.data)
        if record:
            yield record


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One unchanging view of the database, while others go on writing."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # the driver begins by itself only before it writes
        yield connection
