"""The outcomes of every measure over time, for all conversations and for each part of them, in little memory."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from attune.audit.record import Record
from attune.drift.causes import cause
from attune.drift.episodes import Episode, episodes
from attune.drift.look import Cut, Mark, Versioned
from attune.drift.measures import CAME_BACK, DAY, Outcome, Returns
from attune.drift.mixes import Days
from attune.drift.watched import MIXED_BY, MIXES, WATCHED

VERSIONED: tuple[Versioned, ...] = ("model", "protocol", "wordings", "layer")


class Stream:
    """Times (unix microseconds) and values of one measure."""

    def __init__(self) -> None:
        self._at, self._value = array("q"), array("d")

    def add(self, outcome: Outcome) -> None:
        """One outcome more, in any order."""
        self._at.append(outcome[0])
        self._value.append(outcome[1])

    def __len__(self) -> int:
        return len(self._at)

    def sorted(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Times and values in the order of time."""
        at, value = np.frombuffer(self._at, np.int64), np.frombuffer(self._value, np.float64)
        order = np.argsort(at, kind="stable")
        return at[order], value[order]


@dataclass
class Seen:
    """What came of one pass over the Records."""

    begin: int
    records: int = 0
    conversations: int = 0
    turns: int = 0
    readings: int = 0
    streams: dict[tuple[str, Cut | None], Stream] = field(default_factory=dict)
    mixes: dict[tuple[str, Cut | None], Days] = field(default_factory=dict)
    causes: Counter[str] = field(default_factory=Counter)
    marks: list[Mark] = field(default_factory=list)

    def add(self, measure: str, one: Episode, outcome: Outcome) -> None:
        """An outcome, for all and for each part its session belongs to."""
        for cut in (None, *_cuts(one, WATCHED[measure].by)):
            self.streams.setdefault((measure, cut), Stream()).add(outcome)

    def mix(self, measure: str, one: Episode, name: str) -> None:
        """A name of a mix, on its session's day, for all and for each part the session belongs to."""
        day = (one.begin - self.begin) // DAY
        for cut in (None, *_cuts(one, MIXED_BY)):
            self.mixes.setdefault((measure, cut), {}).setdefault(day, Counter())[name] += 1


def collect(records: Iterable[Record], begin: int, end: int) -> Seen:
    """Go once over opened Records in the ledger's order; the time looked at is from `begin` to `end` (microseconds)."""
    seen, returns = Seen(begin), Returns(end)
    for one in episodes(_noted(records, seen, end)):
        _add(seen, one)
        for before, outcome in returns.of(one):
            seen.add(CAME_BACK, before, outcome)
    for before, outcome in returns.rest():
        seen.add(CAME_BACK, before, outcome)
    return seen


def _noted(records: Iterable[Record], seen: Seen, end: int) -> Iterator[Record]:
    known: dict[str, object] = {}
    for record in records:
        if record.at >= end:
            continue
        seen.records += record.at >= seen.begin
        if record.kind == "version":
            for kind in VERSIONED:
                now = record.facts.get(kind)
                if now and known.get(kind) != now:
                    if kind in known:  # what was in use from the beginning changed nothing
                        seen.marks.append(Mark(record.at, kind, str(now)))
                    known[kind] = now
        yield record


def _add(seen: Seen, one: Episode) -> None:
    is_now = one.begin >= seen.begin
    for name, measure in WATCHED.items():
        for outcome in measure.of(one):
            seen.add(name, one, outcome)
    for name, of in MIXES.items():
        if found := of(one):
            seen.mix(name, one, found)
    if is_now:
        seen.conversations += bool(one.turns)
        seen.turns += len(one.turns)
        seen.readings += sum(turn.emotion is not None for turn in one.turns)
        if why := cause(one):
            seen.causes[why] += 1


def _cuts(one: Episode, by: tuple[str, ...]) -> Iterator[Cut]:
    for kind in by:
        value = getattr(one, kind)
        if value:
            yield kind, value
