"""Figures as people read them: a share in per cent, a time in minutes and seconds, a day with its month's name."""

from datetime import datetime, timezone

from attune.drift.look import Estimate, Unit

MICRO = 1_000_000
MINUTE, HOUR = 60, 3600


def figure(value: float, unit: Unit) -> str:
    """One value."""
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "score":
        return f"{value:.0f}"
    return _time(value)


def axis(value: float, unit: Unit) -> str:
    """One value in few letters, for the side of a chart."""
    return f"{100 * value:.3g} %" if unit == "share" else figure(value, unit)


def estimate(one: Estimate | None, unit: Unit) -> str:
    """A value with its interval, or that there are too few to show."""
    if one is None:
        return "too few to show"
    return f"{figure(one.value, unit)} ({figure(one.low, unit)} to {figure(one.high, unit)})"


def day(at: int) -> str:
    """The day (UTC) of a time in unix microseconds, as in “Mon 7 September 2026”."""
    when = datetime.fromtimestamp(at / MICRO, tz=timezone.utc)
    return f"{when:%a} {when.day} {when:%B %Y}"


def short_day(at: int) -> str:
    """The same without weekday and year, as in “7 Sep”."""
    when = datetime.fromtimestamp(at / MICRO, tz=timezone.utc)
    return f"{when.day} {when:%b}"


def stamp(at: int) -> str:
    """The same in ISO 8601, for machines."""
    return datetime.fromtimestamp(at / MICRO, tz=timezone.utc).isoformat()


def _time(seconds: float) -> str:
    if round(seconds, 1) < MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
