"""Puts a Look, a time's counts or one conversation's review into a self-contained page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from attune.audit import checkpoints
from attune.drift.look import Change, Look, MixChange, MixShift, Series
from attune.drift.report import charts, figures
from attune.drift.review import Review, span
from attune.drift.settings import DriftSettings
from attune.drift.suppression import TOGETHER
from attune.drift.transparency import Transparency
from attune.drift.trials import Trial
from attune.drift.watched import MIXES, TELLING, WATCHED

TEMPLATES = Path(__file__).with_name("templates")
PURPOSES = {
    "adapt": "Fitting answers to how a message sounds", "agent": "Telling a person who takes over how it has gone",
    "quality": "Keeping how messages sound, to see whether the assistant changes",
}


@dataclass(frozen=True)
class Finding:
    """A measure or a mix that moved, and the parts in which it did, too."""

    whole: Change | MixChange | None
    parts: tuple[Change | MixChange, ...]

    @property
    def first(self) -> Change | MixChange:
        """What is told of it."""
        return self.whole or self.parts[0]

    @property
    def is_bad(self) -> bool:
        """Whether it moved the way that is not good for customers."""
        measure = WATCHED.get(self.first.measure)
        return measure is not None and measure.better not in (None, self.first.moved)


def findings(look: Look, urgent: Collection[str] = ()) -> list[Finding]:
    """What moved, measure by measure: what is urgent first, then what is bad for customers."""
    by: dict[str, list[Change | MixChange]] = {}
    for change in look.moved:
        by.setdefault(change.measure, []).append(change)
    found = [Finding(next((one for one in told if one.cut is None), None),
                     tuple(one for one in told if one.cut)) for told in by.values()]
    return sorted(found, key=lambda one: (one.first.measure not in urgent, not one.is_bad, one.first.since))


def drift(  # noqa: PLR0913 - each part of the page has its name
    look: Look, settings: DriftSettings, made: int, *, back: str | None = None, trials: Sequence[Trial] = (),
    quotes: Sequence[str] | None = None, withheld: str | None = None,
) -> str:
    """The report of a time as HTML; `made` in unix microseconds, `back` the page to go back to, if it is no file.

    `quotes`: customers' sentences that may be shown; None where nobody is asked for them, or with `withheld`, why not.
    """
    whole = [one for one in look.series if one.cut is None]
    return _page("drift.html", back=back, look=look, settings=settings, made=made, whole=whole, trials=trials,
                 quotes=quotes, withheld=withheld, findings=findings(look, settings.watch.urgent),
                 parts={one.measure: _parts(look, one.measure) for one in whole}, mixes=_mixes(look),
                 charts={one.measure: _chart(look, one, number) for number, one in enumerate(whole)})


def transparency(told: Transparency, back: str | None = None) -> str:
    """What the assistant did in a time, for who is not in the house, as HTML; it was made when `ledger` says."""
    return _page("transparency.html", told=told, counts=told.counts, made=told.ledger.at, back=back,
                 line=checkpoints.as_line(told.ledger).decode().strip(), together=TOGETHER, purposes=PURPOSES,
                 took=lambda seconds: span(seconds * 1_000_000).replace(" ", "\u00a0"))


def review(conversation: str, told: Review, made: int, back: str | None = None) -> str:
    """One conversation from the first record to the last, for those who look at it together, as HTML."""
    return _page("review.html", conversation=conversation, told=told, made=made, back=back)


def _parts(look: Look, measure: str) -> list[Series]:
    return [one for one in look.series if one.measure == measure and one.cut]


def _mixes(look: Look) -> dict[str, list[MixShift]]:
    """The mixes that could be compared, the whole of each first."""
    return {name: found for name in MIXES if (found := [one for one in look.mixes if one.measure == name])}


def _chart(look: Look, series: Series, number: int) -> str:
    if not any(point.estimate for point in series.points):
        return ""
    moved = [one for one in look.changes if one.measure == series.measure and one.cut is None]
    return charts.chart(series, look.marks, moved, f"c{number}")


def _page(template: str, **facts: object) -> str:
    return _templates().get_template(template).render(**facts)


@cache
def _templates() -> Environment:
    found = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)
    found.globals |= {"estimate": figures.estimate, "part": figures.part, "title": figures.title,
                      "happened": figures.happened, "short": figures.short, "took": figures.took,
                      "brought": figures.brought, "evidence": figures.evidence, "number": figures.number,
                      "digits": figures.digits, "telling": TELLING}
    found.filters |= {"day": figures.day, "moment": figures.moment, "named": figures.named}
    return found
