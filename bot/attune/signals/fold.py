"""Undo spelling tricks before words are looked for, and remember where every character came from."""

import re
import unicodedata
from dataclasses import dataclass

QUOTES = dict.fromkeys("‘’‛`´ʼ＇′", "'")
LOOKALIKES = dict(zip("аеорсухіѕԁӏ", "aeopcyxisdl", strict=True))
LEET = dict(zip("0134579@$|", "oieastgasl", strict=True))
LEET_IN_WORD = re.compile(r"(?<=[a-z])[013457@$|]{1,2}(?=[a-z])|(?<=\b[a-z])!(?=[a-z])")
SPACED_LETTERS = re.compile(r"(?<![a-z'])(?:[a-z][ .\-_*]){3,}[a-z](?![a-z'])")
REPEATS = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Folded:
    """Lower-case text without tricks; `origin[i]` is the index in the message of the character `text[i]`."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the message (end exclusive) behind a non-empty span of the folded text."""
        return self.origin[start], self.origin[end - 1] + 1

    def without(self, dropped: set[int]) -> "Folded":
        """The same text with some characters left out."""
        kept = [i for i in range(len(self.text)) if i not in dropped]
        return Folded("".join(self.text[i] for i in kept), tuple(self.origin[i] for i in kept))


def fold(message: str) -> Folded:
    """Lower case, plain quotes, no accents, no hidden characters, `k1ll` and `k i l l` as `kill`."""
    plain = _plain(message)
    spelled = Folded(LEET_IN_WORD.sub(_letters, plain.text), plain.origin)
    joined = spelled.without(_separators(spelled.text))
    return joined.without(_repeats(joined.text))


def _plain(message: str) -> Folded:
    pairs = [(plain, index) for index, char in enumerate(message) for plain in _plain_char(char)]
    return Folded("".join(char for char, _ in pairs), tuple(index for _, index in pairs))


def _plain_char(char: str) -> str:
    char = QUOTES.get(char, char)
    if char.isascii():
        return char.lower() if char.isprintable() else " "
    folded = unicodedata.normalize("NFKD", char).casefold()
    # A lone surrogate (Cs) cannot be encoded, and format characters (Cf) only hide letters from a reader.
    kept = (c for c in folded if unicodedata.category(c) not in ("Mn", "Cf", "Cs", "Cc"))
    return "".join(LOOKALIKES.get(c, c) for c in kept)


def _letters(match: re.Match[str]) -> str:
    return "".join("i" if c == "!" else LEET[c] for c in match.group())


def _separators(text: str) -> set[int]:
    return {
        index for match in SPACED_LETTERS.finditer(text)
        for index in range(*match.span()) if not text[index].isalpha()
    }


def _repeats(text: str) -> set[int]:
    return {index for match in REPEATS.finditer(text) for index in range(match.start() + 2, match.end())}
