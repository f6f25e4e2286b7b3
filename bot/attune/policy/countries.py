"""Which country somebody names in answer to the question for it; names come from Unicode's CLDR and a file of ours."""

import re
from functools import lru_cache

from babel import Locale
from ruamel.yaml import YAML

from attune.settings import LAYER

LONGEST = 120
"""A message of more characters than this answers another question."""
_NOT_HERE = re.compile(r"\b(not|never|no longer|moved from|left|isn't|ain't)\b")


def code(value: object) -> str | None:
    """A country as ISO 3166 writes it (two capitals), or None for anything else; `value` comes from other systems."""
    text = value.strip().upper() if isinstance(value, str) else ""
    return text if re.fullmatch("[A-Z]{2}", text) else None


def named(text: str, locale: str = "en") -> str | None:
    """The one country a short answer names; None if it names none, several, or where somebody is not (CRI-5)."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    if len(plain) > LONGEST or _NOT_HERE.search(plain):
        return None
    pattern, codes, alone = _names(locale)
    found = {codes[name] for name in pattern.findall(plain)}
    return found.pop() if len(found) == 1 else alone.get(plain.strip(" .!"))


@lru_cache(maxsize=4)
def _names(locale: str) -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    """Names to look for, the country each means, and those that count only where nothing else is said."""
    data = YAML(typ="safe", pure=True).load((LAYER / "countries.yml").read_text(encoding="utf-8"))
    territories = Locale(locale).territories
    codes = {str(name).casefold(): key[:2] for key, name in territories.items() if re.match(r"[A-Z]{2}(-|$)", key)}
    codes |= {name.casefold(): key for key, names in data[locale].items() for name in names}
    alone: dict[str, str] = data["alone"]
    spoken = sorted(codes.keys() - alone.keys() - set(data["never"]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, spoken))})(?!\w)"), codes, alone
