"""What the ledger was, written where the database's owner does not reach: a file beside it, or wherever it is sent."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from attune.audit import lines
from attune.audit.merkle import Tree

FILE = "audit-checkpoints.jsonl"


@dataclass(frozen=True)
class Checkpoint:
    """The ledger's size, root and last link (hex) at a time (unix microseconds)."""

    size: int
    root: str
    chain: str
    at: int


def of(tree: Tree, at: int) -> Checkpoint:
    """The checkpoint of a tree."""
    return Checkpoint(tree.size, tree.root.hex(), tree.chain.hex(), at)


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Append a checkpoint durably."""
    lines.add(path, json.dumps(asdict(checkpoint)).encode() + b"\n")


def read(path: Path) -> tuple[list[Checkpoint], list[int]]:
    """Every checkpoint, and the numbers (from 1) of lines that hold none; a torn last line counts as not written."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    parsed = {number: _parse(line) for number, line in enumerate(text.split("\n")[:-1], 1)}
    unreadable = [number for number, checkpoint in parsed.items() if checkpoint is None]
    return [checkpoint for checkpoint in parsed.values() if checkpoint], unreadable


def _parse(line: str) -> Checkpoint | None:
    try:
        checkpoint = Checkpoint(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return checkpoint if isinstance(checkpoint.size, int) and checkpoint.size >= 0 else None
