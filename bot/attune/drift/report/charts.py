"""A series as an SVG picture: its points with their intervals, what came into use, and where it moved."""

import io
import re
from collections.abc import Sequence
from datetime import datetime, timezone

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import DateFormatter, DayLocator
from matplotlib.figure import Figure

from attune.drift.look import Change, Mark, Series, Unit

INK, LINE, BAND, MOVED = "#3d4a48", "#1d5c57", "#bcd6d2", "#a3420d"
"""Colours with a contrast of at least 4.5 against white; nothing is told by colour alone."""
SIZE = (7.2, 2.4)
"""Inches."""
STYLE = {"svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9, "text.color": INK, "axes.edgecolor": INK,
         "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK}
FACTOR: dict[Unit, float] = {"share": 100.0, "seconds": 1.0, "score": 1.0}
LABEL: dict[Unit, str] = {"share": "%", "seconds": "seconds", "score": "0 to 100"}


def chart(series: Series, marks: Sequence[Mark], changes: Sequence[Change], name: str) -> str:
    """The SVG of a series, with `name` before each of its ids, so that several fit into one page."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=SIZE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _points(axes, series)
        _lines(axes, marks, changes)
        axes.set_ylabel(LABEL[series.unit])
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.xaxis.set_major_locator(DayLocator(interval=7))
        axes.xaxis.set_major_formatter(DateFormatter("%-d %b"))
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _inside(out.getvalue(), name)


def _points(axes: mpl.axes.Axes, series: Series) -> None:
    factor = FACTOR[series.unit]
    shown = [(_day(point.begin), point.estimate) for point in series.points if point.estimate]
    days = [day for day, _ in shown]
    axes.fill_between(days, [found.low * factor for _, found in shown], [found.high * factor for _, found in shown],
                      color=BAND, linewidth=0)
    axes.plot(days, [found.value * factor for _, found in shown], color=LINE, marker="o", markersize=4, linewidth=1.6)


def _lines(axes: mpl.axes.Axes, marks: Sequence[Mark], changes: Sequence[Change]) -> None:
    told = [(mark.at, f"new {mark.kind}", LINE, ":") for mark in marks]
    told += [(change.since, f"{change.moved} since here", MOVED, "--") for change in changes]
    for place, (at, words, colour, style) in enumerate(told):
        axes.axvline(_day(at), color=colour, linestyle=style, linewidth=1.2)
        axes.annotate(words, (_day(at), 1 - 0.12 * (place % 3)), xycoords=("data", "axes fraction"), xytext=(4, -8),
                      textcoords="offset points", color=colour, fontsize=8)


def _day(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, tz=timezone.utc)


def _inside(svg: str, name: str) -> str:
    """The SVG as it may stand inside a page: no prolog, ids of its own, hidden from who is read the table instead."""
    body = svg[svg.index("<svg"):]
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'(xlink:href="#|href="#|url\(#)', rf"\1{name}-", body)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    return re.sub(r"<svg ", '<svg class="chart" aria-hidden="true" focusable="false" ', body, count=1)
