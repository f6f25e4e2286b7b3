"""Puts a file in another's place whole: whoever reads it, whatever is killed, sees the old one or the new one."""

import os
import stat
from pathlib import Path

from attune.errors import AttuneError


class NotWritten(AttuneError):
    """A file could not be written; it is as it was."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} could not be written: {error.strerror or error}. It is as it was; try again when "
                         "that is mended.")


def replace(path: Path, content: bytes) -> None:
    """Write beside the file, then rename; its permissions and a link to it stay. Raises NotWritten."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode or 0o666), "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        raise NotWritten(path, error) from error
