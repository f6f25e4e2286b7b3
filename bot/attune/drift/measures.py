"""What is measured of a session, as a table: each measure yields outcomes, a time and a value each (DRF-6).

A session yields one outcome of a measure, or none: turns of one customer resemble each other, and the tests take
outcomes for independent. Only calls for a person and ratings may come more than once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from attune.drift.episodes import Episode, Turn
from attune.drift.look import Direction, Unit
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY

Outcome = tuple[int, float]
"""When (unix microseconds), and what: 1 or 0 for a share, else seconds."""

STRONG = 600
"""The level (0 to 1000) from which a feeling is strong; protocol.yml ships with the same."""
FELT = 300
CALMER_BY = 200
WITHIN_TURNS = 3
WELL = 4
"""Of 1 to 5."""
SECOND = 1_000_000
DAY = 86_400 * SECOND
FEELINGS = FRUSTRATION_FAMILY | DISTRESS_FAMILY


@dataclass(frozen=True)
class Measure:
    """`better`: the way that is good for customers, None where neither is. `by`: what it may be cut by."""

    unit: Unit
    better: Direction | None
    of: Callable[[Episode], Iterator[Outcome]]
    by: tuple[str, ...] = ("channel", "version")


def _acknowledged_first(one: Episode) -> Iterator[Outcome]:
    turn = next(filter(_deserves, one.turns), None)
    if turn:
        yield turn.at, float(turn.spoken[0] == "acknowledged")


def _deserves(turn: Turn) -> bool:
    felt = turn.emotion in FEELINGS and (turn.level or 0) >= FELT and not turn.tier
    return bool(turn.spoken) and (turn.asked or felt) and "help" not in turn.spoken


def _time_to_acknowledge(one: Episode) -> Iterator[Outcome]:
    turn = next((turn for turn in one.turns if turn.acknowledged), None)
    if turn and turn.acknowledged:
        yield turn.at, (turn.acknowledged - turn.at) / SECOND


def calmer(one: Episode) -> bool | None:
    """Whether a strong feeling was weaker within three turns; None where there was none, or nothing followed."""
    for place, turn in enumerate(one.turns):
        if turn.emotion in FEELINGS and (turn.level or 0) >= STRONG:
            after = [later for later in one.turns[place + 1:place + 1 + WITHIN_TURNS] if later.emotion]
            calm = any(later.emotion not in FEELINGS or (later.level or 0) <= (turn.level or 0) - CALMER_BY
                       for later in after)
            return calm if after else None
    return None


def _calmer(one: Episode) -> Iterator[Outcome]:
    found = calmer(one)
    if found is not None:
        yield one.begin, float(found)


def _escalated(one: Episode) -> Iterator[Outcome]:
    first = next((turn.acknowledged for turn in one.turns if turn.acknowledged), None)
    if first:
        yield one.begin, float(one.handed_over is not None and one.handed_over >= first)


def _completed(one: Episode) -> Iterator[Outcome]:
    for place, step in enumerate(one.steps):
        if step.step == "called":
            after = [later.step for later in one.steps[place + 1:]]
            if after:
                yield step.at, float("joined" in after)


def _time_to_a_person(one: Episode) -> Iterator[Outcome]:
    joined = (step for step in one.steps if step.step == "joined")
    yield from ((step.at, float(step.waited)) for step in joined if step.waited is not None)


def _rated(one: Episode) -> Iterator[Outcome]:
    yield from ((at, float(given >= WELL)) for at, given in one.ratings)


def _handed_over(one: Episode) -> Iterator[Outcome]:
    if one.turns:
        yield one.begin, float(one.handed_over is not None)


def _any(is_so: Callable[[Turn], bool], counts: Callable[[Turn], bool] = lambda _turn: True) -> Callable[
        [Episode], Iterator[Outcome]]:
    """Whether it is so of any turn that counts."""
    def of(one: Episode) -> Iterator[Outcome]:
        turns = [turn for turn in one.turns if counts(turn)]
        if turns:
            yield one.begin, float(any(map(is_so, turns)))

    return of


def _is_read(turn: Turn) -> bool:
    return turn.emotion is not None


MEASURES: Mapping[str, Measure] = {
    "acknowledged before solved": Measure("share", "up", _acknowledged_first),
    "time to acknowledge": Measure("seconds", "down", _time_to_acknowledge),
    "calmer within three turns": Measure("share", "up", _calmer, ("channel", "version", "variant")),
    "escalated": Measure("share", "down", _escalated, ("channel", "version", "variant")),
    "came back within seven days": Measure("share", "down", lambda one: iter(())),  # over sessions: see `Returns`
    "handed over": Measure("share", None, _handed_over),
    "handover completed": Measure("share", "up", _completed, ("channel", "queue")),
    "time to a person": Measure("seconds", "down", _time_to_a_person, ("channel", "queue")),
    "person rated well": Measure("share", "up", _rated, ("channel", "queue", "variant")),
    "not understood": Measure("share", "down", _any(lambda turn: not turn.understood)),
    "crisis help": Measure("share", None, _any(lambda turn: "help" in turn.spoken)),
    "crisis": Measure("share", None, _any(lambda turn: bool(turn.tier), _is_read)),
    "distress": Measure("share", None, _any(lambda turn: turn.emotion in DISTRESS_FAMILY, _is_read)),
    "frustration": Measure("share", None, _any(lambda turn: turn.emotion in FRUSTRATION_FAMILY, _is_read)),
}

CAME_BACK = "came back within seven days"


class Returns:
    """Who came back within seven days of a session, dated at their end, when a yes and a no are both known.

    Dated earlier, the newest would all be a yes. `now` (unix microseconds): what is not known by then does not count.
    """

    def __init__(self, now: int) -> None:
        self._now = now
        self._last: dict[str, Episode] = {}

    def of(self, one: Episode) -> Iterator[tuple[Episode, Outcome]]:
        """The outcome of this conversation's session before."""
        before, self._last[one.conversation] = self._last.get(one.conversation), one
        if before:
            yield from self._known(before, came_back=one.begin <= _week_after(before))

    def rest(self) -> Iterator[tuple[Episode, Outcome]]:
        """The outcomes of those who did not come back."""
        for one in self._last.values():
            yield from self._known(one, came_back=False)

    def _known(self, one: Episode, *, came_back: bool) -> Iterator[tuple[Episode, Outcome]]:
        if _week_after(one) < self._now:
            yield one, (_week_after(one), float(came_back))


def _week_after(one: Episode) -> int:
    return one.end + 7 * DAY
