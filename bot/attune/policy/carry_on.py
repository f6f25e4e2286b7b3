"""Whether a customer wants to leave help, or the queue, and go on; the wordings are data in layer/carry_on.yml."""

import re
from functools import lru_cache

from ruamel.yaml import YAML

from attune.settings import LAYER

INTENT = "attune_carry_on"
LONGEST = 300
"""Whoever writes more than so many characters is telling something, which is read first."""

_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


@lru_cache(maxsize=4)
def _patterns(locale: str) -> tuple[re.Pattern[str], ...]:
    data = YAML(typ="safe", pure=True).load((LAYER / "carry_on.yml").read_text(encoding="utf-8"))
    return tuple(map(re.compile, data[locale]))


def carries_on(text: str, locale: str = "en") -> bool:
    """Whether the words ask to go on (CRI-13); only meant for a message that tells of no danger."""
    plain = " ".join(text.translate(_PLAIN).casefold().split()).strip(" .!")
    return len(plain) <= LONGEST and any(pattern.search(plain) for pattern in _patterns(locale))
