"""A series as the places of a chart: an SVG with real text and no style in it, so that any page may hold it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10

from attune.drift.look import Change, Estimate, Mark, Point, Series
from attune.drift.report.figures import axis, short_day

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 26, 30
LINES = 4
"""Grid lines there are at most."""
MOST_DAYS = 6
APART = 90
"""How far apart two labels must be."""


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what stands there."""

    place: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """Places in the SVG's own units; `lines` and `bands` are `points` of polylines and polygons."""

    lines: tuple[str, ...]
    bands: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    rows: tuple[Tick, ...]
    days: tuple[Tick, ...]
    changes: tuple[Tick, ...]
    marks: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    begin: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw(series: Series, changes: Iterable[Change], marks: Iterable[Mark], begin: int, end: int) -> Drawing | None:
    """The drawing; None where no window has enough to show."""
    shown = [(one.begin, one.estimate) for one in series.points if one.estimate]
    if not shown:
        return None
    first = min(point.begin for point in series.points)
    step = _step(max(found.high for _, found in shown))
    top = step * ceil(max(found.high for _, found in shown) / step)
    width, came = _width(series.points, end), [mark for mark in marks if first < mark.at <= end]

    def across(at: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at - first) / max(end - first, 1), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)

    runs = [[(across(min(at + width / 2, end)), found) for at, found in run] for run in _runs(series.points)]
    return Drawing(
        lines=tuple(_path((x, up(found.value)) for x, found in run) for run in runs),
        bands=tuple(_path([*((x, up(found.high)) for x, found in run),
                           *((x, up(found.low)) for x, found in reversed(run))]) for run in runs),
        dots=tuple((x, up(found.value)) for run in runs for x, found in run),
        rows=tuple(Tick(up(row), axis(row, series.unit)) for row in (step * n for n in range(round(top / step) + 1))),
        days=tuple(Tick(across(one.begin), short_day(one.begin)) for one in _some(series.points)),
        changes=tuple(Tick(across(one.since), str(number)) for number, one in enumerate(changes, 1)),
        marks=tuple(Tick(across(mark.at), mark.kind) for mark in came),
        labels=tuple(_labels((across(mark.at), mark.kind) for mark in came)),
        begin=across(max(begin, first)),
    )


def _runs(points: Iterable[Point]) -> Iterator[list[tuple[int, Estimate]]]:
    """Stretches of windows that all have a figure: a gap is left open, not bridged."""
    for known, run in groupby(points, key=lambda one: one.estimate is not None):
        if known:
            yield [(one.begin, one.estimate) for one in run if one.estimate]


def _labels(marks: Iterable[tuple[float, str]]) -> Iterator[Tick]:
    """One label for the versions that came at once; those too near to the one before stand with it."""
    places: list[tuple[float, list[str]]] = []
    for place, kind in marks:
        if not places or place - places[-1][0] > APART:
            places.append((place, []))
        places[-1][1].append(kind)
    yield from (Tick(place, ", ".join(dict.fromkeys(kinds))) for place, kinds in places)


def _step(highest: float) -> float:
    """A round distance of grid lines: 1, 2 or 5 times a power of ten."""
    least = max(highest, 1e-6) / LINES
    power = 10.0 ** floor(log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _width(points: tuple[Point, ...], end: int) -> int:
    return points[1].begin - points[0].begin if len(points) > 1 else end - points[0].begin


def _some(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return points[::max(1, ceil(len(points) / MOST_DAYS))]


def _path(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
