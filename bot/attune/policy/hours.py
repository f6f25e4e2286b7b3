"""When people are there: weekly hours in a time zone, days on which nobody is, and when the team is back (HND-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOKED_AHEAD = 400
"""Days in which a team must be back; more than the longest year."""

Span = tuple[int, int]
"""From when to when, in minutes since midnight; the end itself is outside."""


@dataclass(frozen=True)
class Hours:
    """The hours of some queues; `week` holds the spans of each day from Monday on, `queues` is empty for all."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    closed: frozenset[date] = frozenset()
    queues: frozenset[str] = frozenset()

    @property
    def always(self) -> bool:
        """Whether somebody is there at any time after all."""
        return not self.closed and all(day == ((0, 24 * 60),) for day in self.week)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there; `at` with its time zone."""
        here = at.astimezone(self.zone)
        return any(start <= _minute(here) < end for start, end in self._spans(here.date()))

    def opens(self, at: datetime) -> datetime | None:
        """When the team is back after `at`, in its own zone; None if not within LOOKED_AHEAD days."""
        here = at.astimezone(self.zone)
        for ahead in range(LOOKED_AHEAD):
            day = here.date() + timedelta(ahead)
            later = [start for start, _ in self._spans(day) if ahead or start > _minute(here)]
            if later:
                return datetime.combine(day, time(*divmod(min(later), 60)), self.zone)
        return None

    def _spans(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed else self.week[day.weekday()]


def of(queue: str, lines: Iterable[Hours]) -> Hours | None:
    """The first line of hours that is for this queue; None where people are there at any time."""
    return next((line for line in lines if not line.queues or queue in line.queues), None)


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute
