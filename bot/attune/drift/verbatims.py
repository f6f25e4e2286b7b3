"""Makes a customer's sentence fit to be quoted: only known words are left of it, no number and no name (CON-5).

Names are not looked for alone, since no list and no model knows them all: every word goes that the layer's own files
do not hold more than once or twice. layer/verbatims.yml says what goes besides.
"""

import re
import unicodedata
from collections import Counter, defaultdict
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
"""The folders of the layer whose words are known: its reviewers read them."""
NOT_FROM = "answers.yml"
"""Its examples are what people answer to a question: names, places, dates."""
FILES, LINES = 2, 3
"""A word is known that stands in so many files or lines: what stands in one only may be anybody's."""
MASKED, NUMBER = "[…]", "[number]"
SELF = frozenset({"i", "i'm", "i'd", "i've", "i'll"})
"""What is written with a capital and names nobody."""
SINGLE = frozenset("aiu")
LOUD = 4
"""So many words make a sentence in capitals a shout and no name."""
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
BETWEEN = r"[\s,-]{1,3}(?:and\s{1,3}|then\s{1,3}){0,2}"

_USUAL = r".,;:!?\"()%&/<>+=*$#-"
_WORD = rf"[^\W_](?:[^\s\[\]{_USUAL}]*[^\W_])?"
"""From a letter to the next sign that may stand between words: what is glued together by another is no known word."""
_LEARNED = re.compile(r"(?<![\w'@.])[a-z]+(?:'[a-z]+)?(?![\w@])")
_ENDED = re.compile(r"(?:[a-z\]]{2}[.!?]{1,9}|\n)$")
"""What stands before the beginning of a sentence; an initial or an abbreviation ends none."""
_AGAIN = re.compile(r"(\[[^\]]+\])(?:[\W_]{0,3}\1)+")
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Rules:
    """verbatims.yml: what is masked in which order, what is dropped, and when too little is left to be quoted."""

    masks: tuple[tuple[re.Pattern[str], str], ...]
    drops: re.Pattern[str]
    placeholders: frozenset[str]
    always: frozenset[str]
    names: frozenset[str]
    openers: frozenset[str]
    least_words: int
    most_masked: float
    longest: int


@lru_cache(maxsize=2)
def load(path: Path = RULES) -> Rules:
    """Read and check verbatims.yml; raises InvalidFile with file and line."""
    found = cast("dict[str, Any]", designer_file.load(path, SCHEMA))
    macros = _macros(found)
    masks = tuple((_compiled(found, ("masks", number), path, macros), str(mask["as"]))
                  for number, mask in enumerate(found["masks"]))
    drops = "|".join(_compiled(found, ("drops", number), path, macros).pattern
                     for number in range(len(found["drops"])))
    redacted = {str(rule["as"]) for rule in data.load("redactions.yml")["redact"]}
    return Rules(masks, re.compile(rf"\b(?:{drops})\b", re.IGNORECASE),
                 frozenset({MASKED, NUMBER, *redacted, *(mask for _, mask in masks)}),
                 _words(found, "places") | _words(found, "given"), _words(found, "names"), _words(found, "openers"),
                 found["least_words"], found["most_masked"] / 1000, found["longest"])


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """The words that are common in the layer's own files, in small letters."""
    files, lines = defaultdict[str, set[Path]](set), Counter[str]()
    for path in (path for folder in KNOWN_FROM for path in (LAYER / folder).glob("*.yml") if path.name != NOT_FROM):
        for line in path.read_text(encoding="utf-8").translate(STRAIGHT).splitlines():
            found = {word for word in _LEARNED.findall(line) if len(word) > 1 or word in SINGLE}
            lines.update(found)
            for word in found:
                files[word].add(path)
    return frozenset(word for word in lines if len(files[word]) >= FILES or lines[word] >= LINES)


def masked(text: str, rules: Rules, known: frozenset[str]) -> str:
    """The text with everything masked that is not known to name nobody; never raises, whatever the text.

    A sentence that holds what is never told is left out, and the next, which may go on about it.
    """
    plain = redact(_told(_plain(text), rules))
    for pattern, placeholder in rules.masks:
        plain = pattern.sub(placeholder, plain)
    before, done = "", list[str]()
    for piece in re.split(r"(?<=[.!?\n])", plain):
        done.append(_piece(piece, before, rules, known))
        before = (before + piece).rstrip(' \t"(')[-20:]
    return _AGAIN.sub(r"\1", _usual("".join(done), rules))


def sentence(text: str, rules: Rules, known: frozenset[str]) -> str | None:
    """The sentence of a message that says most and may be quoted; None where too little is left of all of them."""
    fit = [one.strip() for one in _ENDS.split(masked(text, rules, known)) if _says_enough(one.strip(), rules)]
    return max(fit, key=lambda one: (_words_left(one), one), default=None)


def _plain(text: str) -> str:
    """Compatible characters made one, accents and what cannot be seen taken away."""
    apart = unicodedata.normalize("NFKD", text.translate(STRAIGHT))
    spaced = (" " if sign.isspace() and sign != "\n" else sign for sign in apart)
    return "".join(sign for sign in spaced if sign == "\n" or unicodedata.category(sign)[0] not in "CM").translate(
        STRAIGHT)


def _told(plain: str, rules: Rules) -> str:
    kept, goes = list[str](), False
    for one in re.split(r"((?<=[.!?])\s+)", plain):  # no sentence ends with a line: its secret may stand in the next
        if one.isspace():
            kept.append(one)
            continue
        holds = rules.drops.search(one) is not None
        kept.append("" if holds or goes else one)
        goes = holds
    return "".join(kept)


def _piece(piece: str, before: str, rules: Rules, known: frozenset[str]) -> str:
    """A sentence, or what lies between two signs that may end one, with its words masked."""
    words = re.findall(_WORD, re.sub(r"\[[^\]]*\]", " ", piece))
    is_loud = len(words) >= LOUD and all(word.isupper() for word in words)
    is_begun = bool(before) and _ENDED.search(before) is None

    def put(found: re.Match[str]) -> str:
        begins = not is_begun and not piece[:found.start()].strip(' "(')
        return _word(found.group(), is_loud, begins, rules, known)

    return _token(rules.placeholders, _WORD).sub(put, piece)


def _word(word: str, is_loud: bool, begins: bool, rules: Rules, known: frozenset[str]) -> str:
    if word in rules.placeholders:
        return word
    if any(sign.isnumeric() for sign in word):
        return NUMBER
    low = word.lower()
    stem = low.removesuffix("'s")
    if (low not in known and stem not in known) or stem in rules.always:
        return MASKED
    if word == low or low in SELF:
        return word
    is_opener = begins and word == word.capitalize() and bool({low, stem} & rules.openers)
    return word if is_opener or (is_loud and stem not in rules.names) else MASKED


def _usual(text: str, rules: Rules) -> str:
    """Without any sign that is no ASCII letter, usual punctuation or part of a placeholder."""
    kept = _token(rules.placeholders, rf"[A-Za-z'\s{_USUAL}]|(?P<other>.)").sub(
        lambda found: " " if found.group("other") else found.group(), text)
    return re.sub(" +(?=[.,;:!?])", "", re.sub(" {2,}", " ", kept))


@lru_cache(maxsize=8)
def _token(placeholders: frozenset[str], other: str) -> re.Pattern[str]:
    return re.compile("|".join([*map(re.escape, sorted(placeholders)), other]))


def _says_enough(one: str, rules: Rules) -> bool:
    left, gone = _words_left(one), one.count("[")
    return left >= rules.least_words and gone <= rules.most_masked * (left + gone) and len(one) <= rules.longest


def _words_left(one: str) -> int:
    return len(re.findall(_WORD, re.sub(r"\[[^\]]*\]", " ", one)))


def _words(found: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(map(str, found[name]))


def _macros(found: dict[str, Any]) -> dict[str, str]:
    """What `<any>`, `<number>` and `<between>` stand for in an expression."""
    return {"<number>": rf"(?:{'|'.join(found['numbers'])})\b",
            "<any>": rf"(?:{'|'.join([*found['numbers'], *found['lone']])})\b", "<between>": BETWEEN}


def _compiled(found: dict[str, Any], keys: tuple[str, int], path: Path, macros: dict[str, str]) -> re.Pattern[str]:
    entry = found[keys[0]][keys[1]]
    pattern = str(entry["pattern"] if isinstance(entry, dict) else entry)
    for name, value in macros.items():
        pattern = pattern.replace(name, value)
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        line = designer_file.line_of(found, [*keys])
        raise InvalidFile(path, line, f"{keys[0]}.{keys[1]}: {error}; correct the expression") from None
