"""One round of keeping the audit: fetch what was spooled, move the inbox into the ledger, write a checkpoint."""

from collections.abc import Sequence

from sqlalchemy.engine import Engine

from attune.audit import checkpoints, ledger, spool, store
from attune.audit.checkpoints import Checkpoint, Notary
from attune.audit.merkle import Tree
from attune.audit.record import Record


def keep(engine: Engine, notary: Notary, now: float) -> int:
    """Do one round, `now` in unix seconds; returns how many Records entered the ledger. Several may run at once."""
    spool.drain(notary.var / spool.FILE, lambda records: put(engine, records))
    moved = ledger.sequence(engine)
    tree = _tree(engine)
    if notary.is_due(checkpoints.last(notary.file), tree.size, now):
        _write(notary, tree, now)
    return moved


def checkpoint(engine: Engine, notary: Notary, now: float) -> Checkpoint:
    """Write down what the ledger is now, due or not (AUD-4)."""
    return _write(notary, _tree(engine), now)


def put(engine: Engine, records: Sequence[Record]) -> None:
    """Put Records into the inbox, in a transaction of its own."""
    store.prepare(engine)
    with engine.begin() as connection:
        store.append(connection, records)


def _tree(engine: Engine) -> Tree:
    store.prepare(engine)
    with engine.connect() as connection:
        return ledger.read(connection)


def _write(notary: Notary, tree: Tree, now: float) -> Checkpoint:
    written = checkpoints.of(tree, round(now * 1_000_000), notary.signer)
    checkpoints.write(notary.file, written)
    return written
