"""Moves Records from the inbox into the ledger, in order, each exactly once (AUD-3, AUD-7)."""

import json

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row

from attune.audit import store
from attune.audit.merkle import FIRST_LINK, Tree, leaf_hash
from attune.audit.store import INBOX, LEAF, TREE

BATCH = 1000


def sequence(engine: Engine, batch: int = BATCH) -> int:
    """Move what waits in the inbox, `batch` rows a transaction; returns how many. Several may run at once."""
    store.prepare(engine)
    moved = step = _step(engine, batch)
    while step == batch:  # fewer: the inbox was empty then, and whoever fills it meanwhile is moved next time
        step = _step(engine, batch)
        moved += step
    return moved


def _step(engine: Engine, batch: int) -> int:
    with engine.connect() as connection:
        if not connection.execute(select(INBOX.c.id).limit(1)).first():
            return 0  # no lock for nothing
    with engine.begin() as connection:
        tree = lock(connection)
        rows = connection.execute(select(INBOX).order_by(INBOX.c.id).limit(batch)).all()
        if not rows:
            return 0  # somebody else was faster
        known = _known(connection, [row.record_id for row in rows])
        tree = _write(connection, tree, [row for row in rows if row.record_id not in known])
        connection.execute(delete(INBOX).where(INBOX.c.id.in_([row.id for row in rows])))
        _remember(connection, tree)
        return len(rows)


def lock(connection: Connection) -> Tree:
    """Hold everybody else off until the transaction ends, and read the tree as it stands."""
    first = {"id": 1, "turn": 0, "size": 0, "subtrees": "[]", "chain": FIRST_LINK.hex()}
    turn = update(TREE).where(TREE.c.id == 1).values(turn=TREE.c.turn + 1)
    if connection.execute(turn).rowcount == 0:
        store.put_new(connection, TREE, [first])  # unless another sequencer begins the ledger this very moment
        connection.execute(turn)
    return read(connection)


def read(connection: Connection) -> Tree:
    """The tree as the sequencer left it; empty before its first turn."""
    row = connection.execute(select(TREE).where(TREE.c.id == 1)).first()
    if row is None:
        return Tree()
    return Tree(row.size, tuple(map(bytes.fromhex, json.loads(row.subtrees))), bytes.fromhex(row.chain))


def _known(connection: Connection, ids: list[str]) -> set[str]:
    return set(connection.execute(select(LEAF.c.record_id).where(LEAF.c.record_id.in_(ids))).scalars())


def _write(connection: Connection, tree: Tree, rows: list[Row]) -> Tree:
    leaves = []
    for row in rows:
        leaf = leaf_hash(row.data.encode())
        index, tree = tree.size, tree.add(leaf)
        leaves.append({
            "idx": index, "record_id": row.record_id, "kind": row.kind, "conversation": row.conversation,
            "data": row.data, "leaf": leaf.hex(), "chain": tree.chain.hex(),
        })
    if leaves:
        connection.execute(insert(LEAF), leaves)
    return tree


def _remember(connection: Connection, tree: Tree) -> None:
    subtrees = json.dumps([node.hex() for node in tree.subtrees])
    values = {"size": tree.size, "subtrees": subtrees, "chain": tree.chain.hex()}
    connection.execute(update(TREE).where(TREE.c.id == 1).values(**values))
