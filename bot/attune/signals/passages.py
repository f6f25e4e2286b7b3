"""The passages of a longer message: its sentences, and where nobody set a full stop, overlapping stretches of words."""

import re
from collections.abc import Iterator

ENOUGH_FOR_ONE = 12
"""A message of at most this many words is read as a whole only."""

SHORTEST, LONGEST, STRIDE = 4, 40, 20
"""Words of a passage. A shorter sentence says too little by itself and is read with the one after it."""

SENTENCE_END = re.compile(r"(?<=[.!?…\n])\s+|\n+")


def passages(text: str) -> list[str]:
    """The passages of a message in order; none where the whole says it all."""
    if len(text.split(maxsplit=ENOUGH_FOR_ONE)) <= ENOUGH_FOR_ONE:
        return []
    found = list(_passages(text))
    return found if len(found) > 1 else []


def _passages(text: str) -> Iterator[str]:
    waiting: list[str] = []
    for sentence in SENTENCE_END.split(text):
        waiting += sentence.split()
        if len(waiting) >= SHORTEST:
            yield from _stretches(waiting)
            waiting = []
    if waiting:
        yield " ".join(waiting)


def _stretches(words: list[str]) -> Iterator[str]:
    if len(words) <= LONGEST:
        yield " ".join(words)
        return
    for begin in range(0, len(words) - STRIDE, STRIDE):
        yield " ".join(words[begin:begin + LONGEST])
