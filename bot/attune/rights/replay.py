"""After a backup was restored: whoever had been erased before is erased again, by the tombstones (AUD-10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import column, func, select, table
from sqlalchemy.engine import Connection

from attune.audit import tombstones, vault
from attune.channel.mailbox import LETTERS
from attune.rights import erasure, places, trackers
from attune.rights.stores import Stores


@dataclass(frozen=True)
class Replayed:
    """Keys destroyed; conversations erased again; those that were written in since, which a person must look at.

    `left` says what this cannot know or do.
    """

    keys: int
    again: tuple[str, ...]
    written_since: tuple[str, ...]
    left: tuple[str, ...]


def replay(stores: Stores, now: float) -> Replayed:
    """Destroy what came back; `now` in unix seconds. Raises OSError where the tombstones cannot be read."""
    stones = tombstones.read(stores.tombstones)
    left = tuple(_completed(stores))
    with stores.engine.begin() as connection:
        keys = sum(vault.destroy(connection, *stone) for stone in stones.items())
        keys += vault.replay(connection)
    again, since = [], []
    for subject, newest in sorted(_subjects(stores).items()):
        erased = _erased(stores, subject)
        if erased is None:
            continue
        if newest > erased:
            since.append(subject)
        else:
            erasure.forget(stores, subject, now, even_open=True)
            again.append(subject)
    list(erasure.overwrite(stores))
    return Replayed(keys, tuple(again), tuple(since), left)


def _completed(stores: Stores) -> Iterator[str]:
    """Add to the file what the database alone knows; yields what is wrong with the file."""
    if not stores.tombstones.exists():
        yield (f"There was no {stores.tombstones}: who was erased after the backup was made is not known here. If you "
               "have a copy of that file, put it there and run this again.")
    try:
        erasure.note_tombstones(stores)
    except OSError as problem:
        yield erasure.unwritten(stores, problem)


def _subjects(stores: Stores) -> dict[str, float]:
    """Every conversation anywhere, with the time of its newest event or letter (0 where nothing tells)."""
    found: dict[str, float] = {}
    for engine, _ in stores.trackers:
        for subject, at in trackers.subjects(engine).items():
            found[subject] = max(at, found.get(subject, 0.0))
    with stores.engine.connect() as connection:
        for place in places.present(connection):
            if place.by == "conversation_id":
                rows = table(place.table, column("conversation_id"))
                for subject in connection.execute(select(rows.c.conversation_id).distinct()).scalars():
                    found[subject] = max(_newest_letter(connection, subject), found.get(subject, 0.0))
    return found


def _newest_letter(connection: Connection, subject: str) -> float:
    query = select(func.max(LETTERS.c.at)).where(LETTERS.c.conversation_id == subject)
    return float(connection.execute(query).scalar() or 0.0)


def _erased(stores: Stores, subject: str) -> float | None:
    with stores.engine.connect() as connection:
        at = vault.buried(connection, stores.seal.pseudonym(subject))
    return None if at is None else at / 1_000_000
