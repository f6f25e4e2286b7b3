"""Evidence that holds however often one looks at it: for wordings on trial (Ville 1939; Ramdas et al. 2023).

Who hears which wording is drawn by lot. So if the wording makes no difference, then among those with one outcome, too,
as many heard the new one as the lot says, whatever customers come for that week. Betting against that by what was seen
before multiplies one's money only if it is wrong: the money is the evidence, and over a whole trial it reaches 1/a with
a chance of at most a.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Flags = NDArray[np.bool_]
Reals = NDArray[np.float64]
ODDS = np.array([1.2, 1.5, 2.0, 3.0, 5.0])
"""How many times the odds may have grown or shrunk; the stake is spread evenly over them."""


@dataclass(frozen=True)
class Evidence:
    """The largest it has been: that an outcome is commoner with the new wording, and that it is rarer."""

    commoner: float
    rarer: float


def evidence(is_new: Flags, outcome: Flags, share: float) -> Evidence:
    """The evidence in outcomes in the order in which they were known; `share` of them by lot heard the new wording."""
    more, less = (float(np.max(money, initial=1.0)) for money in money_over_time(is_new, outcome, share))
    return Evidence(more, less)


def money_over_time(is_new: Flags, outcome: Flags, share: float) -> tuple[Reals, Reals]:
    """What the bets on commoner and on rarer hold after each outcome, of 1 at the beginning."""
    before: Reals = np.cumsum(outcome) - outcome
    level = special.logit((before + 1) / (np.arange(len(outcome)) + 2))
    more, less = (_money(is_new, outcome, share, level, np.log(odds)) for odds in (ODDS, 1 / ODDS))
    return more, less


def _money(is_new: Flags, outcome: Flags, share: float, level: Reals, odds: Reals) -> Reals:
    """Each bet takes the level of all before as the middle, and moves the two wordings apart around it."""
    new, old = (special.expit(level + part * odds[:, None]) for part in (1 - share, -share))
    if_new, if_old = (np.where(outcome, each, 1 - each) for each in (new, old))
    mixed = share * if_new + (1 - share) * if_old
    won = np.cumsum(np.log(np.where(is_new, if_new, if_old) / mixed), axis=1)
    money: Reals = np.exp(special.logsumexp(won, axis=0) - np.log(len(odds)))
    return money


def interval(count: int, of: int, error: float) -> tuple[float, float]:
    """An interval for a share that holds at all times at once but for a chance of `error` (Robbins 1970)."""
    if not of:
        return 0.0, 1.0
    rest, whole = of - count, special.betaln(0.5, 0.5)
    highest = special.betaln(count + 0.5, rest + 0.5) - whole + np.log(error)

    def above(share: float) -> float:
        return float(special.xlogy(count, share) + special.xlog1py(rest, -share) - highest)

    best, edge = count / of, 1e-12
    low = 0.0 if above(edge) > 0 else optimize.brentq(above, edge, max(best, edge))
    high = 1.0 if above(1 - edge) > 0 else optimize.brentq(above, min(best, 1 - edge), 1 - edge)
    return float(low), float(high)
