"""What is said of the queue and of the team's hours; the sentences are data in layer/waiting.yml."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from babel.dates import format_date

from attune import designer_file
from attune.consent.permission import Permission
from attune.policy import hours
from attune.policy.hours import Hours
from attune.policy.routing import Request
from attune.settings import LAYER
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Reading

WAITING = LAYER / "waiting.yml"
SCHEMA = LAYER / "schemas" / "waiting.json"
STATED = 2
"""The crisis tier from which a handoff is for safety."""


def words(about: str, path: Path = WAITING) -> Mapping[str, str]:
    """The sentences about `place`, `wait` or `back`; raises InvalidFile with the line."""
    return cast("Mapping[str, Mapping[str, str]]", designer_file.load(path, SCHEMA))[about]


def request(readings: Iterable[Reading], permission: Permission, *, safety_passed_on: bool) -> Request:
    """What a request for a person would be routed by now, as far as feelings go.

    Args:
        readings: those of the session's turns.
        permission: what the customer allows; how they feel counts only where it may be passed on.
        safety_passed_on: whether danger is passed on without a yes.
    """
    known, shared = list(readings), permission.allows("agent")
    stated = any(each.crisis.tier >= STATED for each in known) and (shared or safety_passed_on)
    felt = [each.intensity for each in known if shared and each.emotion in FRUSTRATION_FAMILY | DISTRESS_FAMILY]
    return Request("safety" if stated else "customer_request", max(felt, default=0))


def back(queue: str, lines: Iterable[Hours], now: datetime, locale: str = "en") -> str | None:
    """When the people of this queue are back, in words; None while they are there (HND-3)."""
    line = hours.of(queue, lines)
    if line is None or line.is_open(now):
        return None
    opens = line.opens(now)
    return _told(opens, now, locale) if opens else words("back")["unknown"]


def _told(opens: datetime, now: datetime, locale: str) -> str:
    ahead = (opens.date() - now.astimezone(opens.tzinfo).date()).days
    kind = {0: "today", 1: "tomorrow"}.get(ahead, "this_week" if ahead < 7 else "later")
    return words("back")[kind].format(
        time=f"{opens:%H:%M}", day=format_date(opens, "EEEE", locale), date=format_date(opens, "d MMMM", locale),
        zone=str(opens.tzinfo).rpartition("/")[2].replace("_", " "),
    )
