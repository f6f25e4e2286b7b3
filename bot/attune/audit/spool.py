"""Where Records wait while the database is away: a file, so that nothing that was done is forgotten (AUD-9)."""

import fcntl
import json
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
