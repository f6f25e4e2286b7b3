"""Takes signed checkpoints out of reach of whoever owns the database: to any HTTP address, or an object store (AUD-4).

The file of checkpoints is the queue; how far each copy has come stands beside it. A place that does not answer holds
nothing up, and gets what it missed later.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from attune.audit import checkpoints
from attune.audit.places import CopyFailed, Send

PLACE = "audit-checkpoints.copied.json"
MOST = 100
"""Checkpoints a round takes to one place, so that a place that was away for days does not hold up the others."""


def copy(var: Path, urls: Sequence[str], send: Send) -> int:
    """Take to each address the checkpoints it does not have; returns how many bytes were taken.

    Raises:
        CopyFailed: an address failed, after the others had their turn.
    """
    done = _done(var)
    before = dict(done)
    failed = [problem for url in urls if (problem := _copy_to(url, var, done, send))]
    if done != before:
        _remember(var, done)
    if failed:
        raise failed[0]
    return sum(done.values()) - sum(before.values())


def _copy_to(url: str, var: Path, done: dict[str, int], send: Send) -> CopyFailed | None:
    try:
        for place, name, line in _missing(var / checkpoints.FILE, done.get(url, 0)):
            send(url, name, line)
            done[url] = place
    except CopyFailed as problem:
        return problem
    return None


def _missing(path: Path, start: int) -> Iterator[tuple[int, str, bytes]]:
    """Whole lines from a place in the file on, each with the place after it and its name."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(start)
        for line, _ in zip(iter(file.readline, b""), range(MOST), strict=False):
            found = checkpoints.parse(line.decode("utf-8", "replace")) if line.endswith(b"\n") else None
            if found:
                yield file.tell(), f"{found.size:012d}-{found.at}.json", line


def _done(var: Path) -> dict[str, int]:
    try:
        found = json.loads((var / PLACE).read_text())
    except (OSError, ValueError):
        return {}
    return {str(url): place for url, place in found.items() if type(place) is int and place >= 0}


def _remember(var: Path, done: dict[str, int]) -> None:
    new = var / f"{PLACE}.new"
    new.write_text(json.dumps(done))
    new.replace(var / PLACE)
