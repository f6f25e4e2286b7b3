"""The place in the queue and what can honestly be said of the wait: figures of what was, never a promise (HND-3)."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from attune.policy.hours import Hours, of
from attune.policy.waiting import words

ENOUGH = 5
"""Fewer people than this who got through say nothing about the next one."""
LOOKED_BACK_HOURS = 2
STEP = 5
"""Minutes to which a wait is rounded up."""
TELL_AGAIN = 300.0
"""Seconds between two lines that only say that the wait goes on."""


@dataclass(frozen=True)
class Waiting:
    """Somebody in the queue; times in unix seconds, `answer_within` in seconds.

    `told_place` and `told` are the place they were told last, and when; `told_late` is when they heard that nobody came
    in time, `offered` when they were offered to be called back for that.
    """

    handoff_id: str
    conversation_id: str
    queue: str
    reason: str
    priority: int
    due: float
    opened: float
    since: float
    answer_within: float
    told_place: int | None = None
    told: float | None = None
    told_late: float | None = None
    offered: float | None = None


@dataclass(frozen=True)
class Expected:
    """Between which minutes the middle half of the last waits lay; `least` equals `most` where one bound says it."""

    least: int
    most: int


def in_order(waiting: Sequence[Waiting]) -> list[Waiting]:
    """The queue as the desk shows it: by priority, due time and waiting time (HND-5)."""
    return sorted(waiting, key=lambda one: (one.priority, one.due, one.opened))


def surges(waiting: int, surge_from: int | None) -> bool:
    """Whether so many wait that the most affected go first, and no place in the queue would hold (HND-2)."""
    return surge_from is not None and waiting >= surge_from


def began(asked: float, queue: str, hours: Sequence[Hours]) -> float:
    """From when on a wait counts: when a person was asked for, or when the team was there next (unix seconds)."""
    line, at = of(queue, hours), datetime.fromtimestamp(asked, timezone.utc)
    if line is None or line.is_open(at):
        return asked
    opens = line.opens(at)
    return opens.timestamp() if opens else asked


def expected(waited: Sequence[float], longest_now: float) -> Expected | None:
    """What to expect from the last waits of the same queue; None where they are too few, or no longer true.

    Args:
        waited: seconds between asking for a person and getting one, of those who got one lately.
        longest_now: seconds for which somebody of this queue has been waiting already; who waits longer than the
            figures say shows that these describe better times.
    """
    if len(waited) < ENOUGH:
        return None
    lower, _, upper = statistics.quantiles(waited, n=4, method="inclusive")
    least, most = (max(STEP, STEP * math.ceil(seconds / 60 / STEP)) for seconds in (lower, upper))
    return Expected(least, most) if longest_now <= 60 * most else None


def place_in_words(ahead: int | None) -> str:
    """The place as a sentence; None where it would not hold."""
    said = words("place")
    if ahead is None:
        return said["surge"]
    return said[{0: "next", 1: "one"}.get(ahead, "more")].format(people=ahead)


def wait_in_words(found: Expected | None) -> str:
    """The wait as a sentence, which says plainly where nothing is known."""
    said = words("wait")
    if found is None:
        return said["unknown"]
    kind = "up_to" if found.least == found.most else "range"
    return said[kind].format(least=found.least, most=found.most, hours=LOOKED_BACK_HOURS)


def worth_telling(one: Waiting, ahead: int, now: float) -> bool:
    """Whether somebody should hear of their place: it has improved, or they have heard nothing for a while."""
    if one.told is None or one.told_place is None:
        return True
    return ahead < one.told_place or now - one.told >= TELL_AGAIN


def is_late(one: Waiting, hours: Sequence[Hours], now: float) -> bool:
    """Whether nobody came in time."""
    return now - began(one.since, one.queue, hours) > one.answer_within


def too_long(one: Waiting, hours: Sequence[Hours], now: float) -> bool:
    """Whether to offer more than waiting here (HND-2): twice the time is over, or the team has left meanwhile."""
    start = began(one.since, one.queue, hours)
    line = of(one.queue, hours)
    left = start == one.since and line is not None and not line.is_open(datetime.fromtimestamp(now, timezone.utc))
    return left or now - start > 2 * one.answer_within
