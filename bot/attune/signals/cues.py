"""Cues found in a message: patterns of plain words on spaCy tokens, exceptions taken off, spans of the message."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import spacy

from attune.settings import LAYER
from attune.signals import cue_files
from attune.signals.cue_files import CueFiles, Entry, Exemption
from attune.signals.pattern import PLACES, Place, Vocabulary, place, steps
from attune.signals.search import Hit, Index, Phrase, Step
from attune.signals.words import Spelling, Words

FOLDER = LAYER / "cues"


@dataclass(frozen=True)
class Found:
    """A cue and where it stands in the message (characters, end exclusive)."""

    cue: Entry
    start: int
    end: int


@dataclass(frozen=True)
class Cues:
    """Compiled cue files; `hash` tells two versions apart."""

    hash: str
    _entries: dict[str, Entry]
    _exempt: dict[str, tuple[Exemption, Place]]
    _spelling: Spelling
    _cues: Index
    _exceptions: Index

    def find(self, message: str) -> tuple[Found, ...]:
        """Every cue of the message in order, exceptions applied."""
        found = [*self._in_words(self._spelling.split(message)), *self._as_typed(message)]
        return tuple(sorted(found, key=lambda each: (each.start, each.end, each.cue.id)))

    def _in_words(self, words: Words) -> Iterable[Found]:
        exempt = [(*self._exempt[hit.name], hit) for hit in self._exceptions.search(words.words)]
        for hit in _longest(self._cues.search(words.words)):
            cue = _weighed(self._entries[hit.name], hit, exempt)
            if cue is not None:
                yield Found(cue, *_span(words, hit))

    def _as_typed(self, message: str) -> Iterable[Found]:
        for cue in self._entries.values():
            for match in cue.regex.finditer(message) if cue.regex else ():
                if match.end() > match.start():
                    yield Found(cue, *match.span())


def load(folders: Iterable[Path] = (FOLDER,)) -> Cues:
    """Read and compile cue files; raises InvalidFile with file and line."""
    return compiled(cue_files.load(folders))


def compiled(files: CueFiles) -> Cues:
    """Read every pattern; raises InvalidFile with file and line."""
    spelling = Spelling(spacy.blank("en"), files.spelling, files.fillers)
    spelled = Spelled(spelling)
    vocabulary = Vocabulary(files.words, spelled.__getitem__)
    exempt = {f"{item.id} {where}": (item, where) for item in files.exceptions for where in PLACES}
    cues = Index([(cue.id, _steps(cue, pattern, vocabulary)) for cue in files.cues for pattern in cue.patterns])
    exceptions = Index([
        (f"{item.id} {where}", _steps(item, pattern, vocabulary))
        for item in files.exceptions for where, pattern in map(place, item.patterns)
    ])
    known = replace(spelling, known=frozenset(word for words in spelled.values() for word in words))
    return Cues(files.hash, {cue.id: cue for cue in files.cues}, exempt, known, cues, exceptions)


class Spelled(dict[str, Phrase]):
    """The words of every piece of a pattern, each spelled out once."""

    def __init__(self, spelling: Spelling) -> None:
        super().__init__()
        self._spelling = spelling

    def __missing__(self, piece: str) -> Phrase:
        self[piece] = words = self._spelling.split(piece).words[1:-1]
        return words


def _steps(owner: Entry | Exemption, pattern: str, vocabulary: Vocabulary) -> tuple[Step, ...]:
    try:
        return steps(pattern, vocabulary)
    except ValueError as error:
        raise owner.place.invalid(f"{owner.id}: {error}") from error


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of overlapping hits of one cue only the longest: optional words make shorter ones inside it."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda each: (each.start - each.end, each)):
        if not any(hit.name == other.name and hit.start < other.end and other.start < hit.end for other in kept):
            kept.append(hit)
    return kept


def _weighed(cue: Entry, hit: Hit, exempt: Iterable[tuple[Exemption, Place, Hit]]) -> Entry | None:
    tiers = [exemption.becomes for exemption, where, other in exempt
             if exemption.concerns(cue) and _applies(where, other, hit)]
    if not tiers:
        return cue
    lowered = min(*tiers, cue.tier) if cue.kind else 0
    return replace(cue, tier=lowered) if lowered else None


def _applies(where: Place, exception: Hit, hit: Hit) -> bool:
    if where == "before":
        return exception.start < hit.start <= exception.end <= hit.end
    if where == "after":
        return hit.start <= exception.start <= hit.end < exception.end
    return exception.start <= hit.start and hit.end <= exception.end


def _span(words: Words, hit: Hit) -> tuple[int, int]:
    spans = words.spans[hit.start:hit.end]
    return min(start for start, _ in spans), max(end for _, end in spans)
