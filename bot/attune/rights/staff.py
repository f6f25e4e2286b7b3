"""Names of staff, which a customer's copy leaves out (CON-7)."""

import re
from collections.abc import Iterable
from typing import Any

from attune.rights.copy import words

SHORTEST = 3
"""Letters of a part of a name that is looked for by itself: shorter ones are words of their own."""


class Staff:
    """Everybody of staff a conversation's rows name."""

    def __init__(self, names: Iterable[str | None]) -> None:
        known = {name for name in names if name}
        parts = {part for name in known for part in name.split() if len(part) >= SHORTEST}
        ordered = sorted(known | parts, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)") if ordered else None

    def withheld(self, text: str) -> str:
        """The text with every name replaced."""
        return self._pattern.sub(str(words()["person"]), text) if self._pattern else text

    def withheld_in(self, value: Any) -> Any:
        """The same for every text inside plain data."""
        if isinstance(value, str):
            return self.withheld(value)
        if isinstance(value, dict):
            return {name: part if name == "wants" else self.withheld_in(part) for name, part in value.items()}
        return [self.withheld_in(part) for part in value] if isinstance(value, list) else value
