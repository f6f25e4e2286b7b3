"""Wordings on trial, judged after every outcome: how often that errs, and how long it takes, beside the z-test.

    python bench/wordings_on_trial.py [--runs 1000] [--conversations 4000] [--seed 1]

Each run is a trial with half of the conversations in each arm. "Errs" is how often a difference is said where there is
none, at a promise of 5 % and a look after every outcome: by Attune's bets, and by the two-proportion z-test that most
would look at. "Found" is how often, and after how many conversations, Attune says of a variant that it is better (at
1 %); beside it stands how many a z-test needs that is planned beforehand, looked at once, for a power of 80 %.
"""

from math import ceil

import click
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from tqdm import tqdm

from attune.drift.anytime import money_over_time

ERROR, BETTER, POWER = 0.05, 0.01, 0.8
LEVELS = (0.05, 0.2, 0.5, 0.8)
DIFFERENCES = ((0.5, 0.55), (0.5, 0.6), (0.5, 0.7), (0.2, 0.3), (0.05, 0.1))
FIRST = 30
"""Outcomes before which nobody would trust a z-test."""
Flags = NDArray[np.bool_]


def drawn(old: float, new: float, of: int, dice: np.random.Generator) -> tuple[Flags, Flags]:
    """Who heard the new wording, and the outcomes."""
    is_new = dice.random(of) < 0.5
    return is_new, dice.random(of) < np.where(is_new, new, old)


def z_over_time(is_new: Flags, outcome: Flags) -> NDArray[np.float64]:
    """The two-proportion z statistic after each outcome."""
    heard, ones = np.cumsum(is_new), np.cumsum(outcome)
    with_new, number = np.cumsum(is_new & outcome), np.arange(1, len(outcome) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = ones / number
        spread = np.sqrt(pooled * (1 - pooled) * (1 / heard + 1 / (number - heard)))
        z = (with_new / heard - (ones - with_new) / (number - heard)) / spread
    return np.nan_to_num(z)


def errs(level: float, runs: int, of: int, dice: np.random.Generator) -> tuple[float, float]:
    """How often bets and z-test say “commoner” at any time though nothing differs."""
    bets = tests = 0
    limit = stats.norm.isf(ERROR)
    for _ in range(runs):
        is_new, outcome = drawn(level, level, of, dice)
        bets += money_over_time(is_new, outcome, 0.5)[0].max() >= 1 / ERROR
        tests += z_over_time(is_new, outcome)[FIRST:].max() >= limit
    return bets / runs, tests / runs


def found(old: float, new: float, runs: int, of: int, dice: np.random.Generator) -> list[int]:
    """After how many conversations the bets said so, in the runs in which they did."""
    when = []
    for _ in range(runs):
        money = money_over_time(*drawn(old, new, of, dice), 0.5)[0]
        if money.max() >= 1 / BETTER:
            when.append(int(np.argmax(money >= 1 / BETTER)) + 1)
    return sorted(when)


def planned(old: float, new: float) -> int:
    """How many conversations a one-sided z-test at 1 % needs in all (Fleiss 1981, without continuity correction)."""
    middle, certain, power = (old + new) / 2, stats.norm.isf(BETTER), stats.norm.isf(1 - POWER)
    root = certain * np.sqrt(2 * middle * (1 - middle)) + power * np.sqrt(old * (1 - old) + new * (1 - new))
    return 2 * ceil((root / (new - old)) ** 2)


@click.command()
@click.option("--runs", default=1000, show_default=True)
@click.option("--conversations", default=4000, show_default=True, help="Looked at after each of them.")
@click.option("--seed", default=1, show_default=True)
def main(runs: int, conversations: int, seed: int) -> None:
    """Print two tables: errors where nothing differs, and conversations until a difference is said."""
    dice = np.random.default_rng(seed)
    click.echo("level  errs, bets  errs, z-test looked at each time")
    for level in tqdm(LEVELS, delay=2):
        bets, tests = errs(level, runs, conversations, dice)
        click.echo(f"{level:5.2f}  {bets:10.3f}  {tests:6.3f}")
    click.echo("from  to    found  conversations, median  nine in ten  z-test, planned  ratio of medians")
    for old, new in tqdm(DIFFERENCES, delay=2):
        when, needed = found(old, new, runs, conversations, dice), planned(old, new)
        told = [f"{when[int(part * runs)]}" if len(when) > part * runs else "–" for part in (0.5, 0.9)]
        ratio = f"{when[int(0.5 * runs)] / needed:.2f}" if len(when) > 0.5 * runs else "–"
        click.echo(f"{old:.2f}  {new:.2f}  {len(when) / runs:5.3f}  {told[0]:>21}  {told[1]:>11}  {needed:15}  {ratio}")


if __name__ == "__main__":
    main()
