"""What a check found."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from attune.errors import InvalidFile

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class Finding:
    """Something that isn't in place: where (line 0: nowhere in particular), what, and what to do about it."""

    severity: Severity
    file: str
    line: int
    what: str
    remedy: str

    def as_dict(self) -> dict[str, object]:
        """The finding as plain JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.severity}: {self.what}. {self.remedy}."


Findings = Iterator[Finding]


def broken(error: InvalidFile) -> Finding:
    """A file that cannot be used at all."""
    return Finding("error", error.path, error.line, error.problem.rstrip("."), "Correct the file")
