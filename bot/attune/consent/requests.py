"""Whether a customer asks for their data, or for its erasure; how they say it is data in layer/rights.yml."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast, get_args

from attune import designer_file
from attune.settings import LAYER

Wish = Literal["export", "forget"]
WISHES: tuple[Wish, ...] = get_args(Wish)
INTENTS: dict[str, Wish] = {"/attune_export": "export", "/attune_forget": "forget"}
"""What a button or a menu sends."""

PATTERNS = LAYER / "rights.yml"
SCHEMA = LAYER / "schemas" / "rights.json"

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_BETWEEN = re.compile(r"[^\w']+")


@dataclass(frozen=True)
class _Phrases:
    asks: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def fit(self, message: str) -> bool:
        asked = any(pattern.search(message) for pattern in self.asks)
        return asked and not any(pattern.search(message) for pattern in self.unless)


def requested(text: str, locale: str = "en") -> Wish | None:
    """What a message asks for, in words or as an intent (CON-7, CON-8); who asks for both gets the copy first."""
    if text in INTENTS:
        return INTENTS[text]
    message = _BETWEEN.sub(" ", text.translate(_APOSTROPHES).casefold()).strip()
    return next((wish for wish, phrases in _phrases(locale).items() if phrases.fit(message)), None)


@lru_cache(maxsize=4)
def _phrases(locale: str) -> dict[Wish, _Phrases]:
    """The phrases of one language; raises InvalidFile with file and line."""
    data = cast("dict[Wish, dict[str, list[str]]]", designer_file.load(PATTERNS, SCHEMA)[locale])
    return {wish: _Phrases(*(tuple(map(re.compile, data[wish][part])) for part in ("asks", "unless")))
            for wish in WISHES}
