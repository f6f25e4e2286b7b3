"""Finding patterns among words: every pattern is looked up by the words it may begin with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.lang.en.lex_attrs import like_num

from attune.signals.words import STOP

Phrase = tuple[str, ...]

NUMBER = "<number>"
"""Stands for any number in a phrase."""

ANY = "<any>"
"""Where patterns that begin with a gap are kept: any word may be their first."""

WIDEST_GAP = 3


@dataclass(frozen=True)
class Step:
    """One step of a pattern: the phrases it may be, by their first word; `gap`: that many words of any kind."""

    phrases: Mapping[str, Sequence[Phrase]] = field(default_factory=dict)
    optional: bool = False
    gap: int = 0

    @classmethod
    def of(cls, phrases: Iterable[Phrase], *, optional: bool) -> "Step":
        """The step of these phrases."""
        by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
        for phrase in dict.fromkeys(phrases):
            by_first[phrase[0]].append(phrase)
        return cls(dict(by_first), optional or not by_first)

    def ends(self, words: Phrase, at: int) -> Iterator[int]:
        """Where the step may end if it begins at `at`."""
        if self.optional:
            yield at
        for offset in range(self.gap):
            if at + offset >= len(words) or words[at + offset] == STOP:
                return
            yield at + offset + 1
        for phrase in self._beginning(words[at]) if at < len(words) else ():
            if _same(phrase, words[at: at + len(phrase)]):
                yield at + len(phrase)

    def _beginning(self, word: str) -> Sequence[Phrase]:
        exact = self.phrases.get(word, ())
        return [*exact, *self.phrases[NUMBER]] if NUMBER in self.phrases and like_num(word) else exact


GAP = Step(optional=True, gap=WIDEST_GAP)


class Hit(NamedTuple):
    """A pattern found: the name it was given, its first word and the word after its last."""

    name: str
    start: int
    end: int


class Index:
    """Patterns under the words they may begin with, so that a message is compared with few of them."""

    def __init__(self, patterns: Iterable[tuple[str, Sequence[Step]]]) -> None:
        self._by_first: defaultdict[str, list[tuple[str, Sequence[Step]]]] = defaultdict(list)
        for name, steps in patterns:
            for first in _firsts(steps):
                self._by_first[first].append((name, steps))

    def search(self, words: Phrase) -> set[Hit]:
        """Every way in which any pattern fits."""
        return {
            Hit(name, start, end)
            for start, word in enumerate(words)
            for first in ((word, ANY, NUMBER) if like_num(word) else (word, ANY))
            for name, steps in self._by_first.get(first, ())
            for end in _ends(steps, words, start)
        }


def _same(phrase: Phrase, words: Phrase) -> bool:
    return len(phrase) == len(words) and all(
        mine == yours or (mine == NUMBER and like_num(yours)) for mine, yours in zip(phrase, words, strict=True)
    )


def _firsts(steps: Sequence[Step]) -> set[str]:
    firsts: set[str] = set()
    for step in steps:
        firsts.update(step.phrases, {ANY} if step.gap else ())
        if not step.optional:
            break
    return firsts


def _ends(steps: Sequence[Step], words: Phrase, at: int) -> set[int]:
    """Where the whole pattern may end if it begins at `at`."""
    reached = {at}
    for step in steps:
        reached = {end for start in reached for end in step.ends(words, start)}
    return reached
