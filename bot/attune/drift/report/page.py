"""The report as one page that needs nothing from outside, as a fragment for the desk, and as JSON."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from attune.drift.look import Look, Mark, Series
from attune.drift.report import figures
from attune.drift.report.chart import Drawing, draw
from attune.drift.report.summary import calm, plain, summary, verdict
from attune.drift.report.words import Meaning, Words
from attune.drift.settings import DriftSettings

HERE = Path(__file__).parent
CSS = HERE / "report.css"
VERSION = 1
"""Of the JSON."""


@dataclass(frozen=True)
class Panel:
    """A measure: its chart, what it means, and its parts by kind (channel, queue, version, variant)."""

    whole: Series
    meaning: Meaning | None
    drawing: Drawing | None
    moved: str | None
    parts: tuple[tuple[str, tuple[Series, ...]], ...]


def html(look: Look, words: Words, settings: DriftSettings) -> str:
    """The whole page; its only style is allowed by its hash, and nothing else is."""
    css = CSS.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return _pages().get_template("page.html").render(css=css, digest=digest, **_facts(look, words, settings))


def fragment(look: Look, words: Words, settings: DriftSettings) -> str:
    """What stands inside the page, for a page that brings report.css."""
    return _pages().get_template("_look.html").render(**_facts(look, words, settings))


def as_json(look: Look, words: Words, settings: DriftSettings) -> dict[str, Any]:
    """The same as plain data: the summary's sentences, and the Look as it is (times in unix microseconds)."""
    return {
        "version": VERSION, "kind": "drift", "begin": figures.stamp(look.begin), "end": figures.stamp(look.end),
        "summary": plain(look, words, settings.watch.urgent), "look": asdict(look),
        "smallest_cell": settings.smallest_cell, "index_weights": dict(settings.index),
    }


def _facts(look: Look, words: Words, settings: DriftSettings) -> dict[str, Any]:
    news = summary(look, words, settings.watch.urgent)
    known = {one.measure for one in look.series if one.cut is None}
    return {
        "look": look, "settings": settings, "news": news, "calm": calm(look, words),
        "panels": tuple(_panels(look, words, {one.change.measure for one in news})),
        "unseen": [one.measure for one in look.series if one.cut is None and one.now is None],
        "absent": [name for name in words.measures if name not in known and name not in settings.index
                   and name != "Empathy Index"],
        "readings": _guarded(look.readings, settings.smallest_cell), "marks": _shown(look),
    }


def _panels(look: Look, words: Words, order: set[str]) -> Iterator[Panel]:
    """What moved comes first."""
    wholes = [one for one in look.series if one.cut is None and one.now]
    for whole in sorted(wholes, key=lambda one: one.measure not in order):
        changes = [one for one in look.changes if (one.measure, one.cut) == (whole.measure, None)]
        moved = verdict(changes[0].moved, whole.better) if changes else None
        parts = _parts([one for one in look.series if one.cut and one.measure == whole.measure])
        yield Panel(whole, words.measures.get(whole.measure), draw(whole, changes, _shown(look), look.begin, look.end),
                    moved, parts)


def _parts(series: Sequence[Series]) -> tuple[tuple[str, tuple[Series, ...]], ...]:
    kinds = dict.fromkeys(one.cut[0] for one in series if one.cut)
    return tuple((kind, tuple(one for one in series if one.cut and one.cut[0] == kind)) for kind in kinds)


def _shown(look: Look) -> tuple[Mark, ...]:
    return tuple(mark for mark in look.marks if mark.at < look.end)


def _guarded(count: int, smallest: int) -> str:
    return f"fewer than {smallest}" if 0 < count < smallest else f"{count:,}"


def _pages() -> Environment:
    pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)
    pages.filters |= {
        "day": figures.day, "stamp": figures.stamp, "figure": figures.figure, "estimate": figures.estimate,
        "number": lambda count: f"{count:,}",
    }
    return pages
