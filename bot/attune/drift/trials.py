"""What has come of the wordings on trial, from Records: each conversation counts once, and only when it is over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from attune.audit.record import Record
from attune.drift.anytime import Flags, evidence, interval
from attune.drift.episodes import OVER, Episode, episodes
from attune.drift.look import Direction, Estimate
from attune.drift.measures import MEASURES
from attune.reply.experiments import AS_BEFORE, Experiment, Experiments

State = Literal["running", "better", "harmful", "no difference found", "ended", "not running"]
INTERVAL = 0.05
"""The chance that an interval misses, over the whole trial."""


@dataclass(frozen=True)
class Compared:
    """One measure of those who heard the variant (`now`) and of those who did not (`before`).

    `commoner`, `rarer`: how strong the evidence has been that its outcome is so with the variant; 1 is none. The
    intervals hold at all times at once. None where fewer than ten would show.
    """

    measure: str
    before: Estimate | None
    now: Estimate | None
    commoner: float
    rarer: float


@dataclass(frozen=True)
class Trial:
    """A variant and what was seen of it; `compared`: the outcome first, then the guards.

    `of`: conversations with an outcome in this pair. `why`: of a state that is an ending, in words.
    """

    experiment: Experiment
    variant: str
    state: State
    of: int
    compared: tuple[Compared, ...]
    why: str | None = None

    @property
    def label(self) -> str:
        """Its name in Records and among the endings."""
        return self.experiment.label(self.variant)


def trials(records: Iterable[Record], declared: Experiments, now: int, smallest: int) -> tuple[Trial, ...]:
    """Judge every variant by opened Records in the ledger's order, at `now` (unix microseconds).

    What anybody ended before is not known here. How sure one must be is shared among all that is compared at once.
    """
    heard: dict[str, list[tuple[str, Episode]]] = {one.mark: [] for one in declared.all}
    for one in episodes(records):
        if one.variants and one.end + OVER <= now:
            for mark, arm in _heard(one).items():
                if mark in heard:
                    heard[mark].append((arm, one))
    return tuple(
        _trial(experiment, variant, _once(heard[experiment.mark]), declared, smallest)
        for experiment in declared.all for variant in experiment.shares
    )


def as_dict(one: Trial, smallest: int) -> dict[str, object]:
    """The trial as plain data, without a count below `smallest` (CRI-12)."""
    return {**asdict(one), "of": one.of if one.of >= smallest else None, "label": one.label}


def harmed(measure: str) -> Direction:
    """The way a measure moves that is not good for customers; more of what is neither is taken for harm."""
    better = MEASURES[measure].better
    return "down" if better == "up" else "up"


def _heard(one: Episode) -> Mapping[str, str]:
    """What a session heard first, by experiment."""
    found: dict[str, str] = {}
    for label in one.variants:
        mark, colon, arm = label.partition(":")
        if colon:
            found.setdefault(mark, arm)
    return found


def _once(heard: Sequence[tuple[str, Episode]]) -> list[tuple[str, Episode]]:
    """The first session of each customer, in the order in which they were over."""
    first: dict[str, tuple[str, Episode]] = {}
    for arm, one in sorted(heard, key=lambda found: found[1].begin):
        first.setdefault(one.conversation, (arm, one))
    return sorted(first.values(), key=lambda found: (found[1].end, found[1].conversation))


def _trial(
    experiment: Experiment, variant: str, heard: Sequence[tuple[str, Episode]], declared: Experiments, smallest: int,
) -> Trial:
    pair = [(arm == variant, one) for arm, one in heard if arm in (variant, AS_BEFORE)]
    share = experiment.shares[variant] / (experiment.shares[variant] + 1000 - sum(experiment.shares.values()))
    measures = (experiment.outcome, *experiment.guards)
    compared = tuple(_compared(name, pair, share, smallest) for name in measures)
    of = sum(1 for _, one in pair if _outcome(experiment.outcome, one) is not None)
    state, why = _judged(experiment, compared, of, declared)
    return Trial(experiment, variant, state, of, compared, why)


def _compared(measure: str, pair: Sequence[tuple[bool, Episode]], share: float, smallest: int) -> Compared:
    known = [(is_new, found) for is_new, one in pair if (found := _outcome(measure, one)) is not None]
    is_new, outcome = np.array(known, bool).reshape(-1, 2).T
    seen = evidence(is_new, outcome, share)
    now, before = (_share(outcome[is_new == which], smallest) for which in (True, False))
    return Compared(measure, before, now, seen.commoner, seen.rarer)


def _outcome(measure: str, one: Episode) -> bool | None:
    return next((bool(value) for _, value in MEASURES[measure].of(one)), None)


def _share(values: Flags, smallest: int) -> Estimate | None:
    count, of = int(values.sum()), len(values)
    if of < smallest or 0 < count < smallest:
        return None
    return Estimate(count / of, *interval(count, of, INTERVAL), of)


def _judged(
    experiment: Experiment, compared: Sequence[Compared], of: int, declared: Experiments,
) -> tuple[State, str | None]:
    if not experiment.running:
        return "not running", None
    variants = len(experiment.shares)
    for one in compared:
        worse = one.commoner if harmed(one.measure) == "up" else one.rarer
        if worse >= variants * len(compared) / declared.harmful:
            return "harmful", f"{one.measure} went {harmed(one.measure)} with it"
    first = compared[0]
    good = first.rarer if harmed(first.measure) == "up" else first.commoner
    if good >= variants / declared.better:
        return "better", None
    if of >= experiment.at_most:
        return "no difference found", f"{of} conversations showed no difference that is sure enough"
    return "running", None
