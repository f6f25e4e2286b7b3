"""Who was erased, noted beside the database too: a restored backup of the whole database forgets it (AUD-10)."""

import json
from collections.abc import Mapping
from pathlib import Path

from attune.audit import lines

FILE = "audit-tombstones.jsonl"


def note(path: Path, conversation: str, at: int) -> None:
    """Note durably that a conversation (its pseudonym) is erased; `at` in unix microseconds. Raises OSError."""
    lines.add(path, _line(conversation, at))


def complete(path: Path, stones: Mapping[str, int]) -> int:
    """Add those the file lacks or knows with an earlier date; returns how many. Raises OSError.

    Afterwards there is a file, be it empty: one that is missing at a replay was lost.
    """
    known = read(path)
    new = [_line(name, at) for name, at in stones.items() if name not in known or known[name] < at]
    if new or not path.exists():
        lines.add(path, b"".join(new))
    return len(new)


def read(path: Path) -> Mapping[str, int]:
    """Each pseudonym with its latest date; a line that holds none is passed over."""
    found: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            stone = json.loads(line)
            name, at = str(stone["conversation"]), int(stone["at"])
        except (ValueError, TypeError, KeyError):
            continue
        found[name] = max(at, found.get(name, at))
    return found


def _line(conversation: str, at: int) -> bytes:
    return json.dumps({"conversation": conversation, "at": at}).encode() + b"\n"
