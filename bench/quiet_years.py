"""False alarms of the look that is repeated: whole years in which nothing moves, looked at again and again.

    python bench/quiet_years.py [--years 10] [--together 60] [--looks 1] [--seed 1]

Each year is a stream of outcomes: of a measure with one share throughout, of a score, or of a mix of eight names. As at
the desk, each look compares the last seven days with the twenty-eight before; who is alarmed has seen it at once.
Alarms a year are counted for one that shares how sure one must be with `--together` measures, parts and mixes, and for
a measure that is urgent and shares with none (scores and mixes never are).
Looks that follow each other overlap, which the number in drift.yml, a promise for one look, knows nothing of.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import click
import numpy as np
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from tqdm import tqdm

from attune.drift.alarms import MICRO, DriftAlarms, Moved
from attune.drift.changes import Times, Values, Watched, changes
from attune.drift.look import Unit
from attune.drift.measures import DAY
from attune.drift.mixes import Window, mixed, shifts
from attune.drift.settings import DriftSettings, Watch, load
from attune.drift.shift import chi_square, pooled

SECONDS, YEAR = 86_400, 365
SHARES = (0.01, 0.1, 0.5, 0.95)
NAMES = (0.4, 0.2, 0.15, 0.1, 0.08, 0.04, 0.02, 0.01)
"""The share of each name of the mix."""
SCORE = 8.0, 2.0
"""Confidences as Beta numbers, from 0 to 100: most are high."""
SIZES = (200, 2000)
"""Outcomes a day."""
Found = tuple[Moved, ...]
Draw = Callable[[np.random.Generator, int], Values]


@dataclass(frozen=True)
class Looked:
    """How many looks a day, and how many measures, parts and mixes one look watches together."""

    a_day: int
    together: int


@dataclass(frozen=True)
class Stream:
    """Outcomes in the order of time (unix microseconds), of one kind throughout; a name is its number."""

    unit: Unit | Literal["mix"]
    at: Times
    values: Values

    def look(self, day: float, settings: DriftSettings, how: Watch) -> Found:
        """What a look so many days after the beginning finds, as sure as `how` says."""
        middle = day - settings.window_days
        begin, start, end = (int(np.searchsorted(self.at, one * SECONDS * MICRO))
                             for one in (middle - settings.reference_days, middle, day))
        before, now, at = self.values[begin:start], self.values[start:end], self.at[start:end]
        if self.unit != "mix":
            return changes([Watched("handed over", None, self.unit, before, at, now)], how)
        first = round(middle * SECONDS) * MICRO
        days = {-1: Counter(map(str, before))} | {
            number: Counter(map(str, now[(at - first) // DAY == number])) for number in range(settings.window_days)}
        one, p = mixed("intents", None, days), 1 - how.sure
        if chi_square(*pooled(one.before, one.now)) > p:  # what the look asks for first, and is quick
            return ()
        window = Window(first, first + settings.window_days * DAY, (), settings.smallest_cell)
        return tuple(shift.change for shift in shifts([one], p, window) if shift.change)


def year(unit: Unit | Literal["mix"], draw: Draw, a_day: int, seed: tuple[int, ...]) -> Stream:
    """A year, and the weeks before it that it is compared with."""
    dice, days = np.random.default_rng(seed), YEAR + 35
    at = np.sort(dice.integers(0, days * SECONDS * MICRO, a_day * days))
    return Stream(unit, at, draw(dice, len(at)))


def outcomes(share: float, dice: np.random.Generator, many: int) -> Values:
    """So many ones and noughts."""
    return (dice.random(many) < share).astype(np.float64)


def kinds() -> Iterator[tuple[str, Unit | Literal["mix"], Draw]]:
    """What the rows are of."""
    for share in SHARES:
        yield f"share {share:.2f}", "share", partial(outcomes, share)
    yield "score", "score", lambda dice, many: dice.beta(*SCORE, many) * 100
    yield f"mix of {len(NAMES)}", "mix", lambda dice, many: dice.choice(len(NAMES), many, p=NAMES).astype(float)


def alarms(looks: Sequence[tuple[float, Found]]) -> int:
    """How many alarms come of the looks (day and what it found) if each is seen at once."""
    known, count = DriftAlarms(create_engine("sqlite://", poolclass=StaticPool)), 0
    for day, found in looks:
        for one in known.rise(found, day * SECONDS):
            count += known.see(one.id, "somebody", day * SECONDS)
    return count


def looks(stream: Stream, settings: DriftSettings, how: Looked) -> Iterator[tuple[float, Found, Found]]:
    """What each look finds alone, and sharing how sure one must be: never what it would not find alone."""
    alone = settings.watch
    shared = replace(alone, sure=1 - (1 - alone.sure) / how.together)
    for number in range(YEAR * how.a_day):
        day = 35 + number / how.a_day
        found = stream.look(day, settings, alone)
        yield day, found, stream.look(day, settings, shared) if found else ()


def row(streams: Iterable[Stream], how: Looked) -> tuple[float, float]:
    """Alarms a year of what watches alone, and of what shares."""
    settings = load()
    each = [list(looks(stream, settings, how)) for stream in streams]
    urgent = sum(alarms([(day, found) for day, found, _ in seen]) for seen in each)
    sharing = sum(alarms([(day, found) for day, _, found in seen]) for seen in each)
    return urgent / len(each), sharing / len(each)


@click.command()
@click.option("--years", default=10, show_default=True)
@click.option("--together", default=60, show_default=True, help="Measures, parts and mixes watched together.")
@click.option("--looks", "a_day", default=1, show_default=True, help="Looks a day; the desk makes 24.")
@click.option("--seed", default=1, show_default=True)
def main(years: int, together: int, a_day: int, seed: int) -> None:
    """Print a table of alarms a year by what was watched and outcomes a day."""
    click.echo(f"what        a day  alarms a year, of {together}  urgent")
    rows = [(*kind, size) for kind in kinds() for size in SIZES]
    for number, (name, unit, draw, size) in enumerate(tqdm(rows, delay=2)):
        streams = (year(unit, draw, size, (seed, number, one)) for one in range(years))
        urgent, sharing = row(streams, Looked(a_day, together))
        told = f"{urgent:10.2f}" if unit == "share" else f"{'never':>10}"
        click.echo(f"{name:10}  {size:5}  {sharing:17.2f}  {told}")


if __name__ == "__main__":
    main()
