"""The small language of cue patterns, as designers write it.

- `(kill|hurt) myself` one of several, each of one or more words or a `<list>`
- `i (really)? want` what may be missing
- `<want> to die` a named list from `words:`
- `want ... to die` up to three words between
- `<number> times` any number
- `^ agent $` begins, ends a sentence; `(again|$)` may end one
- `not ~` right before the cue (exceptions only); `~ ago` right after it
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from attune.signals.search import GAP, NUMBER, Phrase, Step
from attune.signals.words import STOP

Place = Literal["over", "before", "after"]
PLACES: tuple[Place, ...] = get_args(Place)

ELEMENT = re.compile(r"\s*(?:\(([^()]*)\)|(\.\.\.)|(<[a-z_]+>|[\^$]|[^\s()<>|^$~?]+))(\?)?")
LIST = re.compile(r"<(?!number>)([a-z_]+)>")
SPECIAL: Mapping[str, Phrase] = {"<number>": (NUMBER,), "^": (STOP,), "$": (STOP,)}


@dataclass(frozen=True)
class Vocabulary:
    """The named lists patterns may use, and how a piece of a phrase is spelled out into words."""

    lists: Mapping[str, Sequence[str]]
    spell: Callable[[str], Phrase]


def place(pattern: str) -> tuple[Place, str]:
    """Where an exception stands in relation to the cue, and its pattern without the mark."""
    stripped = pattern.strip()
    if stripped.endswith("~"):
        return "before", stripped[:-1]
    if stripped.startswith("~"):
        return "after", stripped[1:]
    return "over", stripped


def steps(pattern: str, vocabulary: Vocabulary) -> tuple[Step, ...]:
    """The steps a written pattern stands for; raises ValueError that says what is wrong."""
    read = tuple(_step(match, vocabulary) for match in _elements(pattern))
    if all(step.optional or (STOP,) in step.phrases.get(STOP, ()) for step in read):
        raise ValueError(f"the pattern {pattern!r} would match any message; give it a word that must be there")
    return read


def _elements(pattern: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(pattern.rstrip()):
        match = ELEMENT.match(pattern, position)
        if not match:
            raise ValueError(f"the pattern {pattern!r} cannot be read from {pattern[position:].strip()!r} on")
        yield match
        position = match.end()


def _step(match: re.Match[str], vocabulary: Vocabulary) -> Step:
    choice, gap, word, optional = match.groups()
    if gap:
        return GAP
    written = [word] if choice is None else choice.split("|")
    phrases = [_phrase(phrase, vocabulary) for each in written for phrase in _named(each, vocabulary)]
    # Fillers are passed over in messages, so an alternative of nothing but fillers may be missing.
    return Step.of([phrase for phrase in phrases if phrase], optional=bool(optional) or not all(phrases))


def _named(phrase: str, vocabulary: Vocabulary) -> list[str]:
    """The phrase with every list it names written out."""
    match = LIST.search(phrase)
    if not match:
        return [phrase]
    if match[1] not in vocabulary.lists:
        raise ValueError(f"there is no list <{match[1]}>; the lists are {', '.join(sorted(vocabulary.lists))}")
    before, after = phrase[: match.start()], phrase[match.end():]
    return [longer for item in vocabulary.lists[match[1]] for longer in _named(f"{before}{item}{after}", vocabulary)]


def _phrase(phrase: str, vocabulary: Vocabulary) -> Phrase:
    pieces = {piece: SPECIAL.get(piece) or vocabulary.spell(piece) for piece in phrase.split()}
    fillers = [piece for piece, words in pieces.items() if not words]
    if fillers and len(fillers) < len(pieces):
        raise ValueError(f"{fillers[0]!r} in {phrase!r} is a filler, passed over in messages: leave it out")
    return tuple(word for piece in phrase.split() for word in pieces[piece])
