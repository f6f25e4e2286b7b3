"""What is older than protocol.yml allows goes, class by class, by the code that erases a customer (CON-10)."""

from collections.abc import Iterator
from datetime import datetime, timezone

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from attune.audit import store, vault
from attune.channel.copies import Copies
from attune.channel.mailbox import LETTERS
from attune.handoff.tables import HANDOFFS
from attune.rights import corrections, erasure, places, trackers
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
    return gone


def _cutoff(stores: Stores, kind: str, now: float) -> float:
    return now - stores.retention[kind] * DAY


def _idle(stores: Stores, now: float) -> Iterator[str]:
    """Conversations in which nothing was said for so long; not those in which somebody waits or a person speaks."""
    newest: dict[str, float] = {}
    for engine, _ in stores.trackers:
        _raise(newest, trackers.subjects(engine))
    with stores.engine.connect() as connection:
        _raise(newest, _letters(connection))
    before = _cutoff(stores, "conversation", now)
    yield from (one for one, at in newest.items() if at < before and erasure.is_resting(stores, one))


def _raise(newest: dict[str, float], found: dict[str, float]) -> None:
    for subject, at in found.items():
        newest[subject] = max(at, newest.get(subject, 0.0))


def _letters(connection: Connection) -> dict[str, float]:
    newest = func.max(LETTERS.c.at).label("newest")
    rows = connection.execute(select(LETTERS.c.conversation_id, newest).group_by(LETTERS.c.conversation_id))
    return {row.conversation_id: row.newest for row in rows}


def _forget_conversation(stores: Stores, subject: str) -> int:
    events = sum(trackers.erase(engine, subject) for engine, _ in stores.trackers)
    with stores.engine.begin() as connection:
        return events + places.erase_class(connection, subject)


def _forget_handoffs(stores: Stores, before: float) -> int:
    over = select(HANDOFFS.c.handoff_id).where(HANDOFFS.c.open_for.is_(None), HANDOFFS.c.closed < before)
    with stores.engine.begin() as connection:
        found = list(connection.execute(over).scalars())
        for handoff_id in found:
            places.erase_handoff(connection, handoff_id)
    return len(found)


def _expire_readings(stores: Stores, before: float) -> int:
    with stores.engine.begin() as connection:
        return vault.expire(connection, before) + vault.replay(connection)


def _put_on_record(stores: Stores, gone: Gone, now: float) -> None:
    counts = {name: count for name, count in gone.items() if count}
    with stores.engine.begin() as connection:
        store.append(connection, [erasure.record({"why": "retention", **counts}, None, round(now * 1_000_000))])


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).date().isoformat()
