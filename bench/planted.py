"""What is planted in simulated weeks: whether the look back finds it, how soon, and what else it calls a change.

    python bench/planted.py [--conversations 6000] [--runs 20]

Each run is six weeks made up from another seed, with a change in the third; the look is at the last four weeks against
the two before. "Found" is a change of the measure that has to notice it, over all conversations; messages and days are
counted from when it was planted to when it was noticed. "Other alarms" are measures that moved though nothing made
them: what a plant does move as well is named in EXPECTED.
"""

import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import click
from tqdm import tqdm

from attune.audit.record import Record
from attune.drift import settings
from attune.drift.looking import look
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, PLANTS, SHOWS_IN, WEEKS, Plant, simulated

BEGIN = 1_790_000_000
PLANTED, END = (BEGIN + CHANGES_IN * DAY) * MICRO, (BEGIN + WEEKS * 7 * DAY) * MICRO
EXPECTED: Mapping[Plant, frozenset[str]] = {
    "none": frozenset(), "cold": frozenset({"acknowledged before solved", "calmer within three turns", "escalated"}),
    "crisis": frozenset({"crisis help", "crisis", "handed over", "tiers"}),
    "nlu": frozenset({"not understood", "confidence in what was meant"}),
    "queue": frozenset({"time to a person", "handover completed", "person rated well"}),
    "intents": frozenset({"intents"}),
}
"""What each plant moves, by how the weeks are made up."""
HEADER = ("planted", "shows in", "found", "messages, median", "90 %", "days, median", "other alarms in all runs")


@dataclass(frozen=True)
class Run:
    """One run: messages and days until it was noticed (None: it was not), and the measures that moved for nothing."""

    messages: int | None
    days: float | None
    others: tuple[str, ...]


def tried(plant: Plant, conversations: int, seed: int) -> Run:
    """Make up six weeks and look back at the last four."""
    records = [felt for _, felt in simulated(conversations, BEGIN, seed, plant)]
    changes = look(records, PLANTED, END, settings.load()).moved
    others = tuple(f"{one.measure}{' in ' + one.cut[1] if one.cut else ''}" for one in changes
                   if one.measure not in EXPECTED[plant])
    noticed = next((one.found for one in changes if one.cut is None and one.measure == SHOWS_IN.get(plant)), None)
    if noticed is None:
        return Run(None, None, others)
    return Run(_messages(records, noticed), (noticed - PLANTED) / MICRO / DAY, others)


def row(plant: Plant, runs: Iterable[Run]) -> tuple[str, ...]:
    """One row of the table."""
    told = list(runs)
    found = [(one.messages, one.days) for one in told if one.messages is not None and one.days is not None]
    others = Counter(name for one in told for name in one.others)
    alarms = ", ".join(f"{name} {count}×" for name, count in others.most_common()) or "none"
    if plant == "none":
        return "nothing", "–", "–", "–", "–", "–", alarms
    messages, days = sorted(one for one, _ in found), [one for _, one in found]
    if not found:
        return plant, SHOWS_IN[plant], f"0 of {len(told)}", "–", "–", "–", alarms
    late = messages[ceil(0.9 * len(messages)) - 1]
    return (plant, SHOWS_IN[plant], f"{len(found)} of {len(told)}", f"{statistics.median(messages):.0f}", str(late),
            f"{statistics.median(days):.1f}", alarms)


def _messages(records: Iterable[Record], until: int) -> int:
    return sum(one.kind == "turn" and PLANTED <= one.at <= until for one in records)


def _lines(conversations: int, runs: int, first_seed: int) -> Iterator[str]:
    yield f"{runs} runs of {conversations} conversations in {WEEKS} weeks; a change in day {CHANGES_IN}"
    yield f"| {' | '.join(HEADER)} |"
    yield f"|{'---|' * len(HEADER)}"
    changes: list[Plant] = list(PLANTS)
    for plant in changes:
        seeds = tqdm(range(first_seed, first_seed + runs), desc=plant, delay=2, disable=None)
        yield f"| {' | '.join(row(plant, [tried(plant, conversations, seed) for seed in seeds]))} |"


@click.command(epilog="Example: python bench/planted.py --runs 20")
@click.option("--conversations", default=6000, show_default=True, help="In each run.")
@click.option("--runs", default=20, show_default=True, type=click.IntRange(min=1), help="Of each kind of change.")
@click.option("--seed", default=1000, show_default=True, help="The first run's; each later one takes the next.")
def main(conversations: int, runs: int, seed: int) -> None:
    """Print the table (Markdown)."""
    for line in _lines(conversations, runs, seed):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
