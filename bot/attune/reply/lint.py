"""The lints: what no wording may say, as data in `layer/lints.yml`, run over any responses."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from attune.reply.document import Document, read
from attune.settings import LAYER

LINTS = LAYER / "lints.yml"
PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
EXCERPT = 60

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Lint:
    """One rule: the patterns it forbids, in which responses, and what to say instead."""

    id: str
    name: str
    severity: Severity
    names: tuple[re.Pattern[str], ...]
    patterns: tuple[re.Pattern[str], ...]
    instead: str

    def concerns(self, response: str) -> bool:
        """Whether the rule holds for the response of this name."""
        return any(pattern.search(response) for pattern in self.names)

    def finds(self, text: str) -> str | None:
        """The words that break the rule, if any do."""
        plain = fold(text)
        found = next((match for pattern in self.patterns if (match := pattern.search(plain))), None)
        return found.group().strip() if found else None


@dataclass(frozen=True)
class Breach:
    """A wording that breaks a rule, and where it stands."""

    file: str
    line: int
    response: str
    rule: str
    name: str
    severity: Severity
    found: str
    text: str
    instead: str

    def as_dict(self) -> dict[str, object]:
        """The breach as plain JSON data."""
        return asdict(self)


def fold(text: str) -> str:
    """The text as the patterns expect it: lower case, plain quotes, single spaces."""
    return " ".join(text.translate(PLAIN).casefold().split())


@lru_cache(maxsize=4)
def load(path: Path = LINTS) -> tuple[Lint, ...]:
    """Read the lints; raises InvalidFile with the line."""
    document = read(path, "lints")
    return tuple(_lint(document, index) for index in range(len(document.data["lints"])))


def _lint(document: Document, index: int) -> Lint:
    item = document.data["lints"][index]
    scopes = document.data["scopes"]
    for position, scope in enumerate(item["scope"]):
        if scope not in scopes:
            raise document.invalid(f"no scope is called {scope!r}", "lints", index, "scope", position)
    return Lint(
        item["id"], item["name"], item["severity"],
        tuple(_compiled(document, scopes[scope], "scopes", scope) for scope in item["scope"]),
        tuple(_compiled(document, text, "lints", index, "patterns", n) for n, text in enumerate(item["patterns"])),
        item["instead"],
    )


def _compiled(document: Document, pattern: str, *keys: str | int) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise document.invalid(f"is not a regular expression: {error}", *keys) from None


def breaches(response: str, text: str, lints: Iterable[Lint]) -> Iterator[tuple[Lint, str]]:
    """Every rule the text breaks when said under this response name, with the words that break it."""
    for lint in lints:
        found = lint.finds(text) if lint.concerns(response) else None
        if found:
            yield lint, found


def check(document: Document, lints: Iterable[Lint], but: frozenset[str] = frozenset()) -> Iterator[Breach]:
    """Every breach in the responses a file holds, the response names in `but` left out."""
    data = document.data if isinstance(document.data, Mapping) else {}
    responses = data.get("responses")
    rules = tuple(lints)
    for name, variations in responses.items() if isinstance(responses, Mapping) else ():
        for index, variation in enumerate(variations if isinstance(variations, list) else ()):
            for keys, text in () if name in but else _texts(variation):
                line = document.line("responses", name, index, *keys)
                for lint, found in breaches(name, text, rules):
                    yield Breach(
                        str(document.path), line, name, lint.id, lint.name, lint.severity, found,
                        text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…", lint.instead,
                    )


def _texts(variation: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(variation, Mapping):
        return
    if isinstance(variation.get("text"), str):
        yield ("text",), variation["text"]
    for kind in ("buttons", "quick_replies"):
        options = variation.get(kind)
        for index, option in enumerate(options if isinstance(options, list) else ()):
            if isinstance(option, Mapping) and isinstance(option.get("title"), str):
                yield (kind, index, "title"), option["title"]
    yield from _strings(variation.get("custom"), ("custom",))


def _strings(node: object, keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, str):
        yield keys, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _strings(value, (*keys, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _strings(value, (*keys, index))
