"""The lints: what no wording may say and how long an acknowledgement may be, as data in `layer/lints.yml`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from attune.reply.document import Document, read
from attune.settings import LAYER

LINTS = LAYER / "lints.yml"
EVERYWHERE = "all"
"""The scope every response is in."""
WORD = re.compile(r"<([a-z][a-z-]*)>")
PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-",
                       "\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None, "*": None})

Severity = Literal["error", "warn"]
Scopes = Mapping[str, re.Pattern[str]]
"""Which response names each scope is about."""


@dataclass(frozen=True)
class Lint:
    """A rule on wordings: the responses it is about, the scopes it holds in, and what to say instead."""

    id: str
    name: str
    severity: Severity
    responses: tuple[re.Pattern[str], ...]
    scopes: frozenset[str]
    instead: str

    def concerns(self, response: str) -> bool:
        """Whether the rule holds for the response of this name."""
        return any(pattern.search(response) for pattern in self.responses)

    def finds(self, text: str) -> str | None:
        """The words that break the rule, if any do."""
        raise NotImplementedError


@dataclass(frozen=True)
class Phrases(Lint):  # LNG-1, LNG-2, LNG-3, LNG-5, by the patterns of lints.yml
    """A rule that forbids what its patterns match, except where a passage that `unless` matches touches it."""

    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def finds(self, text: str) -> str | None:
        """The first words a pattern matches that nothing excuses."""
        plain = fold(text)
        matches = (match for pattern in self.patterns for match in pattern.finditer(plain))
        return next((match.group().strip() for match in matches if not self._excused(match, plain)), None)

    def _excused(self, match: re.Match[str], plain: str) -> bool:
        around = (passage for pattern in self.unless for passage in pattern.finditer(plain))
        return any(passage.start() < match.end() and match.start() < passage.end() for passage in around)


@dataclass(frozen=True)
class Limit(Lint):  # LNG-4
    """A rule that allows at most `most` of what `counted` matches; `slots`: the words a placeholder stands for."""

    counted: re.Pattern[str]
    most: int
    unit: str
    slots: Mapping[str, int]

    def finds(self, text: str) -> str | None:
        """How many there are, if that is too many."""
        plain = fold(text)
        for slot, words in self.slots.items():
            plain = plain.replace(f"{{{slot}}}", " ".join([slot] * words))
        count = len(self.counted.findall(plain))
        return f"{count} {self.unit}, at most {self.most}" if count > self.most else None


@lru_cache(maxsize=1)  # every rule asks for the same text in turn
def fold(text: str) -> str:
    """The text as the patterns expect it: lower case, plain quotes, single spaces, no emphasis."""
    return " ".join(text.translate(PLAIN).casefold().split())


@lru_cache(maxsize=4)
def load(path: Path = LINTS) -> tuple[Lint, ...]:
    """Read the lints; raises InvalidFile with the line."""
    document = read(path, "lints")
    names = {name: _compiled(document, scope["responses"], "scopes", name, "responses")
             for name, scope in document.data["scopes"].items()}
    kinds = {"lints": _phrases, "structure": _limit}
    return tuple(make(document, names, kind, index)
                 for kind, make in kinds.items() for index in range(len(document.data.get(kind, []))))


@lru_cache(maxsize=4)
def scopes(path: Path = LINTS) -> tuple[str, ...]:
    """The names of the scopes, in the order of the file; raises InvalidFile with the line."""
    return tuple(read(path, "lints").data["scopes"])


def _phrases(document: Document, names: Scopes, *keys: str | int) -> Phrases:
    item = document.data[keys[0]][keys[1]]
    patterns, unless = (tuple(_compiled(document, text, *keys, key, n) for n, text in enumerate(item.get(key, ())))
                        for key in ("patterns", "unless"))
    return Phrases(*_common(document, names, item, keys), patterns, unless)


def _limit(document: Document, names: Scopes, *keys: str | int) -> Limit:
    item = document.data[keys[0]][keys[1]]
    counted = _compiled(document, item["counted"], *keys, "counted")
    return Limit(*_common(document, names, item, keys), counted, item["most"], item["unit"], item.get("slots", {}))


def _common(
    document: Document, names: Scopes, item: Mapping[str, Any], keys: tuple[str | int, ...]
) -> tuple[str, str, Severity, tuple[re.Pattern[str], ...], frozenset[str], str]:
    for position, scope in enumerate(item["scope"]):
        if scope not in names:
            raise document.invalid(f"no scope is called {scope!r}", *keys, "scope", position)
    holds = {name for name in names if set(_around(document, name)) & set(item["scope"])}
    return (item["id"], item["name"], item["severity"], tuple(names[scope] for scope in item["scope"]),
            frozenset(holds), item["instead"])


def _around(document: Document, scope: str) -> tuple[str, ...]:
    """A scope, those it lies inside, and the one for all."""
    return scope, *document.data["scopes"][scope].get("inside", ()), EVERYWHERE


def _compiled(document: Document, pattern: str, *keys: str | int) -> re.Pattern[str]:
    try:
        return re.compile(_spelt_out(document.data.get("words", {}), pattern))
    except KeyError as error:
        raise document.invalid(f"no word is called <{error.args[0]}>", *keys) from None
    except (re.error, RecursionError, OverflowError) as error:
        raise document.invalid(f"is not a regular expression: {error}", *keys) from None


def _spelt_out(words: Mapping[str, str], pattern: str) -> str:
    """The pattern with every `<word>` replaced by what it stands for, which may hold words itself."""
    return WORD.sub(lambda found: f"(?:{_spelt_out(words, words[found[1]])})", pattern)


def breaches(response: str, text: str, lints: Iterable[Lint]) -> Iterator[tuple[Lint, str]]:
    """Every rule the text breaks when said under this response name, with the words that break it."""
    return broken(text, (lint for lint in lints if lint.concerns(response)))


def broken(text: str, lints: Iterable[Lint]) -> Iterator[tuple[Lint, str]]:
    """Every one of these rules the text breaks, with the words that break it."""
    return ((lint, found) for lint in lints if (found := lint.finds(text)))


def said_in(scope: str, lints: Iterable[Lint]) -> tuple[Lint, ...]:
    """The rules for a wording that has no response name: those of its scope; for `all`, every rule on phrases."""
    return tuple(lint for lint in lints if scope in lint.scopes or (scope == EVERYWHERE and isinstance(lint, Phrases)))
