"""The summary: what moved, since when, how sure that is, what came into use before, and where to look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from attune.drift.look import Change, Cut, Direction, Look, Mark, Unit
from attune.drift.report.figures import day, estimate
from attune.drift.report.words import Words

ORDER = ("worse", "changed", "better")


@dataclass(frozen=True)
class News:
    """A measure that moved: `verdict` is worse, better or neither; `parts` tell where else it shows."""

    change: Change
    verdict: str
    says: str
    before: str
    advice: str
    parts: tuple[str, ...]


def summary(look: Look, words: Words, urgent: Collection[str]) -> tuple[News, ...]:
    """What moved, what is urgent first, then the worst: one for each measure, with the parts in which it moved too."""
    kinds = {one.measure: (one.unit, one.better) for one in look.series}
    found: dict[str, list[Change]] = {}
    for change in sorted(look.changes, key=lambda one: (one.cut is not None, one.since)):
        found.setdefault(change.measure, []).append(change)
    news = [_news(changes, kinds, words) for changes in found.values()]
    return tuple(sorted(news, key=lambda one: (one.change.measure not in urgent, ORDER.index(one.verdict))))


def calm(look: Look, words: Words) -> str:
    """What is said if nothing moved."""
    if not look.records:
        return words.sentences["empty"].format(begin=day(look.begin), end=day(look.end))
    if not look.steady:
        return words.sentences["nothing_watched"].format(begin=day(look.begin))
    return words.sentences["nothing"].format(steady=len(look.steady))


def plain(look: Look, words: Words, urgent: Collection[str]) -> tuple[str, ...]:
    """The summary as sentences alone."""
    news = summary(look, words, urgent)
    return tuple(f"{one.says} {one.before} {one.advice}".strip() for one in news) or (calm(look, words),)


def verdict(moved: Direction, better: Direction | None) -> str:
    """Whether a move is good for customers."""
    if better is None:
        return "changed"
    return "better" if moved == better else "worse"


def _news(changes: Sequence[Change], kinds: Mapping[str, tuple[Unit, Direction | None]], words: Words) -> News:
    first, *rest = changes
    unit, better = kinds.get(first.measure, ("share", None))
    found = verdict(first.moved, better)
    meaning = words.measures.get(first.measure)
    advice = meaning.advice if meaning and found != "better" else ""
    parts = tuple(_moved(one, unit, words) for one in rest)
    return News(first, found, _moved(first, unit, words), _before(first.marks, words), advice, parts)


def _moved(change: Change, unit: Unit, words: Words) -> str:
    unseen = change.before is None or change.after is None
    return words.sentences["moved_unseen" if unseen else "moved"].format(
        measure=change.measure, cut=_in(change.cut, words), went=words.went[change.moved],
        before=estimate(change.before, unit), after=estimate(change.after, unit),
        since=day(change.since), found=day(change.found),
    )


def _in(cut: Cut | None, words: Words) -> str:
    return words.sentences["cut"].format(kind=cut[0], name=cut[1]) if cut else ""


def _before(marks: Sequence[Mark], words: Words) -> str:
    if not marks:
        return words.sentences["no_marks"]
    told = "; ".join(f"{mark.kind} {mark.name[:12]} on {day(mark.at)}" for mark in marks)
    return words.sentences["marks"].format(marks=told)
