"""Golden phrases: what must be heard in them, what was heard, and which of it is right (DRF-3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from attune import designer_file
from attune.errors import InvalidFile
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, KEY, Reading, from_dict

PHRASES = Path(__file__).with_name("phrases")
"""The phrases that belong to no trade."""
SCHEMA = Path(__file__).with_name("golden.schema.json")
Aspect = Literal["danger heard", "stated danger heard as stated", "kind of danger", "no danger heard where none is",
                 "feeling heard", "wish for a person", "intent"]
FAMILIES = {"frustrated": FRUSTRATION_FAMILY, "distressed": DISTRESS_FAMILY}


@dataclass(frozen=True)
class Expected:
    """What must be heard; None where nothing is asked. `feels`: any emotion of that family will do."""

    tier: int | None = None
    kind: str | None = None
    emotion: str | None = None
    feels: Literal["frustrated", "distressed"] | None = None
    wants_person: bool | None = None
    intent: str | None = None


@dataclass(frozen=True)
class Phrase:
    """One golden phrase and where it stands."""

    text: str
    expected: Expected
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Heard:
    """What a trained assistant makes of a phrase."""

    tier: int
    kinds: tuple[str, ...]
    emotion: str
    wants_person: bool
    intent: str | None


def heard(parsed: Mapping[str, Any]) -> Heard:
    """What stands in a message Rasa has parsed."""
    return of_reading(from_dict(parsed.get(KEY)), (parsed.get("intent") or {}).get("name"))


def of_reading(reading: Reading, intent: str | None = None) -> Heard:
    """What a Reading says, with the intent Rasa's classifier names."""
    return Heard(reading.crisis.tier, tuple(reading.crisis.kinds), reading.emotion, reading.wants_person, intent)


def right(wanted: Expected, found: Heard) -> Mapping[Aspect, bool]:
    """Whether each aspect asked for is right; a possible danger heard as a stated one is: help is shown either way."""
    return dict(_aspects(wanted, found))


def _aspects(wanted: Expected, found: Heard) -> Iterator[tuple[Aspect, bool]]:
    if wanted.tier == 0:
        yield "no danger heard where none is", found.tier == 0
    if wanted.tier:
        yield "danger heard", found.tier > 0
    if wanted.tier == 2:
        yield "stated danger heard as stated", found.tier == 2
    if wanted.kind:
        yield "kind of danger", wanted.kind in found.kinds
    if wanted.emotion or wanted.feels:
        family = FAMILIES[wanted.feels] if wanted.feels else frozenset({wanted.emotion})
        yield "feeling heard", found.emotion in family
    if wanted.wants_person is not None:
        yield "wish for a person", found.wants_person == wanted.wants_person
    if wanted.intent:
        yield "intent", found.intent == wanted.intent


def load(paths: Iterable[Path]) -> tuple[Phrase, ...]:
    """The phrases of these files and folders; raises InvalidFile with the line, also for one that is there twice."""
    files = (file for path in paths for file in (sorted(path.glob("*.yml")) if path.is_dir() else [path]))
    found: dict[str, Phrase] = {}
    for phrase in (phrase for file in files for phrase in _read(file)):
        twice = found.setdefault(plain(phrase.text), phrase)
        if twice is not phrase:
            raise InvalidFile(phrase.file, phrase.line, f"“{phrase.text}” stands in {twice.file}:{twice.line} as well; "
                                                        "take one away")
    return tuple(found.values())


def _read(file: Path) -> Iterator[Phrase]:
    data = cast("Mapping[str, Any]", designer_file.load(file, SCHEMA))
    for index, group in enumerate(data["golden"]):
        wanted = Expected(**group["expects"])
        for place, text in enumerate(group["phrases"]):
            line = designer_file.line_of(data, ("golden", index, "phrases", place))
            yield Phrase(str(text), wanted, str(file), line)


def plain(text: str) -> str:
    """A text as it is compared: its letters and digits in lower case, single spaces."""
    kept = "".join(letter if letter.isalnum() or letter.isspace() else "" for letter in text.casefold())
    return " ".join(kept.split())
