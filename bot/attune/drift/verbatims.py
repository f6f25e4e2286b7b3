"""Makes a customer's sentence fit to be quoted: only known words are left of it, no number and no name (CON-5).

Names are not looked for, since no list and no model knows them all: every word goes that the layer's own files do not
hold. layer/verbatims.yml says what goes besides.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from attune import designer_file
from attune.errors import InvalidFile
from attune.handoff import data
from attune.handoff.redact import redact
from attune.settings import LAYER

RULES, SCHEMA = LAYER / "verbatims.yml", LAYER / "schemas" / "verbatims.json"
KNOWN_FROM = ("nlu", "cues", "responses")
"""The folders of the layer whose words are known: its reviewers read them, and nobody is named there."""
MASKED, NUMBER = "[…]", "[number]"
SELF = frozenset({"i", "i'm", "i'd", "i've", "i'll"})
"""What is written with a capital and names nobody."""
SINGLE = frozenset("aiu")
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})

_WORD = r"[^\W_]+(?:'[^\W_]+)*"
_LEARNED = re.compile(r"(?<![\w'@.])[a-z]+(?:'[a-z]+)?(?![\w@])")
_BEGINS = re.compile(r"(?:^|[.!?…\n])[\s\"“(]*$")
_AGAIN = re.compile(r"(\[[^\]]+\])(?:[\W_]{0,3}\1)+")
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Rules:
    """verbatims.yml: what is masked in which order, and when too little is left to be quoted."""

    masks: tuple[tuple[re.Pattern[str], str], ...]
    placeholders: frozenset[str]
    always: frozenset[str]
    names: frozenset[str]
    least_words: int
    most_masked: float
    longest: int


@lru_cache(maxsize=2)
def load(path: Path = RULES) -> Rules:
    """Read and check verbatims.yml; raises InvalidFile with file and line."""
    found = cast("dict[str, Any]", designer_file.load(path, SCHEMA))
    masks = tuple((_compiled(found, number, path), str(mask["as"])) for number, mask in enumerate(found["masks"]))
    redacted = {str(rule["as"]) for rule in data.load("redactions.yml")["redact"]}
    return Rules(masks, frozenset({MASKED, NUMBER, *redacted, *(mask for _, mask in masks)}),
                 frozenset(map(str, found["always"])), frozenset(map(str, found["names"])), found["least_words"],
                 found["most_masked"] / 1000, found["longest"])


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Every word the layer's own files hold in small letters."""
    texts = (path.read_text(encoding="utf-8").translate(STRAIGHT)
             for folder in KNOWN_FROM for path in sorted((LAYER / folder).glob("*.yml")))
    return frozenset(word for text in texts for word in _LEARNED.findall(text) if len(word) > 1 or word in SINGLE)


def masked(text: str, rules: Rules, known: frozenset[str]) -> str:
    """The text with everything masked that is not known to name nobody; never raises, whatever the text."""
    plain = redact(_plain(text))
    for pattern, placeholder in rules.masks:
        plain = pattern.sub(placeholder, plain)
    token = re.compile("|".join([*map(re.escape, sorted(rules.placeholders)), _WORD]))
    return _AGAIN.sub(r"\1", token.sub(lambda found: _word(found, rules, known), plain))


def sentence(text: str, rules: Rules, known: frozenset[str]) -> str | None:
    """The sentence of a message that says most and may be quoted; None where too little is left of all of them."""
    fit = [one.strip() for one in _ENDS.split(masked(text, rules, known)) if _says_enough(one.strip(), rules)]
    return max(fit, key=lambda one: (_words_left(one), one), default=None)


def _plain(text: str) -> str:
    """Compatible characters made one, accents and what cannot be seen taken away."""
    apart = unicodedata.normalize("NFKD", text.translate(STRAIGHT))
    return "".join(sign for sign in apart if sign == "\n" or unicodedata.category(sign)[0] not in "CM").translate(
        STRAIGHT)


def _word(found: re.Match[str], rules: Rules, known: frozenset[str]) -> str:
    word, low = found.group(), found.group().lower()
    if word in rules.placeholders:
        return word
    if any(sign.isnumeric() for sign in word):
        return NUMBER
    stem = low.removesuffix("'s")
    if (low not in known and stem not in known) or stem in rules.always:
        return MASKED
    has_capital = word[0].isupper() and low not in SELF
    is_loud = word.isupper() and len(word) > 1
    inside = not _BEGINS.search(found.string[max(0, found.start() - 8):found.start()] if found.start() else "")
    return MASKED if has_capital and (stem in rules.names or (inside and not is_loud)) else word


def _says_enough(one: str, rules: Rules) -> bool:
    left, gone = _words_left(one), one.count("[")
    return left >= rules.least_words and gone <= rules.most_masked * (left + gone) and len(one) <= rules.longest


def _words_left(one: str) -> int:
    return len(re.findall(_WORD, re.sub(r"\[[^\]]*\]", " ", one)))


def _compiled(found: dict[str, Any], number: int, path: Path) -> re.Pattern[str]:
    try:
        return re.compile(found["masks"][number]["pattern"], re.IGNORECASE)
    except re.error as error:
        line = designer_file.line_of(found, ["masks", number])
        raise InvalidFile(path, line, f"masks.{number}.pattern: {error}; correct the expression") from None
