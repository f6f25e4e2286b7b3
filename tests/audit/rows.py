"""Records and ledgers to test with."""

import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import keeper, ledger
from attune.audit.checkpoints import Notary
from attune.audit.record import Record
from attune.audit.store import APPEND_ONLY, LEAF

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = SIGNER.public_key()


def records(count: int, first: int = 0) -> list[Record]:
    """So many Records of three conversations, one a second."""
    return [
        Record(f"{number:064x}", "said", 1_700_000_000_000_000 + number * 1_000_000, f"{number % 3:064x}",
               {"response": "utter_order_status", "digest": f"{number * 7:064x}"})
        for number in range(first, first + count)
    ]


def fill(engine: Engine, var: Path, count: int, first: int = 0) -> None:
    """Put Records on record, checkpoint included."""
    keeper.put(engine, records(count, first))
    keeper.keep(engine, Notary(var, SIGNER, records=1), 1_700_000_000.0)


def spoil(value: object) -> object:
    """The same value, changed as little as can be."""
    if isinstance(value, int):
        return value + 100_000
    text = str(value)
    place = len(text) // 2
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1:]


def tamper(engine: Engine, *statements: str) -> None:
    """Do what only who owns the database can do."""
    with engine.begin() as connection:
        for trigger in APPEND_ONLY:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        for statement in statements:
            connection.execute(text(statement))


def on_record(engine: Engine) -> list[str]:
    """The ids of the ledger's Records, in order."""
    with engine.connect() as connection:
        return list(connection.execute(select(LEAF.c.record_id).order_by(LEAF.c.idx)).scalars())


def write(url: str, writer: int) -> None:
    """Put forty Records on record, one at a time; for a process of its own."""
    for number in range(40):
        keeper.put(database.engine(url), records(1, first=1000 * writer + number))


def move(url: str, until: int) -> None:
    """Move Records into the ledger until it holds so many; for a process of its own."""
    for _ in range(2000):
        ledger.sequence(database.engine(url), batch=3)
        with database.engine(url).connect() as connection:
            if ledger.read(connection).size >= until:
                return
        time.sleep(0.005)
