"""How often help was shown for danger, by country and language, without anything that leads to a person (CRI-12)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attune.audit.record import Record
from attune.drift.suppression import enough, split
from attune.reply.resources import EVERYWHERE

UNKNOWN = "unknown"


@dataclass(frozen=True)
class HelpShown:
    """`conversations` in which help was shown at least once, by the country whose lines were shown and by language.

    `times` counts the messages with help; None stands for a figure that is too small, or from which one would follow.
    """

    times: int | None
    conversations: int | None
    by_country: Mapping[str, int]
    by_locale: Mapping[str, int]


def help_shown(records: Iterable[Record], countries: Mapping[str, str], smallest: int) -> HelpShown:
    """Count the Records of help among these; `countries` tells the country of each help line's id."""
    times, country, locale = 0, dict[str, str](), dict[str, str]()
    for record in records:
        if record.kind != "help" or record.conversation is None:
            continue
        times += 1
        country[record.conversation] = _country(record, countries)  # the last word: it may have been asked for since
        locale[record.conversation] = str(record.facts.get("locale") or UNKNOWN)
    by_country, by_locale = split(Counter(country.values()), smallest), split(Counter(locale.values()), smallest)
    further = enough(times - len(country), smallest)  # what follows from the two sums
    told = None if by_country.total is None or further is None else times
    return HelpShown(told, by_country.total, by_country.parts, by_locale.parts)


def _country(record: Record, countries: Mapping[str, str]) -> str:
    shown = str(record.facts.get("resources") or "").split()
    named = {countries[entry] for entry in shown if entry in countries} - {EVERYWHERE}
    return named.pop() if len(named) == 1 else UNKNOWN
