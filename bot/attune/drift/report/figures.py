"""Figures as people read them."""

import re
from datetime import datetime, timezone

from attune.drift.look import Change, Cut, Estimate, Mark, MixChange, Portion, Unit
from attune.drift.watched import WATCHED

KINDS = {"model": "a new model", "protocol": "another protocol.yml", "wordings": "new wordings",
         "layer": "another layer"}
PARTS = {"channel": "on {}", "queue": "in the queue {}", "version": "with model {}", "variant": "with the wording {}"}
DIGEST = re.compile(r"\.[0-9a-f]{8}:")
"""What a trial's mark has beside its name (attune.reply.experiments)."""
TITLES = {"intents": "what customers ask for", "emotions": "how customers sound", "tiers": "how grave messages are"}
"""Of mixes; a measure's name says what it is."""
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


def digits(found: float | None) -> str:
    """A figure of a test to two digits, so that no count can be reckoned from it; a dash where it is not told."""
    if found is None:
        return "–"
    return f"{found:.2g}" if found >= 0.0001 else "< 0.0001"


def evidence(money: float | None) -> str:
    """What a bet has won; beyond ten thousand nobody needs to know how much."""
    if money is None:
        return "too few to show"
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


def title(measure: str) -> str:
    """What stands over a measure or a mix."""
    return named(measure)[0].upper() + named(measure)[1:]


def named(measure: str) -> str:
    """A measure or a mix, inside a sentence."""
    return TITLES.get(measure, measure)


def happened(change: Change | MixChange) -> str:
    """What moved, which way, and since when, after the title: “went down around 5 October 2026, from … to …”."""
    if isinstance(change, MixChange):
        ways = [f"{way} {_named(names)}" for way, names in (("more", change.grew), ("less", change.shrank)) if names]
        return f"changed around {day(change.since)}: {'; '.join(ways) or 'each name a little'}"
    unit = WATCHED[change.measure].unit
    before, after = estimate(change.before, unit), estimate(change.after, unit)
    return f"went {change.moved} around {day(change.since)}, from {before} to {after}"


def _named(portions: tuple[Portion, ...]) -> str:
    return ", ".join(map(portion, portions))


def portion(one: Portion) -> str:
    """A name of a mix with its shares, as far as they may be told: “refund status (25 % to 40 %)”."""
    told = [short(found) for found in (one.before, one.after)]
    name = one.name.replace("_", " ")
    return f"{name} ({' to '.join(told)})" if one.before or one.after else name


def short(found: Estimate | None) -> str:
    """A share without its interval: “25 %”."""
    return f"{number(found.value, 'share')}{PERCENT}" if found else "few"


def took(change: Change | MixChange) -> str:
    """How long it went on before it was noticed."""
    hours = (change.found - change.since) / 3_600_000_000
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{max(1, round(hours))} hours"


def brought(marks: tuple[Mark, ...]) -> str:
    """What came into use shortly before, in words."""
    return " and ".join(dict.fromkeys(f"{KINDS[mark.kind]} ({mark.name[:8]}, {day(mark.at)})" for mark in marks))
