"""Reads `hours` of protocol.yml; what the JSON Schema cannot see is named with its line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attune import designer_file
from attune.errors import InvalidFile
from attune.policy.hours import DAYS, Hours, Span

Key = str | int


class _Slip(ValueError):
    """What is wrong with one value, and what to write."""


def read(data: Mapping[str, Any], queues: Iterable[str], path: Path) -> tuple[Hours, ...]:
    """The lines of `hours`, checked against the names of the queues; raises InvalidFile with the line."""
    known = list(queues)
    return tuple(_Line(data, number, path).read(known) for number in range(len(data.get("hours") or ())))


class _Line:
    """One line of hours, and where in the file it stands."""

    def __init__(self, data: Mapping[str, Any], number: int, path: Path) -> None:
        self._data, self._path = data, path
        self._keys: tuple[Key, ...] = ("hours", number)
        self._raw = data["hours"][number]

    def read(self, queues: Sequence[str]) -> Hours:
        for place, queue in enumerate(self._raw.get("queues") or ()):
            if queue not in queues:
                raise self._invalid(f"no queue is called {queue!r}; there are {', '.join(queues)}", "queues", place)
        return Hours(self._zone(), self._week(), frozenset(self._closed()), frozenset(self._raw.get("queues") or ()))

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._raw["zone"])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self._invalid(f"there is no time zone {self._raw['zone']!r}; write one such as Europe/London",
                                "zone") from None

    def _week(self) -> tuple[tuple[Span, ...], ...]:
        week: dict[int, tuple[Span, ...]] = {}
        for days, spans in self._raw["open"].items():
            try:
                told = dict.fromkeys(_days(days), tuple(_spans(spans)))
            except _Slip as slip:
                raise self._invalid(str(slip), "open", days) from None
            twice = sorted(told.keys() & week.keys())
            if twice:
                raise self._invalid(f"{DAYS[twice[0]]} is there twice; name each day once", "open", days)
            week |= told
        return tuple(week.get(day, ()) for day in range(len(DAYS)))

    def _closed(self) -> Iterator[date]:
        for place, day in enumerate(self._raw.get("closed") or ()):
            if type(day) is not date:  # YAML reads one with a time as something more
                raise self._invalid(f"{day!r} is no day; write it as 2026-12-25, without quotes", "closed", place)
            yield day

    def _invalid(self, problem: str, *keys: Key) -> InvalidFile:
        where = (*self._keys, *keys)
        line = designer_file.line_of(self._data, where)
        return InvalidFile(self._path, line, f"{'.'.join(map(str, where))}: {problem}")


def _days(words: str) -> range:
    first, _, last = words.partition("-")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    if end < begin:
        raise _Slip(f"{last} comes before {first}; write two lines, one up to sun and one from mon")
    return range(begin, end + 1)


def _spans(words: Iterable[str]) -> Iterator[Span]:
    spans = [_span(each) for each in words]
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise _Slip("the times overlap or are out of order; write them one after the other")
    yield from spans


def _span(words: str) -> Span:
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in words.split("-"))
    if end <= start:
        raise _Slip(f"{words} ends before it begins; split it at midnight, as in 22:00-24:00 and 00:00-06:00")
    return start, end
