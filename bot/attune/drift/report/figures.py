"""Figures as people read them."""

import re
from datetime import datetime, timezone

from attune.drift.look import Change, Cut, Estimate, Mark, Unit

KINDS = {"model": "a new model", "protocol": "another protocol.yml", "wordings": "new wordings",
         "layer": "another layer"}
PARTS = {"channel": "on {}", "queue": "in the queue {}", "version": "with model {}", "variant": "with the wording {}"}
DIGEST = re.compile(r"\.[0-9a-f]{8}:")
"""What a trial's mark has beside its name (attune.reply.experiments)."""
MINUTE = 60
PERCENT = "\u00a0%"


def estimate(found: Estimate | None, unit: Unit) -> str:
    """A value with its interval: “93 % (91 to 95)”."""
    if found is None:
        return "too few to show"
    value, low, high = (number(part, unit) for part in (found.value, found.low, found.high))
    return f"{value}{PERCENT if unit == 'share' else ''} ({low} to {high})"


def number(value: float, unit: Unit) -> str:
    """A value without its interval; shares in per cent, times in seconds or minutes."""
    if unit == "share":
        return f"{100 * value:.1f}" if value < 0.1 else f"{100 * value:.0f}"
    if unit == "seconds":
        return f"{value / MINUTE:.1f} min" if value >= 2 * MINUTE else f"{value:.1f} s"
    return f"{value:.0f}"


def evidence(money: float) -> str:
    """What a bet has won; beyond ten thousand nobody needs to know how much."""
    return f"{money:.1f}" if money < 100 else f"{money:,.0f}" if money < 10_000 else "over 10,000"


def day(at: int) -> str:
    """A day (UTC) from unix microseconds: “15 October 2026”."""
    return f"{datetime.fromtimestamp(at / 1_000_000, tz=timezone.utc):%-d %B %Y}"


def moment(at: int) -> str:
    """A day and a time (UTC)."""
    return f"{datetime.fromtimestamp(at / 1_000_000, tz=timezone.utc):%Y-%m-%d %H:%M:%S}"


def part(cut: Cut | None) -> str:
    """A part of the conversations, as the end of a sentence; nothing for all of them."""
    if cut is None:
        return ""
    kind, value = cut
    short = DIGEST.sub(":", value) if kind == "variant" else value[:12] if kind == "version" else value
    return PARTS.get(kind, kind + " {}").format(short)


def took(change: Change) -> str:
    """How long it went on before it was noticed."""
    hours = (change.found - change.since) / 3_600_000_000
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{max(1, round(hours))} hours"


def brought(marks: tuple[Mark, ...]) -> str:
    """What came into use shortly before, in words."""
    return " and ".join(dict.fromkeys(f"{KINDS[mark.kind]} ({mark.name[:8]}, {day(mark.at)})" for mark in marks))
