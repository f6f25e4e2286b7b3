"""What has come of the wordings on trial, from Records: each customer counts once, from when they heard the wording."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from attune.audit.record import Record
from attune.drift.anytime import Evidence, Flags, evidence, interval
from attune.drift.episodes import OVER, Episode, episodes, part
from attune.drift.look import Direction, Estimate
from attune.drift.measures import DAY, MEASURES
from attune.drift.watched import TELLING
from attune.reply.experiments import AS_BEFORE, WHOLE, Experiment, Experiments

State = Literal["running", "better", "harmful", "no difference found", "ended", "not running"]
INTERVAL = 0.05
"""The chance that an interval misses, over the whole trial."""
MOST = 10_000.0
"""Evidence beyond which nobody needs to know how much."""


@dataclass(frozen=True)
class Compared:
    """One measure of those who heard the variant (`now`) and of those who did not (`before`).

    `commoner`, `rarer`: how strong the evidence has been that its outcome is so with the variant; 1 is none. The
    intervals hold at all times at once. All four are None where fewer than ten would show (CRI-12).
    """

    measure: str
    before: Estimate | None
    now: Estimate | None
    commoner: float | None
    rarer: float | None


@dataclass(frozen=True)
class Trial:
    """A variant and what was seen of it; `compared`: the outcome first, then the guards.

    `of`: conversations with an outcome in this pair, None where too few to show. `why`: what ends it, in words, and
    `by` which measure if it harms; `ended`: whether it is said to nobody any more.
    """

    experiment: Experiment
    variant: str
    state: State
    of: int | None
    compared: tuple[Compared, ...]
    why: str | None = None
    by: str | None = None
    ended: bool = False

    @property
    def label(self) -> str:
        """Its name in Records and among the endings."""
        return self.experiment.label(self.variant)

    def as_dict(self) -> dict[str, object]:
        """The trial as plain data."""
        return {**asdict(self), "label": self.label}


@dataclass(frozen=True)
class _How:
    """What all variants are judged by."""

    declared: Experiments
    now: int
    smallest: int


@dataclass(frozen=True)
class _Pair:
    """Of one measure, in the order in which sessions were over: who heard the variant, and the outcomes."""

    is_new: Flags
    outcome: Flags


def trials(records: Iterable[Record], declared: Experiments, now: int, smallest: int) -> tuple[Trial, ...]:
    """Judge every variant by opened Records in the ledger's order, at `now` (unix microseconds).

    What anybody ended before is not known here. How sure one must be is shared among all that is compared at once.
    """
    heard: dict[str, list[tuple[str, Episode]]] = {one.mark: [] for one in declared.all}
    for one in episodes(records):
        if one.variants and one.end + OVER <= now:
            for mark, arm, told in _heard(one):
                if mark in heard:
                    heard[mark].append((arm, told))
    return tuple(
        _trial(experiment, variant, _once(heard[experiment.mark]), _How(declared, now, smallest))
        for experiment in declared.all for variant in experiment.shares
    )


def harmed(measure: str) -> Direction:
    """The way a measure moves that is not good for customers; more of what is neither is taken for harm."""
    better = MEASURES[measure].better
    return "down" if better == "up" else "up"


def _heard(one: Episode) -> Iterator[tuple[str, str, Episode]]:
    """By trial what a session heard first, and the session from then on, as long as the customer agreed."""
    known = set[str]()
    for turn in one.turns:
        for label in turn.variants:
            mark, colon, arm = label.partition(":")
            if colon and mark not in known:
                known.add(mark)
                until = one.withdrawn if one.withdrawn and one.withdrawn > turn.at else None
                yield mark, arm, part(one, turn.at, until)


def _once(heard: Sequence[tuple[str, Episode]]) -> list[tuple[str, Episode]]:
    """The first session of each customer, in the order in which they were over."""
    first: dict[str, tuple[str, Episode]] = {}
    for arm, one in sorted(heard, key=lambda found: found[1].begin):
        first.setdefault(one.conversation, (arm, one))
    return sorted(first.values(), key=lambda found: (found[1].end, found[1].conversation))


def _trial(experiment: Experiment, variant: str, heard: Sequence[tuple[str, Episode]], how: _How) -> Trial:
    told = [(arm == variant, one) for arm, one in heard if arm in (variant, AS_BEFORE)]
    pairs = {name: _pair(name, told) for name in (experiment.outcome, *experiment.guards)}
    chance = experiment.shares[variant] / (experiment.shares[variant] + WHOLE - sum(experiment.shares.values()))
    seen = {name: evidence(pair.is_new, pair.outcome, chance) for name, pair in pairs.items()}
    compared = tuple(_compared(name, pair, seen[name], how.smallest) for name, pair in pairs.items())
    of = len(pairs[experiment.outcome].outcome)
    begun = min((one.begin for _, one in heard), default=how.now)
    over = of >= experiment.at_most or how.now - begun >= experiment.days * DAY
    state, by = _judged(experiment, seen, how.declared, over)
    why = f"it does harm: {by} went {harmed(by)} with it" if by else "it has run its time" if over else None
    shown = of if compared[0].now else None
    return Trial(experiment, variant, state, shown, compared, why if experiment.running else None, by)


def _pair(measure: str, told: Sequence[tuple[bool, Episode]]) -> _Pair:
    known = [(is_new, found) for is_new, one in told if (found := _outcome(measure, one)) is not None]
    return _Pair(*np.array(known, bool).reshape(-1, 2).T)


def _outcome(measure: str, one: Episode) -> bool | None:
    return next((bool(value) for _, value in MEASURES[measure].of(one)), None)


def _compared(measure: str, pair: _Pair, seen: Evidence, smallest: int) -> Compared:
    now, before = (_share(measure, pair.outcome[pair.is_new == which], smallest) for which in (True, False))
    if now is None or before is None:  # the one would follow from the other and the whole, or from the evidence
        return Compared(measure, None, None, None, None)
    return Compared(measure, before, now, *(min(round(won, 1), MOST) for won in (seen.commoner, seen.rarer)))


def _share(measure: str, values: Flags, smallest: int) -> Estimate | None:
    count, of = int(values.sum()), len(values)
    if of < smallest or 0 < count < smallest or (measure in TELLING and 0 < of - count < smallest):
        return None
    return Estimate(count / of, *interval(count, of, INTERVAL), of)


def _judged(
    experiment: Experiment, seen: Mapping[str, Evidence], declared: Experiments, over: bool,
) -> tuple[State, str | None]:
    """What to say of a variant, and by which measure it harms."""
    if not experiment.running:
        return "not running", None
    variants = len(experiment.shares)
    harm = {name: one.commoner if harmed(name) == "up" else one.rarer for name, one in seen.items()}
    worst = max(harm, key=lambda name: harm[name])
    if harm[worst] >= variants * len(harm) / declared.harmful:
        return "harmful", worst
    first = seen[experiment.outcome]
    good = first.rarer if harmed(experiment.outcome) == "up" else first.commoner
    if good >= variants / declared.better:
        return "better", None
    return ("no difference found" if over else "running"), None
