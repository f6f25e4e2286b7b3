"""How a customer says that a talk with a person went: by a button, from 1 (badly) to 5 (very well), or not at all."""

from collections.abc import Mapping
from typing import Literal

INTENT = "attune_rating"
"""The intent of the buttons, and the entity that holds what was chosen."""
RATINGS = ("1", "2", "3", "4", "5")


def chosen(intent: str | None, entities: Mapping[str, str]) -> int | Literal["skip"] | None:
    """What the buttons of this message say; None for every other message."""
    choice = entities.get(INTENT) if intent == INTENT else None
    if choice in RATINGS:
        return int(str(choice))
    return "skip" if choice == "skip" else None
