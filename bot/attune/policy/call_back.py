"""Whether a customer who waits would rather be called back, and whether they say how; data in layer/call_back.yml."""

import re
from functools import lru_cache
from typing import Literal, cast

from attune import designer_file
from attune.settings import LAYER

INTENT = "attune_call_back"
SLOT = "attune_call_back"
"""The slot with the customer's own words for when and how to call back."""
LONGEST = 1000
"""A message of more characters than this answers another question."""

PATTERNS = LAYER / "call_back.yml"
SCHEMA = LAYER / "schemas" / "call_back.json"
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


def wants(text: str, locale: str = "en") -> bool:
    """Whether the words ask to be called back; only meant for somebody who waits."""
    plain = _plain(text)
    return _matches(plain, "asks", locale) and not _matches(plain, "unless", locale)


def tells(text: str, locale: str = "en") -> bool:
    """Whether the words say by what or when somebody can be reached; only meant for an answer to that question."""
    return len(text) <= LONGEST and _matches(_plain(text), "tells", locale)


def _plain(text: str) -> str:
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


def _matches(plain: str, which: Literal["asks", "unless", "tells"], locale: str) -> bool:
    return any(pattern.search(plain) for pattern in _patterns(which, locale))


@lru_cache(maxsize=12)
def _patterns(which: str, locale: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of one kind and language; raises InvalidFile with file and line."""
    data = cast("dict[str, dict[str, list[str]]]", designer_file.load(PATTERNS, SCHEMA)[locale])
    return tuple(map(re.compile, data[which]))
