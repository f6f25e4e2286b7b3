"""Corrections that wait for a person: what the reader should have heard, one JSON object a line in one file."""

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema

from attune.errors import AttuneError, InvalidFile
from attune.signals import atomic
from attune.signals.atomic import NotWritten
from attune.signals.lines import Line
from attune.signals.reading import Emotion, Kind

FILE = "review.jsonl"
SCHEMA = Path(__file__).with_name("review.schema.json")


class NoConsent(AttuneError):
    """A correction came without a basis on which its words may be kept (CON-4)."""

    def __init__(self) -> None:
        super().__init__("Nothing says that these words may be kept. Give the basis, as in `quality yes 2026-11-20` "
                         "for a customer's yes, or `written by ourselves`.")


class InvalidCorrection(AttuneError):
    """A correction's label or words are not such as the reader could learn."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"This correction cannot be kept: {problem}.")
        self.problem = problem


@dataclass(frozen=True)
class Correction:
    """A message as it should have been read (see Line), who says so and when, and why its words may be kept.

    `by` is the reviewer's name or role as typed, `at` an ISO date, `conversation` a pseudonym or empty, `consent` the
    basis on which the words are kept, e.g. `quality yes 2026-11-20`.
    """

    text: str
    emotion: Emotion
    tier: int = 0
    kind: Kind | None = None
    wants_person: bool = False
    by: str = ""
    at: str = ""
    conversation: str = ""
    consent: str = ""

    @property
    def line(self) -> Line:
        """The training line it would become."""
        return Line(self.text, self.emotion, self.tier, self.kind, self.wants_person)


def correction(data: Mapping[str, Any]) -> Correction:
    """The correction that plain data holds; raises NoConsent and InvalidCorrection."""
    if not str(data.get("consent") or "").strip():
        raise NoConsent
    problem = _problem(data)
    if problem:
        raise InvalidCorrection(problem)
    return Correction(**data)


def append(path: Path, one: Correction) -> None:
    """Add one line to a review file, whoever else is writing; raises NoConsent, InvalidCorrection and NotWritten."""
    line = json.dumps(asdict(correction(asdict(one)))).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _held(path) as file:
            size = os.fstat(file).st_size
            whole = size == 0 or os.pread(file, 1, size - 1) == b"\n"
            _write(file, line if whole else b"\n" + line, size)
    except OSError as error:
        raise NotWritten(path, error) from error


def read(path: Path) -> list[Correction]:
    """What waits, oldest first, nothing if there is no file; raises InvalidFile with the line of what is wrong."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # no line is half written meanwhile
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InvalidFile(path, 1, f"cannot be read: {error.strerror}") from error
    return [_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


@contextmanager
def taking(path: Path, one: Correction) -> Iterator[bool]:
    """Take a correction out once the block has done with it what it wants; says whether it was still there.

    If the block fails the correction stays. Nobody else takes or appends meanwhile, so the block is to be quick.
    """
    with _held(path):
        lines = path.read_bytes().split(b"\n")
        at = next((at for at, line in enumerate(lines) if _holds(path, line, one)), None)
        yield at is not None
        if at is not None:
            atomic.replace(path, b"\n".join([*lines[:at], *lines[at + 1:]]))


def _holds(path: Path, line: bytes, one: Correction) -> bool:
    try:
        return _parse(path, 1, line) == one
    except InvalidFile:
        return False


def _parse(path: Path, number: int, line: bytes) -> Correction:
    try:
        data = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidFile(path, number, f"this is not JSON ({error}); write one object a line") from error
    if not isinstance(data, dict):
        raise InvalidFile(path, number, "this is no JSON object; write one object a line")
    try:
        return correction(data)
    except NoConsent as error:
        raise InvalidFile(path, number, "consent: nothing says that these words may be kept; give the basis") from error
    except InvalidCorrection as error:
        raise InvalidFile(path, number, error.problem) from error


@lru_cache(maxsize=1)
def _schema() -> jsonschema.Draft7Validator:
    dates = jsonschema.FormatChecker(["date"])
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()), format_checker=dates)


def _problem(data: Mapping[str, Any]) -> str | None:
    error = next(_schema().iter_errors(data), None)
    return f"{'.'.join(map(str, error.absolute_path))}: {error.message}".removeprefix(": ") if error else None


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """The file, nobody else's till the end; opened again if another was put in its place while we waited for it."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(file), path.stat()):
                yield file
                return
        finally:
            os.close(file)


def _write(file: int, line: bytes, size: int) -> None:
    if os.write(file, line) < len(line):
        os.ftruncate(file, size)  # half a line would spoil the next one
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
