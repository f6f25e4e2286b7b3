"""False alarms of the look that is repeated: whole years in which nothing moves, looked at again and again.

    python bench/quiet_years.py [--years 10] [--together 60] [--looks 1] [--seed 1]

Each year is a stream of outcomes of one measure with one share throughout. As at the desk, each look compares the last
seven days with the twenty-eight before; who is alarmed has seen it at once. Alarms a year are counted for a measure
that shares how sure one must be with `--together` others and parts, and for one that is urgent and shares with none.
Looks that follow each other overlap, which the number in drift.yml, a promise for one look, knows nothing of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import click
import numpy as np
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from tqdm import tqdm

from attune.drift.alarms import MICRO, DriftAlarms
from attune.drift.changes import Times, Values, Watched, changes
from attune.drift.look import Change
from attune.drift.settings import DriftSettings, load

SECONDS, YEAR = 86_400, 365
ROWS = ((0.01, 200), (0.01, 2000), (0.1, 200), (0.1, 2000), (0.5, 200), (0.5, 2000), (0.95, 200), (0.95, 2000))
"""The share, and how many outcomes a day."""
Found = tuple[Change, ...]


@dataclass(frozen=True)
class Looked:
    """How many looks a day, and how many measures and parts one look watches together."""

    a_day: int
    together: int


@dataclass(frozen=True)
class Stream:
    """Outcomes of one measure in the order of time (unix microseconds)."""

    at: Times
    values: Values

    def watched(self, day: float, settings: DriftSettings) -> Watched:
        """What a look so many days after the beginning sees of it."""
        days = day, day - settings.window_days, day - settings.window_days - settings.reference_days
        end, middle, begin = (int(np.searchsorted(self.at, one * SECONDS * MICRO)) for one in days)
        return Watched("handed over", None, "share", self.values[begin:middle], self.at[middle:end],
                       self.values[middle:end])


def year(share: float, a_day: int, seed: tuple[int, ...]) -> Stream:
    """A year, and the weeks before it that it is compared with."""
    dice, days = np.random.default_rng(seed), YEAR + 35
    at = np.sort(dice.integers(0, days * SECONDS * MICRO, a_day * days))
    return Stream(at, (dice.random(len(at)) < share).astype(np.float64))


def alarms(looks: Sequence[tuple[float, Found]]) -> int:
    """How many alarms come of the looks (day and what it found) if each is seen at once."""
    known, count = DriftAlarms(create_engine("sqlite://", poolclass=StaticPool)), 0
    for day, found in looks:
        for one in known.rise(found, day * SECONDS):
            count += known.see(one.id, "somebody", day * SECONDS)
    return count


def looks(stream: Stream, settings: DriftSettings, how: Looked) -> Iterator[tuple[float, Found, Found]]:
    """What each look finds of an urgent measure, and of one that shares: never what the urgent one would not."""
    alone = settings.watch
    shared = replace(alone, sure=1 - (1 - alone.sure) / how.together)
    for number in range(YEAR * how.a_day):
        day = 35 + number / how.a_day
        watched = [stream.watched(day, settings)]
        found = changes(watched, alone)
        yield day, found, changes(watched, shared) if found else ()


def row(share: float, a_day: int, seeds: Sequence[tuple[int, ...]], how: Looked) -> tuple[float, float]:
    """Alarms a year of an urgent measure, and of one that shares."""
    settings, urgent, sharing = load(), 0, 0
    for seed in seeds:
        seen = list(looks(year(share, a_day, seed), settings, how))
        urgent += alarms([(day, found) for day, found, _ in seen])
        sharing += alarms([(day, found) for day, _, found in seen])
    return urgent / len(seeds), sharing / len(seeds)


@click.command()
@click.option("--years", default=10, show_default=True)
@click.option("--together", default=60, show_default=True, help="Measures and parts watched together.")
@click.option("--looks", "a_day", default=1, show_default=True, help="Looks a day; the desk makes 24.")
@click.option("--seed", default=1, show_default=True)
def main(years: int, together: int, a_day: int, seed: int) -> None:
    """Print a table of alarms a year by share and outcomes a day."""
    click.echo(f"share  a day  alarms a year, of {together}  urgent")
    for number, (share, outcomes) in enumerate(tqdm(ROWS, delay=2)):
        seeds = [(seed, number, one) for one in range(years)]
        urgent, sharing = row(share, outcomes, seeds, Looked(a_day, together))
        click.echo(f"{share:5.2f}  {outcomes:5}  {sharing:17.2f}  {urgent:10.2f}")


if __name__ == "__main__":
    main()
