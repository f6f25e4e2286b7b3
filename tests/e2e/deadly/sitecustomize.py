"""Makes a process end itself, as a power cut would, at the n-th step of its writing to the database.

Python imports this by itself wherever the folder is on PYTHONPATH. It does nothing unless the folder named by DEADLY
holds a file called after the process's module; that file holds n, and is used up by the start. Steps are the moments
before each statement that writes, before each commit, and after it: all the gaps in which a crash can fall.
"""

import os
import signal
import sys
from pathlib import Path

MODULES = ("rasa_sdk", "attune.desk")
WRITES = ("INSERT", "UPDATE", "DELETE")


def plan() -> tuple[Path, int] | None:
    """Where to note the death, and at which step it comes."""
    module = next((name for name in MODULES if name in sys.orig_argv), None)
    folder = os.environ.get("DEADLY")
    if module is None or folder is None or not (path := Path(folder, module)).exists():
        return None
    number = int(path.read_text())
    path.unlink()
    return Path(folder, "deaths"), number


def watch(noted: Path, number: int) -> None:
    """Count the steps, and die at the last."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    left = [number]

    def step(where: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            with noted.open("a") as file:
                file.write(where + "\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def before(connection, _cursor, statement, *_: object) -> None:  # type: ignore[no-untyped-def]
        words = statement.split(None, 4)
        if words[0].upper() in WRITES:
            connection.info["wrote"] = words[2] if words[0].upper() != "UPDATE" else words[1]
            step(f"before {words[0].upper()} {connection.info['wrote']}")

    def commit(connection) -> None:  # type: ignore[no-untyped-def]
        if "wrote" in connection.info:
            step(f"before COMMIT {connection.info['wrote']}")

    def checkin(_connection: object, record) -> None:  # type: ignore[no-untyped-def]
        if "wrote" in record.info:
            step(f"after COMMIT {record.info.pop('wrote')}")

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", commit)
    event.listen(Pool, "checkin", checkin)


if found := plan():
    watch(*found)
