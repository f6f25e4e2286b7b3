"""Where Records wait while the database is away: a file, so that nothing that was done is forgotten (AUD-9)."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

from attune.audit import lines
from attune.audit.record import Record, from_json

FILE = "audit-spool.jsonl"


def put(path: Path, records: Iterable[Record]) -> None:
    """Append Records durably; raises OSError if the disk is away too."""
    told = [json.dumps({**asdict(record), "facts": dict(record.facts)}) for record in records]
    lines.add(path, "".join(f"{line}\n" for line in told).encode())


def waiting(path: Path) -> int:
    """How many Records wait."""
    return len(path.read_text(encoding="utf-8", errors="replace").splitlines()) if path.exists() else 0


def drain(path: Path, append: Callable[[list[Record]], object]) -> int:
    """Hand the Records over, marked late, and empty the file; lines that hold none stay in it. Returns how many."""
    if not path.exists() or not path.stat().st_size:
        return 0
    with path.open("r+", encoding="utf-8", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        parsed = [(line, from_json(line)) for line in file.read().splitlines(keepends=True)]
        late = [replace(record, late=True) for _, record in parsed if record]
        append(late)  # if this fails the file stays as it is; if we die after it, the inbox knows them by their ids
        file.seek(0)
        file.truncate()
        file.writelines(line for line, record in parsed if not record)
    return len(late)


def names(path: Path, conversation: str) -> bool:
    """Whether a Record of this conversation (its pseudonym) waits."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return any(_is_of(line, conversation) for line in text.splitlines())


def without(path: Path, conversation: str) -> int:
    """Take out the Records of a conversation (its pseudonym); returns how many."""
    if not path.exists():
        return 0
    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told = file.read().splitlines(keepends=True)
        kept = [line for line in told if not _is_of(line.decode("utf-8", "replace"), conversation)]
        if len(kept) < len(told):  # lines only move towards the beginning: cut off here, some are double and none lost
            file.seek(0)
            file.write(b"".join(kept))
            file.flush()
            file.truncate()
            os.fsync(file.fileno())
    return len(told) - len(kept)


def _is_of(line: str, conversation: str) -> bool:
    record = from_json(line)
    return record is not None and record.conversation == conversation
