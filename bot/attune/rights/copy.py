"""The copy a customer gets, as values, and the wordings it is written in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

WORDS = Path(__file__).with_name("words.yml")


@dataclass(frozen=True)
class Entry:
    """One thing that is stored: when it was (unix seconds, None if unknown), what it is, its words, the rest."""

    at: float | None
    what: str
    words: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """What lies in one place, ordered by time; `source` says where, `until` how long."""

    title: str
    source: str
    until: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Dossier:
    """The whole copy; `made` in unix seconds."""

    subject: str
    made: float
    sections: Sequence[Section]


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The wordings of a copy."""
    data: Mapping[str, Any] = YAML(typ="safe").load(WORDS)
    return data
