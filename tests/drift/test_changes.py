"""What moved is told the way it moved, and since when, on both ends of the scale (DRF-2)."""

from collections.abc import Sequence

import numpy as np
import pytest

from attune.drift.changes import Watched, changes
from attune.drift.look import Change, Unit
from attune.drift.settings import load

WATCH = load().watch
BEFORE = 4000


def found(parts: Sequence[tuple[float, int]], before: float, seed: int, unit: Unit = "share") -> tuple[Change, ...]:
    """What is said of outcomes whose share is so, for so many of them each; outcome n has the time n."""
    dice = np.random.default_rng(seed)
    draw = _drawn if unit == "share" else _waited
    now = np.concatenate([draw(dice, level, of) for level, of in parts])
    return changes([Watched("x", None, unit, draw(dice, before, BEFORE), np.arange(len(now)), now)], WATCH)


def _drawn(dice: np.random.Generator, share: float, of: int) -> np.ndarray:
    return (dice.random(of) < share).astype(float)


def _waited(dice: np.random.Generator, seconds: float, of: int) -> np.ndarray:
    return dice.exponential(seconds, of)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("unit", "first", "then", "before", "moved"), [
    ("share", 0.35, 0.10, 0.20, "down"), ("share", 0.10, 0.35, 0.20, "up"),
    ("seconds", 300.0, 60.0, 120.0, "down"), ("seconds", 60.0, 300.0, 120.0, "up"),
])
def test_a_wave_before_the_fall_does_not_turn_it_round(
    unit: Unit, first: float, then: float, before: float, moved: str, seed: int,
) -> None:
    [change] = found([(first, 250), (then, 2000)], before, seed, unit)

    assert change.before
    assert change.after
    assert change.moved == moved == ("up" if change.after.value > change.before.value else "down")
    assert 200 < change.since < 400


@pytest.mark.parametrize(("before", "now"), [(0.996, 0.98), (0.004, 0.02)])
def test_near_the_whole_a_change_is_dated_as_well_as_near_nothing(before: float, now: float) -> None:
    said = [found([(before, 5000), (now, 2000)], before, seed) for seed in range(20)]
    since = [change.since for changes_ in said for change in changes_]

    assert len(since) >= 17
    assert 4700 < float(np.median(since)) < 5200


def test_where_nothing_moved_nothing_is_said() -> None:
    assert [found([(level, 3000)], level, seed) for level in (0.004, 0.2, 0.996) for seed in range(5)] == [()] * 15
