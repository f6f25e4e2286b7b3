"""Whether a customer said yes, and whether they took it back. Only an unmistakable yes is a yes (CON-2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ruamel.yaml import YAML

from attune.consent.permission import PURPOSES, Purpose
from attune.settings import LAYER

Answer = Literal["yes", "no"]
LONGEST = 400
"""A message of more characters than this is no answer to a yes-or-no question."""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_BETWEEN = re.compile(r"[\s,;.!–—]+")


@dataclass(frozen=True)
class _Phrases:
    parts: re.Pattern[str]
    yes: frozenset[str]
    mocking: frozenset[str]
    no: re.Pattern[str]
    taken_back: tuple[tuple[tuple[Purpose, ...], tuple[re.Pattern[str], ...]], ...]


@lru_cache(maxsize=4)
def _phrases(locale: str) -> _Phrases:
    data = YAML(typ="safe", pure=True).load((LAYER / "consent.yml").read_text(encoding="utf-8"))[locale]
    return _Phrases(
        parts=_longest_first([*data["yes"], *data["along"]]),
        yes=frozenset(data["yes"]),
        mocking=frozenset(data["mocking"]),
        no=_longest_first([*data["no"], *data["along"]]),
        taken_back=tuple(
            (tuple(entry["purposes"]), tuple(re.compile(pattern) for pattern in entry["patterns"]))
            for entry in data["withdrawal"]
        ),
    )


def _longest_first(phrases: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, ordered))})(?= |$)")


def _plain(text: str) -> str:
    return _BETWEEN.sub(" ", text.translate(_APOSTROPHES).casefold()).strip()


def answer(text: str, locale: str = "en") -> Answer:
    """Tell a yes from everything else: silence, a condition, a topic change, an "ok whatever" are all a no (CON-2)."""
    if len(text) > LONGEST or ".." in text or "…" in text:
        return "no"  # three dots are a hesitation
    phrases, message = _phrases(locale), _plain(text)
    if message in phrases.mocking:
        return "no"
    return "yes" if phrases.yes.intersection(_parts(message, phrases.parts)) else "no"


def declined(text: str, locale: str = "en") -> bool:
    """Whether a message is nothing but a no; every other one that is no yes counts as a no without saying it."""
    return len(text) <= LONGEST and bool(_parts(_plain(text), _phrases(locale).no))


def _parts(rest: str, phrases: re.Pattern[str]) -> list[str]:
    """The phrases a message is made of; none if a word is left over."""
    said = []
    while rest:
        part = phrases.match(rest)
        if part is None:
            return []
        said.append(part.group())
        rest = rest[part.end():].lstrip()
    return said


def withdrawal(text: str, locale: str = "en") -> tuple[Purpose, ...] | None:
    """Which purposes a message takes back, at whatever turn it is said; None if it takes nothing back (CON-3)."""
    message = _plain(text)
    said = {purpose for purposes, patterns in _phrases(locale).taken_back
            if any(pattern.search(message) for pattern in patterns) for purpose in purposes}
    return tuple(purpose for purpose in PURPOSES if purpose in said) or None
