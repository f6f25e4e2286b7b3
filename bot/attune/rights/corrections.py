"""Corrections of readings that wait for review: whose they are, and how old."""

from collections.abc import Callable, Collection
from pathlib import Path

from attune.signals import review
from attune.signals.review import Correction


def names(path: Path, conversations: Collection[str]) -> bool:
    """Whether one of the corrections is of these conversations."""
    return any(one.conversation in conversations for one in review.read(path))


def without(path: Path, conversations: Collection[str]) -> int:
    """Take out what is of these conversations; returns how many."""
    return _take(path, lambda one: one.conversation in conversations)


def expire(path: Path, before: str) -> int:
    """Take out what was noted before a day (ISO 8601); returns how many (CON-10)."""
    return _take(path, lambda one: bool(one.at) and one.at < before)


def of(path: Path, conversations: Collection[str]) -> list[Correction]:
    """The corrections of these conversations."""
    return [one for one in review.read(path) if one.conversation in conversations]


def _take(path: Path, chosen: Callable[[Correction], bool]) -> int:
    taken = 0
    for one in filter(chosen, review.read(path)):
        with review.taking(path, one) as still_there:
            taken += still_there
    return taken
