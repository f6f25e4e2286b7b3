"""What the audit holds of feelings, under a key for each subject and day: no key, no Reading (AUD-10, CON-8)."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Boolean

from attune.audit import store
from attune.audit.canonical import canonical
from attune.audit.record import Fact, Record
from attune.audit.store import KEYS, TOMBSTONES

SEALED = "sealed"
"""The fact that holds the others, as base64 of nonce and ciphertext."""
ERASED: Mapping[str, Fact] = {"reading": "erased"}
"""What is left to read when the key is gone."""

NONCE = 12
"""Bytes; what AES-GCM is made for (NIST SP 800-38D 8.2.2: random, one key for far less than 2^32 of them)."""
KEY = 32
"""Bytes of a key: AES-256."""
DAY = 86_400

Dice = Callable[[int], bytes]
Opener = Callable[[Record], Record]


def sealed(connection: Connection, told: Record, felt: Record, dice: Dice) -> Record:
    """`told` with what `felt`, the same Record with its Reading, knows more encrypted under the subject's key.

    An erased subject gets no key again: of them nothing more than `told` is kept. The ledger hashes the ciphertext,
    so the key may go and every proof still holds. `dice` gives so many random bytes.
    """
    more = {name: value for name, value in felt.facts.items() if told.facts.get(name) != value}
    key = _key(connection, told, dice) if more else None
    if key is None:
        return told
    nonce = dice(NONCE)
    box = nonce + AESGCM(key).encrypt(nonce, canonical(more), _envelope(told))
    return replace(told, facts={**told.facts, SEALED: base64.b64encode(box).decode()})


def read(engine: Engine, conversation: str | None = None, since: int | None = None) -> Iterator[Record]:
    """The ledger's Records as `store.records` has them, each opened where its key is still there."""
    records = store.records(engine, conversation, since)
    with engine.connect() as connection:
        yield from map(opener(connection), records)


def opener(connection: Connection) -> Opener:
    """A function that opens sealed Records, for as long as the connection is open."""
    @lru_cache(maxsize=4096)
    def key(conversation: str, made: int) -> bytes | None:
        return _find(connection, conversation, made)

    return lambda record: opened(record, key(record.conversation, _day(record)) if record.conversation else None)


def opened(record: Record, key: bytes | None) -> Record:
    """The Record with what was sealed; without the right key it says `erased` instead."""
    if SEALED not in record.facts:
        return record
    plain = {name: value for name, value in record.facts.items() if name != SEALED}
    more = _decrypt(str(record.facts[SEALED]), record, key) if key else None
    return replace(record, facts={**plain, **(ERASED if more is None else more)})


def destroy(connection: Connection, conversation: str, at: int) -> int:
    """Destroy every key of a subject for good and leave a tombstone; `at` in unix microseconds. Returns how many.

    Whoever came back and is erased again gets the later date: a replay goes by it.
    """
    row = select(literal(conversation), literal(at)).where(~_is_buried(conversation))
    connection.execute(insert(TOMBSTONES).from_select(["conversation", "at"], row))
    older = TOMBSTONES.c.conversation == conversation, TOMBSTONES.c.at < at
    connection.execute(update(TOMBSTONES).where(*older).values(at=at))
    return connection.execute(delete(KEYS).where(KEYS.c.conversation == conversation)).rowcount


def replay(connection: Connection) -> int:
    """Destroy the keys a restored backup brought back for subjects that were erased; returns how many."""
    return connection.execute(delete(KEYS).where(KEYS.c.conversation.in_(select(TOMBSTONES.c.conversation)))).rowcount


def expire(connection: Connection, before: float) -> int:
    """Destroy the keys of days that were over before `before` (unix seconds); returns how many (CON-10)."""
    return connection.execute(delete(KEYS).where(KEYS.c.made + DAY <= before)).rowcount


def buried(connection: Connection, conversation: str) -> int | None:
    """When a subject was erased, in unix microseconds; None if never."""
    return connection.execute(select(TOMBSTONES.c.at).where(TOMBSTONES.c.conversation == conversation)).scalar()


def stones(connection: Connection) -> dict[str, int]:
    """Everybody who was erased (pseudonyms), and when, in unix microseconds."""
    return {row.conversation: row.at for row in connection.execute(select(TOMBSTONES))}


def held(connection: Connection, conversation: str) -> int:
    """How many keys of a subject there are."""
    query = select(func.count()).select_from(KEYS).where(KEYS.c.conversation == conversation)
    return int(connection.execute(query).scalar() or 0)


def _key(connection: Connection, record: Record, dice: Dice) -> bytes | None:
    if record.conversation is None:
        return None
    made, fresh = _day(record), dice(KEY).hex()
    known = select(KEYS.c.key).where(KEYS.c.conversation == record.conversation, KEYS.c.made == made).exists()
    row = select(literal(record.conversation), literal(made), literal(fresh))
    row = row.where(~known, ~_is_buried(record.conversation))
    connection.execute(insert(KEYS).from_select(["conversation", "made", "key"], row))
    return _find(connection, record.conversation, made)


def _find(connection: Connection, conversation: str, made: int) -> bytes | None:
    mine = KEYS.c.conversation == conversation, KEYS.c.made == made
    found = connection.execute(select(KEYS.c.key).where(*mine, ~_is_buried(conversation))).scalar()
    return bytes.fromhex(found) if found else None


def _is_buried(conversation: str) -> ColumnElement[Boolean]:
    return select(TOMBSTONES.c.conversation).where(TOMBSTONES.c.conversation == conversation).exists()


def _day(record: Record) -> int:
    return record.at // 1_000_000 // DAY * DAY


def _envelope(record: Record) -> bytes:
    return canonical([record.id, record.kind, record.at, record.conversation])


def _decrypt(box: str, record: Record, key: bytes) -> dict[str, Fact] | None:
    try:
        data = base64.b64decode(box, validate=True)
        found = json.loads(AESGCM(key).decrypt(data[:NONCE], data[NONCE:], _envelope(record)))
    except (InvalidTag, ValueError):
        return None
    return found if isinstance(found, dict) else None
