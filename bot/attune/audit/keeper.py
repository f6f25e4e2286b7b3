"""One round of keeping the audit: fetch what was spooled, move the inbox into the ledger, write a checkpoint."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import Engine

from attune.audit import checkpoints, ledger, spool, store
from attune.audit.record import Record


def keep(engine: Engine, var: Path, now: float) -> int:
    """Do one round, `now` in unix seconds; returns how many Records entered the ledger. Several may run at once."""
    spool.drain(var / spool.FILE, lambda records: put(engine, records))
    moved = ledger.sequence(engine)
    if moved:
        checkpoint(engine, var, now)
    return moved


def checkpoint(engine: Engine, var: Path, now: float) -> checkpoints.Checkpoint:
    """Write down what the ledger is now (AUD-4)."""
    store.prepare(engine)
    with engine.connect() as connection:
        written = checkpoints.of(ledger.read(connection), round(now * 1_000_000))
    checkpoints.write(var / checkpoints.FILE, written)
    return written


def put(engine: Engine, records: Sequence[Record]) -> None:
    """Put Records into the inbox, in a transaction of its own."""
    store.prepare(engine)
    with engine.begin() as connection:
        store.append(connection, records)
