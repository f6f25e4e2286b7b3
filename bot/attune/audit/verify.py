"""Rebuilds the whole ledger from its raw rows and says what was changed, and where (AUD-3..5, AUD-7)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine, Row

from attune.audit import checkpoints, ledger, signing, spool, store
from attune.audit.canonical import NotCanonical, canonical
from attune.audit.checkpoints import Checkpoint
from attune.audit.merkle import FIRST_LINK, Tree, leaf_hash, link
from attune.audit.store import LEAF

MOST = 50
"""Problems worth telling; after that many the ledger is broken enough."""


@dataclass(frozen=True)
class Problem:
    """What is wrong and at which row of the ledger (from 0); `row` is None if it is not one row."""

    row: int | None
    what: str


@dataclass(frozen=True)
class Verdict:
    """What the ledger is; without `problems` it is whole. `pending` and `spooled` Records are not in it yet."""

    size: int
    root: str
    pending: int
    spooled: int
    checkpoints: int
    problems: tuple[Problem, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed."""
        return not self.problems


@dataclass
class _Walk:
    known: dict[int, list[Checkpoint]] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    link: bytes = FIRST_LINK
    place: int = 0
    agreed: int = 0
    problems: list[Problem] = field(default_factory=list)

    def note(self, row: int | None, what: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(Problem(row, what))


def verify(engine: Engine, var: Path, key: Ed25519PublicKey, copies: Sequence[Path] = ()) -> Verdict:
    """Check every row, every link, the tree and every checkpoint, in `var` and in an auditor's `copies`.

    A checkpoint counts only if it was signed with the other half of `key`.
    """
    store.prepare(engine)
    walk, known = _Walk(), list[Checkpoint]()
    for path in (var / checkpoints.FILE, *copies):  # before the rows: the ledger may grow meanwhile
        known += _signed(walk, path, key)
    walk.known = _by_size(known)
    with store.snapshot(engine) as connection:
        for row in store.walk(connection, select(LEAF).order_by(LEAF.c.idx)):
            _check_row(walk, row)
            _check_checkpoints(walk)
        _check_tree(walk, connection)
        pending = store.pending(connection)
    _check_cut(walk, known)
    return Verdict(walk.tree.size, walk.tree.root.hex(), pending, spool.waiting(var / spool.FILE), len(known),
                   tuple(walk.problems))


def _signed(walk: _Walk, path: Path, key: Ed25519PublicKey) -> Iterator[Checkpoint]:
    found, unreadable = checkpoints.read(path)
    for number in unreadable:
        walk.note(None, f"line {number} of {path.name} holds no checkpoint")
    for checkpoint in found:
        if checkpoint.is_by(key):
            yield checkpoint
        else:
            walk.note(None, f"the checkpoint of {checkpoint.size} rows in {path.name} is not signed by key "
                            f"{signing.name(key)}")


def _by_size(known: Iterable[Checkpoint]) -> dict[int, list[Checkpoint]]:
    by_size: dict[int, list[Checkpoint]] = {}
    for checkpoint in known:
        by_size.setdefault(checkpoint.size, []).append(checkpoint)
    return by_size


def _check_row(walk: _Walk, row: Row) -> None:
    if row.idx != walk.place:
        walk.note(row.idx, f"row {row.idx} stands where row {walk.place} should: rows were removed or put in")
    walk.place = row.idx + 1
    leaf = leaf_hash(str(row.data).encode("utf-8", "surrogatepass"))
    for what in _wrong(row, leaf, walk.link):
        walk.note(row.idx, what)
    walk.tree = walk.tree.add(leaf)
    walk.link = _bytes(row.chain)  # the link on record, so that one change is told at one place


def _wrong(row: Row, leaf: bytes, before: bytes) -> Iterator[str]:
    yield from _wrong_data(row)
    if row.leaf != leaf.hex():
        yield "the Record is not the one that was hashed"
    if row.chain != link(before, leaf).hex():
        yield "the row does not follow the one before it"


def _wrong_data(row: Row) -> Iterator[str]:
    try:
        data = json.loads(row.data)
        if canonical(data).decode() != row.data:
            yield "the Record's bytes are not canonical"
    except (ValueError, TypeError, NotCanonical):
        yield "the Record cannot be read"
        return
    for column, key in (("record_id", "id"), ("kind", "kind"), ("conversation", "conversation")):
        if not isinstance(data, dict) or getattr(row, column) != data.get(key):
            yield f"the column {column} is not what the Record says"


def _check_checkpoints(walk: _Walk) -> None:
    for checkpoint in walk.known.get(walk.tree.size, ()):
        if (checkpoint.root, checkpoint.chain) == (walk.tree.root.hex(), walk.tree.chain.hex()):
            walk.agreed = walk.tree.size
        else:
            walk.note(None, f"a checkpoint of {checkpoint.size} rows knows another ledger: "
                            f"something between row {walk.agreed} and row {checkpoint.size - 1} was changed")


def _check_tree(walk: _Walk, connection: Connection) -> None:
    try:
        kept = ledger.read(connection)
    except (ValueError, TypeError):
        walk.note(None, "the tree's state cannot be read")
        return
    if kept != walk.tree:
        walk.note(None, f"the tree's state tells of {kept.size} rows with root {kept.root.hex()[:16]}…, "
                        f"the rows make {walk.tree.size} with root {walk.tree.root.hex()[:16]}…")


def _check_cut(walk: _Walk, known: Sequence[Checkpoint]) -> None:
    newest = max(known, key=lambda checkpoint: checkpoint.size, default=None)
    if newest and newest.size > walk.tree.size:
        walk.note(walk.place, f"a checkpoint knew {newest.size} rows, {walk.tree.size} are left: the end is gone")


def _bytes(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return str(text).encode("utf-8", "surrogatepass")
