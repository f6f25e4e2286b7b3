"""The one line of a log that says what went wrong."""

import re
from pathlib import Path

TAIL = 64 * 1024  # bytes; what matters stands at the end
LONGEST = 300  # characters
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
TELLING = re.compile(r"\w*(?:Error|Exception)\b|\bCRITICAL\b|\b(?:cannot|could not|failed|invalid)\b", re.IGNORECASE)
NOISE = re.compile(r"^\s|^$|^Traceback |^During handling|^The above exception|\bDeprecat|Warning\b|Goodbye|Stopp")


def last_words(log: Path) -> str:
    """The last line that tells of a fault, else the last line that is more than noise."""
    return telling(tail(log))


def telling(lines: list[str]) -> str:
    """The line to show out of these, shortened."""
    heard = [line for line in lines if not NOISE.search(line)]
    words = ([line for line in heard if TELLING.search(line)] or heard or ["it left no message"])[-1].strip()
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def tail(log: Path) -> list[str]:
    """The last lines of a log; none if there is no log."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL))
        return readable(file.read())


def readable(content: bytes) -> list[str]:
    """Lines without colour, and redrawn lines as they stood at the end."""
    text = COLOUR.sub("", content.decode("utf-8", "replace"))
    return [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
