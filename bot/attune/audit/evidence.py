"""One conversation's proof for an auditor: its Records, where they stand, and a signed checkpoint that holds them.

`tools/check_proof.py` checks the file without Attune.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Engine, Row

from attune.audit import checkpoints, ledger, signing, store
from attune.audit.checkpoints import Checkpoint
from attune.audit.merkle import leaf_hash
from attune.audit.proofs import Span, consistency_spans, hashes, inclusion_spans
from attune.audit.store import LEAF
from attune.errors import AttuneError

Evidence = Mapping[str, object]


class NothingToProve(AttuneError):
    """The ledger holds no Record of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The ledger holds no Record of {name}. Give Rasa's sender id, a pseudonym from `attune audit "
                         "export`, or a Record's id; `attune audit checkpoint` brings in what waits.")


class NoCheckpoint(AttuneError):
    """A file holds no checkpoint."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} holds no checkpoint. Give a line of {checkpoints.FILE}, or what `attune audit "
                         "checkpoint --json` printed.")


class NotEarlier(AttuneError):
    """A checkpoint to prove growth from knows more than the ledger has."""

    def __init__(self, known: int, size: int) -> None:
        super().__init__(f"The checkpoint given knows {known} Records, the ledger has {size}. Its end was cut off: run "
                         "`attune audit verify --checkpoint FILE`.")


def evidence(engine: Engine, names: tuple[str, ...], signer: Ed25519PrivateKey, now: float,
             since: Checkpoint | None = None) -> Evidence:
    """The Records of a conversation (pseudonym) or the one Record (id) among `names`, proved at `now` (unix seconds).

    With `since`, an older checkpoint, also the proof that nothing from before it was changed.

    Raises:
        NothingToProve: there is no such Record.
        NotEarlier: the ledger is shorter than `since` says.
    """
    store.prepare(engine)
    with store.snapshot(engine) as connection:
        rows = _rows(connection, names)
        if not rows:
            raise NothingToProve(names[0])
        tree = ledger.read(connection)
        if since and since.size > tree.size:
            raise NotEarlier(since.size, tree.size)
        grown = consistency_spans(since.size, tree.size) if since and since.size else []
        paths = {row.idx: inclusion_spans(row.idx, tree.size) for row in rows}
        found = hashes(_leaves(connection), {*grown, *(span for path in paths.values() for span in path)})
    told = [{"index": row.idx, "record": row.data, "proof": _hex(paths[row.idx], found)} for row in rows]
    return {
        "public_key": signing.as_hex(signer.public_key()),
        "checkpoint": asdict(checkpoints.of(tree, round(now * 1_000_000), signer)),
        "records": told,
        "since": {"checkpoint": asdict(since), "proof": _hex(grown, found)} if since else None,
    }


def _rows(connection: Connection, names: tuple[str, ...]) -> list[Row]:
    named = or_(LEAF.c.conversation.in_(names), LEAF.c.record_id.in_(names))
    return list(connection.execute(select(LEAF.c.idx, LEAF.c.data).where(named).order_by(LEAF.c.idx)))


def _leaves(connection: Connection) -> Iterator[bytes]:
    for row in store.walk(connection, select(LEAF.c.data).order_by(LEAF.c.idx)):
        yield leaf_hash(row.data.encode("utf-8", "surrogatepass"))


def _hex(spans: list[Span], found: Mapping[Span, bytes]) -> list[str]:
    return [found[span].hex() for span in spans if span in found]
