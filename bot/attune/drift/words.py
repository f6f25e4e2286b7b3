"""Wordings as values: what a customer may read, what is measured of it, and what became of it between two times.

The figures are comparable over time, not verdicts: a short wording has a rough LIX.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Any, Literal

from attune.audit.canonical import canonical
from attune.reply.document import strings
from attune.reply.lint import Limit, Lint, breaches, fold
from attune.reply.wording import PLACEHOLDER

APOLOGIES = "repeated-apology"
"""The lint whose pattern says what an apology is (LNG-4)."""
LOCALE, LOCALE_SLOT = "en", "attune_locale"
"""The locale of a wording that names none, and the slot whose condition names one."""
WORD, SENTENCE = re.compile(r"[^\W\d_][\w'’-]*"), re.compile(r"[.!?:]+(?:\s|$)")
LONG, OPENING = 6, 2
"""A word of more letters is long (Björnsson); an opening is so many words."""
ALIKE = 0.4
"""From this likeness on (0 to 1) what came is what left, said in other words; below, one left and one came."""

Happened = Literal["added", "reworded", "removed"]


@dataclass(frozen=True)
class Wording:
    """One variation of a response: all its texts, where it stands, and the hash of what decides what is shown."""

    response: str
    locale: str
    texts: tuple[str, ...]
    digest: str
    id: str | None = None
    file: str = ""
    line: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for the same wording, wherever it stands."""
        return self.response, self.locale, self.digest

    @property
    def text(self) -> str:
        """What is said first; buttons and the like follow in `texts`."""
        return self.texts[0] if self.texts else ""


@dataclass(frozen=True)
class Figures:
    """What is measured of one wording: words, apologies, LIX (0 easy, from about 50 hard) and the lints it breaks.

    LIX = words per sentence + percentage of words over six letters: Björnsson, Läsbarhet, 1968; Anderson, "Lix and
    Rix", Journal of Reading 26(6), 1983. It needs no dictionary of syllables and so holds in every locale.
    """

    words: int
    apologies: int
    lix: int
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Variety:
    """How different the wordings of one response are, in per mille: of openings, and of words (type-token ratio)."""

    wordings: int
    openings: int
    types: int


@dataclass(frozen=True)
class WordChange:
    """One wording that came, went or was said otherwise, and when: None where no commit is known or it is in none.

    `at`: unix microseconds. `variety`: of the response before and after.
    """

    response: str
    locale: str
    happened: Happened
    before: Wording | None
    after: Wording | None
    figures: tuple[Figures | None, Figures | None]
    variety: tuple[Variety, Variety]
    commit: str | None = None
    at: int | None = None


def wording(response: str, variation: Mapping[str, Any], file: str = "", line: int = 0) -> Wording:
    """One variation as Rasa reads it; metadata (who reviewed it, which trial it is in) is not part of its hash."""
    seen = {key: value for key, value in variation.items() if key not in ("id", "metadata")}
    style = _metadata(variation).get("formality")
    content = _exact({**seen, "formality": style} if style else seen)
    spoken = {key: value for key, value in seen.items() if key not in ("text", "condition", "channel", "buttons")}
    buttons = (str(each.get("title") or "") for each in _list(seen.get("buttons")) if isinstance(each, Mapping))
    texts = (str(seen.get("text") or ""), *buttons, *(text for _, text in strings(spoken)))
    digest = hashlib.sha256(canonical(content)).hexdigest()
    return Wording(response, _locale(variation), texts, digest, variation.get("id"), file, line)


def _exact(value: object) -> object:
    """The value with whatever may have no canonical bytes (a number, a date, half a character) written out."""
    if isinstance(value, Mapping):
        return {str(key): _exact(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(each) for each in value]
    if value is None or isinstance(value, bool):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode()


def _locale(variation: Mapping[str, Any]) -> str:
    named = [each.get("value") for each in _list(variation.get("condition"))
             if isinstance(each, Mapping) and each.get("name") == LOCALE_SLOT]
    return str((named or [_metadata(variation).get("locale")])[0] or LOCALE)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _metadata(variation: Mapping[str, Any]) -> Mapping[str, Any]:
    found = variation.get("metadata")
    return found if isinstance(found, Mapping) else {}


def figures(said: Wording, lints: Sequence[Lint]) -> Figures:
    """Measure one wording, its buttons for the lints only."""
    text = PLACEHOLDER.sub("x", said.text)  # what is filled in is one short word, whatever it is called
    words, sentences = WORD.findall(text), max(1, len(SENTENCE.findall(text)))
    lix = round(len(words) / sentences + 100 * sum(len(word) > LONG for word in words) / max(1, len(words)))
    found = dict.fromkeys(f"{lint.id} {lint.name}" for text in said.texts for lint, _ in
                          breaches(said.response, text, lints))
    return Figures(len(words), _apologies(said.text, lints), lix, tuple(found))


def _apologies(text: str, lints: Sequence[Lint]) -> int:
    counted = (lint.counted for lint in lints if isinstance(lint, Limit) and lint.name == APOLOGIES)
    return sum(len(pattern.findall(fold(text))) for pattern in counted)


def variety(said: Iterable[Wording]) -> Variety:
    """How different these wordings of one response are."""
    spoken = [[word.casefold() for word in WORD.findall(each.text)] for each in said]
    every = list(chain.from_iterable(spoken))
    openings = {tuple(words[:OPENING]) for words in spoken}
    return Variety(len(spoken), _per_mille(len(openings), len(spoken)), _per_mille(len(set(every)), len(every)))


def _per_mille(part: int, whole: int) -> int:
    return round(1000 * part / whole) if whole else 0


def changes(before: Sequence[Wording], after: Sequence[Wording], lints: Sequence[Lint],
            commit: str | None = None, at: int | None = None) -> tuple[WordChange, ...]:
    """What became of the wordings, by response and locale; a wording that only moved has not changed."""
    were, are = {each.key for each in before}, {each.key for each in after}
    gone, come = [each for each in before if each.key not in are], [each for each in after if each.key not in were]
    found = []
    for name, locale in sorted({(each.response, each.locale) for each in [*gone, *come]}):
        left, new = _of(gone, name, locale), _of(come, name, locale)
        varieties = variety(_of(before, name, locale)), variety(_of(after, name, locale))
        for old, fresh in paired(left, new):
            happened: Happened = "removed" if fresh is None else "added" if old is None else "reworded"
            measured = figures(old, lints) if old else None, figures(fresh, lints) if fresh else None
            found.append(WordChange(name, locale, happened, old, fresh, measured, varieties, commit, at))
    return tuple(found)


def _of(said: Iterable[Wording], response: str, locale: str) -> list[Wording]:
    return [each for each in said if (each.response, each.locale) == (response, locale)]


def paired(gone: Sequence[Wording], come: Sequence[Wording]) -> Iterator[tuple[Wording | None, Wording | None]]:
    """Each wording with what it became: the one of the same id, else the most alike; each is used once."""
    likeness = sorted(((_alike(old, new), -i, -j) for i, old in enumerate(gone) for j, new in enumerate(come)),
                      reverse=True)
    became: dict[int, int] = {}
    for alike, i, j in likeness:
        if alike >= ALIKE and -i not in became and -j not in became.values():
            became[-i] = -j
    yield from ((old, come[became[i]] if i in became else None) for i, old in enumerate(gone))
    yield from ((None, new) for j, new in enumerate(come) if j not in became.values())


def _alike(old: Wording, new: Wording) -> float:
    if old.id or new.id:
        return 2.0 * (old.id == new.id)
    return SequenceMatcher(None, old.text.casefold().split(), new.text.casefold().split(), autojunk=False).ratio()
