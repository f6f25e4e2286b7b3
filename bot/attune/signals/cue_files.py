"""The cue files designers edit, read and checked; whatever is wrong is named with its file and line."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from attune import designer_file
from attune.designer_file import line_of
from attune.errors import InvalidFile
from attune.signals.reading import Emotion, Kind

SCHEMA = Path(__file__).parent / "cues.schema.json"


@dataclass(frozen=True)
class Place:
    """Where something was written, for errors."""

    path: Path
    line: int

    def invalid(self, problem: str) -> InvalidFile:
        """The error that names this place."""
        return InvalidFile(self.path, self.line, problem)


@dataclass(frozen=True)
class Entry:
    """What a cue says when found. Shares (`weight`, `intensity`, `boost`) are per mille."""

    id: str
    place: Place
    patterns: tuple[str, ...] = ()
    regex: re.Pattern[str] | None = None
    kind: Kind | None = None
    tier: int = 0
    emotion: Emotion | None = None
    weight: int = 0
    intensity: int = 400
    sign: str | None = None
    boost: int = 0


@dataclass(frozen=True)
class Exemption:
    """Words that make cues mean nothing, or a lower tier: `cues` (ids or beginnings of ids), or all of its file."""

    id: str
    place: Place
    patterns: tuple[str, ...]
    cues: tuple[str, ...] = ()
    becomes: int = 0

    def concerns(self, cue: Entry) -> bool:
        """Whether the cue is one of those meant."""
        return cue.id.startswith(self.cues) if self.cues else cue.place.path == self.place.path


@dataclass(frozen=True)
class CueFiles:
    """All cue files together; `hash` changes whenever one of them does."""

    cues: tuple[Entry, ...]
    exceptions: tuple[Exemption, ...]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spelling: Mapping[str, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    hash: str = ""


def load(folders: Iterable[Path]) -> CueFiles:
    """Read every `*.yml` of the folders; raises InvalidFile with file and line."""
    paths = [path for folder in folders for path in sorted(folder.glob("*.yml"))]
    pages = [(path, cast("dict[str, Any]", designer_file.load(path, SCHEMA))) for path in paths]
    cues = tuple(_entry(item, Place(path, line_of(page, ["cues", i])))
                 for path, page in pages for i, item in enumerate(page.get("cues", ())))
    exemptions = tuple(_exemption(item, Place(path, line_of(page, ["exceptions", i])))
                       for path, page in pages for i, item in enumerate(page.get("exceptions", ())))
    _refuse_doubles((*cues, *exemptions))
    return CueFiles(
        cues=cues,
        exceptions=exemptions,
        words={name: list(words) for _, page in pages for name, words in page.get("words", {}).items()},
        spelling={k: str(v) for _, page in pages for k, v in page.get("spelling", {}).items()},
        fillers=frozenset(word for _, page in pages for word in page.get("fillers", ())),
        hash=hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest(),
    )


def _entry(item: Mapping[str, Any], place: Place) -> Entry:
    try:
        regex = re.compile(item["regex"]) if "regex" in item else None
    except re.error as error:
        raise place.invalid(f"the regex of {item['id']} cannot be read: {error}") from error
    plain = {key: value for key, value in item.items() if key not in ("regex", "patterns")}
    return Entry(**plain, patterns=tuple(item.get("patterns", ())), regex=regex, place=place)


def _exemption(item: Mapping[str, Any], place: Place) -> Exemption:
    return Exemption(item["id"], place, tuple(item["patterns"]), tuple(item.get("cues", ())), item.get("becomes", 0))


def _refuse_doubles(items: Iterable[Entry | Exemption]) -> None:
    seen: dict[str, Place] = {}
    for item in items:
        if item.id in seen:
            first = seen[item.id]
            raise item.place.invalid(f"the id {item.id} was used before, at {first.path}:{first.line}; choose another")
        seen[item.id] = item.place
