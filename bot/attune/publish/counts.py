"""How often help was shown in a year, without anything that leads to a person (CRI-12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from attune.audit.record import Record
from attune.drift.help_shown import HelpShown, help_shown

SMALLEST = 10
"""Counts below this could point at somebody and are not told."""


@dataclass(frozen=True)
class Counts:
    """One calendar year's figures (UTC)."""

    year: int
    smallest: int
    help: HelpShown


def count(records: Iterable[Record], year: int, countries: Mapping[str, str], smallest: int = SMALLEST) -> Counts:
    """Count the year's Records of help; `countries` tells the country of each help line's id."""
    of_the_year = (record for record in records if record.kind == "help" and _year(record) == year)
    return Counts(year, smallest, help_shown(of_the_year, countries, smallest))


def _year(record: Record) -> int:
    return datetime.fromtimestamp(record.at / 1_000_000, tz=timezone.utc).year
