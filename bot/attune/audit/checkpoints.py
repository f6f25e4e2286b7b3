"""What the ledger was, signed and written where the database's owner does not reach (AUD-4)."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from attune.audit import lines, signing
from attune.audit.canonical import canonical
from attune.audit.merkle import Tree
from attune.settings import Settings

FILE = "audit-checkpoints.jsonl"
LONGEST = 4096
"""Bytes of a line; one is about 400."""


@dataclass(frozen=True)
class Checkpoint:
    """The ledger's size, root and last link (hex) at a time (unix microseconds); `key` names what `signature` is by."""

    size: int
    root: str
    chain: str
    at: int
    key: str = ""
    signature: str = ""

    @property
    def body(self) -> bytes:
        """The bytes that are signed: everything but the signature (RFC 8785)."""
        return canonical({name: value for name, value in asdict(self).items() if name != "signature"})

    def is_by(self, key: Ed25519PublicKey) -> bool:
        """Whether it was signed with the key's other half."""
        return self.key == signing.name(key) and signing.is_by(key, self.signature, self.body)


@dataclass(frozen=True)
class Notary:
    """Where checkpoints are written, what signs them, and how many Records or seconds may pass between two."""

    var: Path
    signer: Ed25519PrivateKey = field(repr=False)
    records: int = 500
    seconds: float = 60.0

    @property
    def file(self) -> Path:
        """The file checkpoints are added to."""
        return self.var / FILE

    def is_due(self, last: Checkpoint | None, size: int, now: float) -> bool:
        """Whether a ledger of this size needs one now (unix seconds)."""
        grown = size - (last.size if last else 0)
        return grown > 0 and (last is None or grown >= self.records or now - last.at / 1_000_000 >= self.seconds)


def notary(settings: Settings) -> Notary:
    """This installation's."""
    return Notary(settings.var, signing.private(settings), settings.checkpoint_records, settings.checkpoint_seconds)


def of(tree: Tree, at: int, signer: Ed25519PrivateKey) -> Checkpoint:
    """The signed checkpoint of a tree."""
    plain = Checkpoint(tree.size, tree.root.hex(), tree.chain.hex(), at, signing.name(signer.public_key()))
    return replace(plain, signature=signer.sign(plain.body).hex())


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Append a checkpoint durably."""
    lines.add(path, as_line(checkpoint))


def as_line(checkpoint: Checkpoint) -> bytes:
    """A checkpoint as it stands in the file."""
    return json.dumps(asdict(checkpoint)).encode() + b"\n"


def read(path: Path) -> tuple[list[Checkpoint], list[int]]:
    """Every checkpoint, and the numbers (from 1) of lines that hold none; a torn last line counts as not written."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    parsed = {number: parse(line) for number, line in enumerate(text.split("\n")[:-1], 1)}
    unreadable = [number for number, checkpoint in parsed.items() if checkpoint is None]
    return [checkpoint for checkpoint in parsed.values() if checkpoint], unreadable


def last(path: Path) -> Checkpoint | None:
    """The newest checkpoint, without reading the whole file."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST))
        found = file.read().decode("utf-8", "replace").split("\n")[:-1]
    return next((one for line in reversed(found) if (one := parse(line))), None)


def parse(line: str) -> Checkpoint | None:
    """A checkpoint from its line; None if there is none in it."""
    try:
        found = Checkpoint(**json.loads(line))
    except (ValueError, TypeError):
        return None
    texts = all(isinstance(text, str) for text in (found.root, found.chain, found.key, found.signature))
    return found if texts and type(found.size) is int is type(found.at) and found.size >= 0 else None
