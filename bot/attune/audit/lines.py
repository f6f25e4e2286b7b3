"""A file that grows line by line, whoever writes and whatever is killed."""

import fcntl
import os
from pathlib import Path


def add(path: Path, lines: bytes) -> None:
    """Append whole lines durably; half a line left behind by a crash is cut off first. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
