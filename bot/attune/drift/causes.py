"""Why a conversation did not calm down: the first rule that fits, each a likely cause and no proof."""

from collections.abc import Callable

from attune.drift.episodes import Episode
from attune.drift.measures import FEELINGS, STRONG, calmer

LONG = 15 * 60
"""Seconds of waiting for a person that are too long: HND-2's fifteen minutes."""
UNKNOWN = "unknown"


def _steps(one: Episode, step: str) -> int:
    return sum(found.step == step for found in one.steps)


def _promise_broken(one: Episode) -> bool:
    return bool(_steps(one, "called")) and not _steps(one, "joined")


def _waited_too_long(one: Episode) -> bool:
    return bool(_steps(one, "timed_out")) or any((step.waited or 0) > LONG for step in one.steps)


def _not_acknowledged(one: Episode) -> bool:
    strong = [turn for turn in one.turns if turn.emotion in FEELINGS and (turn.level or 0) >= STRONG]
    return any(turn.acknowledged is None and "help" not in turn.spoken for turn in strong)


def _wrong_wording(one: Episode) -> bool:
    return any(turn.wording and turn.wording.endswith("_light") and (turn.level or 0) >= STRONG for turn in one.turns)


CAUSES: dict[str, Callable[[Episode], bool]] = {
    "promise broken: a person was called and nobody came": _promise_broken,
    "waited too long for a person": _waited_too_long,
    "passed on twice": lambda one: _steps(one, "transferred") >= 2,
    "not understood": lambda one: any(not turn.understood for turn in one.turns),
    "not acknowledged": _not_acknowledged,
    "wording too light for the feeling": _wrong_wording,
    "policy: a yes was refused or taken back": lambda one: one.refused,
    UNKNOWN: lambda _one: True,
}
"""In the order in which they are asked."""


def cause(one: Episode) -> str | None:
    """The likely cause; None where the conversation calmed down, or nothing tells."""
    if calmer(one) is not False:
        return None
    return next(name for name, fits in CAUSES.items() if fits(one))
