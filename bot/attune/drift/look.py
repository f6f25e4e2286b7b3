"""What a look back says, as values: shared by whoever measures and whoever shows."""

from dataclasses import dataclass
from typing import Literal

Cut = tuple[str, str]
"""A part of the conversations: ("channel", "web"), ("queue", "orders"), ("version", "4f2a…"), ("variant", "warm")."""
Unit = Literal["share", "seconds", "score"]
Direction = Literal["up", "down"]
Versioned = Literal["model", "protocol", "wordings", "layer"]


@dataclass(frozen=True)
class Estimate:
    """A share (0 to 1), a median time (seconds) or a score (0 to 100), its 95 % interval, and how many it rests on.

    Where a cell is too small to show there is none (CRI-12, DRF-6).
    """

    value: float
    low: float
    high: float
    of: int


@dataclass(frozen=True)
class Point:
    """One window (`begin`: unix microseconds) of a series."""

    begin: int
    estimate: Estimate | None


@dataclass(frozen=True)
class Series:
    """A measure over time; `now` over the whole time looked at, `before` over as much time before it."""

    measure: str
    cut: Cut | None
    unit: Unit
    better: Direction | None
    points: tuple[Point, ...]
    now: Estimate | None
    before: Estimate | None


@dataclass(frozen=True)
class Mark:
    """A version that came into use: `at` in unix microseconds, `name` its id or hash."""

    at: int
    kind: Versioned
    name: str


@dataclass(frozen=True)
class Change:
    """A measure that moved: since about `since`, noticed at `found` (unix microseconds), by which `test` (in words).

    `marks`: what came into use shortly before it began.
    """

    measure: str
    cut: Cut | None
    since: int
    found: int
    moved: Direction
    before: Estimate | None
    after: Estimate | None
    test: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Cause:
    """Why conversations did not calm down, by the rule that fits first; `count` is None where it is too small."""

    name: str
    count: int | None
    of: int


@dataclass(frozen=True)
class Part:
    """A part of the Empathy Index: a measure, its weight (the weights sum to 1) and its estimate on a scale 0 to 1."""

    measure: str
    weight: float
    estimate: Estimate


@dataclass(frozen=True)
class Index:
    """The Empathy Index of a cut (0 to 100) with its interval and the parts it is made of; never shown without them."""

    cut: Cut | None
    score: Estimate
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Portion:
    """What share of a mix a name has, before and after; None where that may not be told."""

    name: str
    before: Estimate | None
    after: Estimate | None


@dataclass(frozen=True)
class MixChange:
    """A mix that moved, as `Change` says it of a measure: which names grew and which shrank most, most first.

    `after`: how far apart it then was from before, Jensen and Shannon's distance from 0 to 1; None where a count of the
    mix is hidden. Of a part neither that nor shares are told: beside those of all they would tell of the few in the
    other parts.
    """

    measure: str
    cut: Cut | None
    since: int
    found: int
    after: Estimate | None
    grew: tuple[Portion, ...]
    shrank: tuple[Portion, ...]
    test: str
    marks: tuple[Mark, ...] = ()
    moved: Literal["apart"] = "apart"


@dataclass(frozen=True)
class MixShift:
    """How far a mix (of intents, emotions or tiers), of all or of a part, moved against the time before.

    `psi` beside the `limit` that windows of this size pass once in a hundred if nothing moves; `p`, the chance of as
    much by accident (chi-square); `apart`, Jensen-Shannon's distance, 0 to 1. `of`: how many there are now; `portions`:
    the largest, now and before. None where that may not be told: of all four, where a count of this mix is hidden, for
    it would follow; a part has its PSI alone.
    """

    measure: str
    cut: Cut | None
    of: int | None
    psi: float | None
    limit: float | None
    p: float | None
    apart: float | None
    portions: tuple[Portion, ...] = ()
    change: MixChange | None = None


@dataclass(frozen=True)
class Look:
    """Everything a report shows of the time from `begin` to `end` (unix microseconds).

    `readings`: how many turns hold a Reading (a yes to keeping it), None where that is too few to tell; `steady`:
    what was looked at and did not move; `unshown`: what was too little to show, `unjudged`: to compare with before.
    """

    begin: int
    end: int
    records: int
    conversations: int
    turns: int
    readings: int | None
    marks: tuple[Mark, ...] = ()
    series: tuple[Series, ...] = ()
    changes: tuple[Change, ...] = ()
    steady: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    indexes: tuple[Index, ...] = ()
    mixes: tuple[MixShift, ...] = ()
    unshown: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def moved(self) -> tuple[Change | MixChange, ...]:
        """All that moved: measures, then mixes."""
        return *self.changes, *(one.change for one in self.mixes if one.change)
