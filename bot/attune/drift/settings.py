"""What the look back watches for: drift.yml, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attune import designer_file
from attune.errors import InvalidFile
from attune.settings import drift_path

SCHEMA = Path(__file__).with_name("settings.schema.json")
WHOLE = 1000
"""Per mille of a whole."""


@dataclass(frozen=True)
class Watch:
    """When a measure has moved; shares from 0 to 1, `…_times` factors of the odds. drift.yml says what each does."""

    least: int
    false_alarm_every: int
    rare_below: float
    rare_times: float
    common_times: float
    sure: float
    urgent: frozenset[str]


@dataclass(frozen=True)
class Quiet:
    """The hours in which only what is never quiet is told."""

    begin: time
    end: time
    timezone: ZoneInfo


@dataclass(frozen=True)
class DriftSettings:
    """drift.yml; `index` holds the weight of each part, which sum to 1."""

    window_days: int
    reference_days: int
    smallest_cell: int
    watch: Watch
    index: Mapping[str, float]
    look_every_minutes: int
    quiet: Quiet
    never_quiet: frozenset[str]
    most_quotes: int


def load(path: Path | None = None) -> DriftSettings:
    """Read and check a drift.yml, this installation's unless told otherwise; raises InvalidFile with file and line."""
    return _load(path or drift_path())


@lru_cache(maxsize=4)
def _load(path: Path) -> DriftSettings:
    data = cast("dict[str, Any]", designer_file.load(path, SCHEMA))
    weights, alarms = data["index"], data["alarms"]
    if sum(weights.values()) != WHOLE:
        line = designer_file.line_of(data, ["index"])
        raise InvalidFile(path, line, f"index: the weights sum to {sum(weights.values())}; make it {WHOLE}")
    whole = ("least", "false_alarm_every", "urgent")
    shares = {name: value / WHOLE for name, value in data["watch"].items() if name not in whole}
    return DriftSettings(
        window_days=data["window_days"], reference_days=data["reference_days"], smallest_cell=data["smallest_cell"],
        watch=Watch(data["watch"]["least"], data["watch"]["false_alarm_every"], **shares,
                    urgent=frozenset(map(str, data["watch"]["urgent"]))),
        index={str(name): weight / WHOLE for name, weight in weights.items()},
        look_every_minutes=alarms["look_every_minutes"], quiet=_quiet(path, data),
        never_quiet=frozenset(map(str, alarms["never_quiet"])),
        most_quotes=data["quotes"]["most"],
    )


def _quiet(path: Path, data: dict[str, Any]) -> Quiet:
    told = data["alarms"]["quiet"]
    try:
        zone = ZoneInfo(told["timezone"])
    except (ZoneInfoNotFoundError, ValueError):
        line = designer_file.line_of(data, ["alarms", "quiet", "timezone"])
        what = f"alarms.quiet.timezone: {told['timezone']!r} is no time zone; write one such as Europe/Dublin or UTC"
        raise InvalidFile(path, line, what) from None
    return Quiet(time.fromisoformat(told["from"]), time.fromisoformat(told["to"]), zone)
