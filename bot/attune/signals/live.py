"""The reader of this process, so that a Reading nobody was allowed to store can be made again from the words (I3)."""

from collections.abc import Callable
from functools import lru_cache

from attune.signals.reading import Reading

_reader: list[Callable[[str], Reading]] = []


def publish(read: Callable[[str], Reading]) -> None:
    """Make `read` the reader of this process; a newly loaded model replaces the one before."""
    _reader[:] = [read]
    _read.cache_clear()


def read(text: str) -> Reading | None:
    """Read a message as the pipeline would, or None where no model is loaded."""
    return _read(text) if _reader else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Reading:
    return _reader[0](text)
