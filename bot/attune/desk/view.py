"""What a page shows of a case, in words: waiting times, strengths, names of feelings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from attune.desk import curve
from attune.handoff.alarms import Alarm
from attune.handoff.desks.builtin import Case
from attune.handoff.note import Note
from attune.handoff.outcomes import Contact
from attune.handoff.transfers import Transfer
from attune.policy.protocol import Protocol
from attune.reply import resources
from attune.reply.resources import Resources


@dataclass(frozen=True)
class Row:
    """One line of the queue."""

    case: Case
    waiting: str
    due: str
    overdue: bool
    drawing: curve.Curve | None
    alarmed: bool = False
    """Whether a message may be about danger and nobody has said they read it."""


@dataclass(frozen=True)
class HelpLine:
    """A help line to pass on, in words, and whether its review is missing or over (CRI-6)."""

    words: str
    unreviewed: bool


@dataclass(frozen=True)
class Sheet:
    """One conversation: its case, notes and transfers, its course in words, its alarms and the country's help lines."""

    row: Row
    notes: Sequence[Note]
    transfers: Sequence[Transfer]
    course: Sequence[str]
    alarms: Sequence[Alarm] = ()
    """Every alarm of this handoff, answered or not."""
    help_lines: Sequence[HelpLine] = ()
    emergency: str = ""
    earlier: Sequence[Contact] = ()
    """Earlier contacts, only where the customer lets an agent see how it has gone."""


def row(case: Case, now: float, width: int = 120, height: int = 36) -> Row:
    """A case as a line of the queue at a moment (unix seconds)."""
    left = seconds(case.packet["due"]) - now
    context = case.packet.get("context")
    drawing = curve.draw(context, width, height) if context and context["trajectory"] else None
    due = f"{minutes(-left)} overdue" if left < 0 else f"due in {minutes(left)}"
    return Row(case, minutes(now - seconds(case.packet["opened"])), due, left < 0, drawing)


def course(context: Mapping[str, Any] | None, protocol: Protocol, wordings: Mapping[str, Any]) -> list[str]:
    """The trajectory in words, one line a turn, for those who don't see the drawing."""
    def line(point: Mapping[str, Any]) -> str:
        if point["emotion"] in ("neutral", "gratitude"):
            return f"Message {point['turn']}: sounds {wordings['emotions'][point['emotion']]}"
        levels = [name for name, least in protocol.levels.items() if point["intensity"] >= least]
        strength = max(levels, key=lambda name: protocol.levels[name], default="none")
        return (f"Message {point['turn']}: sounds {wordings['strengths'][strength]} "
                f"{wordings['emotions'][point['emotion']]}")

    return [line(point) for point in (context or {}).get("trajectory", ())]


def help_lines(found: Resources, today: date) -> list[HelpLine]:
    """The help lines an agent can pass on, each with the mark of a missing review."""
    return [HelpLine(resources.in_words(Resources((line,), None)), resources.review_problem(line, today) is not None)
            for line in found.lines]


def minutes(seconds: float) -> str:
    """A span of time as an agent reads it."""
    whole = int(seconds // 60)
    if whole < 1:
        return "under a minute"
    return f"{whole} min" if whole < 120 else f"{whole // 60} h"


def clock(at: float) -> str:
    """A moment (unix seconds) as hours and minutes in the desk's own time zone."""
    return datetime.fromtimestamp(at, tz=timezone.utc).astimezone().strftime("%H:%M")


def day(at: float) -> str:
    """A moment (unix seconds) as a date in the desk's own time zone."""
    return datetime.fromtimestamp(at, tz=timezone.utc).astimezone().strftime("%Y-%m-%d")


def seconds(iso: str) -> float:
    """A packet's time as unix seconds."""
    return datetime.strptime(iso, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
