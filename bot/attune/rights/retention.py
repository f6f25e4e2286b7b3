"""What is older than protocol.yml allows goes, class by class, by the code that erases a customer (CON-10)."""

from collections.abc import Iterator
from datetime import datetime, timezone

from sqlalchemy import Float, Table, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from attune.audit import store, vault
from attune.channel.copies import Copies
from attune.channel.mailbox import LETTERS
from attune.channel.ownership import OWNERS
from attune.handoff.tables import HANDOFFS
from attune.rights import corrections, erasure, pages, places, trackers
from attune.rights.stores import Stores

DAY = 86_400

Gone = dict[str, int]
"""How many conversations, handoffs, audit keys, corrections and copies went."""


def run(stores: Stores, now: float) -> Gone:
    """Erase everything whose time is over at `now` (unix seconds); may be cut off anywhere and run again."""
    gone = {
        "conversation": sum(1 for subject in _idle(stores, now) if _forget_conversation(stores, subject)),
        "handoff": _forget_handoffs(stores, _cutoff(stores, "handoff", now)),
        "audit_readings": _expire_readings(stores, _cutoff(stores, "audit_readings", now)),
        "corrections": corrections.expire(stores.review, _date(_cutoff(stores, "corrections", now))),
        "copies": Copies(stores.engine).expire(now),
    }
    if any(gone.values()):
        _put_on_record(stores, gone, now)
        list(erasure.overwrite(stores))
    pages.overwrite(stores.engine)  # also what an erasure left in the write-ahead log that was cut off at its very end
    return gone


def _cutoff(stores: Stores, kind: str, now: float) -> float:
    return now - stores.retention[kind] * DAY


def _idle(stores: Stores, now: float) -> Iterator[str]:
    """Conversations in which nothing was said for so long; not those in which somebody waits or a person speaks."""
    newest: dict[str, float] = {}
    for engine, _ in stores.trackers:
        _raise(newest, trackers.subjects(engine))
    with stores.engine.connect() as connection:
        _raise(newest, _newest(connection, LETTERS, LETTERS.c.at))
        _raise(newest, _newest(connection, OWNERS, OWNERS.c.since))  # without letters, where Rasa keeps none on disk
    before = _cutoff(stores, "conversation", now)
    yield from (one for one, at in newest.items() if at < before and erasure.is_resting(stores, one))


def _raise(newest: dict[str, float], found: dict[str, float]) -> None:
    for subject, at in found.items():
        newest[subject] = max(at, newest.get(subject, 0.0))


def _newest(connection: Connection, table: Table, at: ColumnElement[Float]) -> dict[str, float]:
    newest = func.max(at).label("newest")
    rows = connection.execute(select(table.c.conversation_id, newest).group_by(table.c.conversation_id))
    return {row.conversation_id: row.newest for row in rows}


def _forget_conversation(stores: Stores, subject: str) -> int:
    """The tracker's events last: by them the conversation is found again if this is cut off."""
    with stores.engine.begin() as connection:
        rows = places.erase_class(connection, subject)
    return rows + sum(trackers.erase(engine, subject) for engine, _ in stores.trackers)


def _forget_handoffs(stores: Stores, before: float) -> int:
    closed = select(HANDOFFS.c.handoff_id).where(HANDOFFS.c.open_for.is_(None), HANDOFFS.c.closed < before)
    left = _left_open(stores, before)
    with stores.engine.begin() as connection:
        found = [*connection.execute(closed).scalars(), *left]
        for handoff_id in found:
            places.erase_handoff(connection, handoff_id)
    return len(found)


def _left_open(stores: Stores, before: float) -> list[str]:
    """Handoffs for safety that outlasted the customer's wait, at which no person has looked in all that time."""
    still_open = select(HANDOFFS.c.handoff_id, HANDOFFS.c.open_for)
    with stores.engine.connect() as connection:
        rows = connection.execute(still_open.where(HANDOFFS.c.open_for.is_not(None), HANDOFFS.c.opened < before)).all()
    return [row.handoff_id for row in rows
            if erasure.is_resting(stores, row.open_for) and stores.newest(row.open_for) < before]


def _expire_readings(stores: Stores, before: float) -> int:
    with stores.engine.begin() as connection:
        return vault.expire(connection, before) + vault.replay(connection)


def _put_on_record(stores: Stores, gone: Gone, now: float) -> None:
    counts = {name: count for name, count in gone.items() if count}
    with stores.engine.begin() as connection:
        store.append(connection, [erasure.record({"why": "retention", **counts}, None, round(now * 1_000_000))])


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).date().isoformat()
