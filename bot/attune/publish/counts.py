"""How often help was shown in a year, without anything that leads to a person (CRI-12)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from attune.audit.record import Record
from attune.reply.resources import EVERYWHERE

SMALLEST = 10
"""Counts below this could point at somebody and are not told."""
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Counts:
    """One year's figures; None stands for a figure kept back because it, or its neighbour, is below `smallest`.

    `times` counts messages in which help was shown, `conversations` those in which it was shown at least once; the
    tables count conversations, by the country whose lines were shown and by language.
    """

    year: int
    smallest: int
    times: int | None
    conversations: int | None
    by_country: Mapping[str, int | None]
    by_locale: Mapping[str, int | None]


def count(records: Iterable[Record], year: int, countries: Mapping[str, str], smallest: int = SMALLEST) -> Counts:
    """Count the year's (UTC) Records of help; `countries` tells the country of each help line's id."""
    times, country, locale = 0, dict[str, str](), dict[str, str]()
    for record in records:
        if record.kind != "help" or record.conversation is None or _year(record) != year:
            continue
        times += 1
        country[record.conversation] = _country(record, countries)  # the last word: it may have been asked for since
        locale[record.conversation] = str(record.facts.get("locale") or UNKNOWN)
    return Counts(
        year, smallest, _enough(times, smallest), _enough(len(country), smallest),
        suppressed(Counter(country.values()), smallest), suppressed(Counter(locale.values()), smallest),
    )


def suppressed(cells: Mapping[str, int], smallest: int) -> dict[str, int | None]:
    """The cells from the largest on, without the small; one alone would follow from the sum: the next goes too."""
    ordered = sorted(cells.items(), key=lambda cell: (-cell[1], cell[0]))
    told = [name for name, number in ordered if number >= smallest]
    if len(ordered) - len(told) == 1 and told:
        told.pop()
    return {name: number if name in told else None for name, number in ordered}


def _enough(number: int, smallest: int) -> int | None:
    return number if number == 0 or number >= smallest else None


def _year(record: Record) -> int:
    return datetime.fromtimestamp(record.at / 1_000_000, tz=timezone.utc).year


def _country(record: Record, countries: Mapping[str, str]) -> str:
    shown = str(record.facts.get("resources") or "").split()
    named = {countries[entry] for entry in shown if entry in countries} - {EVERYWHERE}
    return named.pop() if len(named) == 1 else UNKNOWN
