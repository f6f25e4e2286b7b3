"""What became of the wordings, for reading and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from attune.drift.words import Figures, Variety, WordChange, Wording


def told(change: WordChange) -> Iterator[str]:
    """One change: where it stands and since when, what it said and says, and what that did to the figures."""
    stands = change.after or change.before
    place = f"{stands.file}:{stands.line}: " if stands and stands.line else ""
    locale = "" if change.locale == "en" else f" ({change.locale})"
    yield f"{place}{change.response}{locale} {change.happened}{_when(change)}"
    yield from (f"  {sign} {_said(each)}" for sign, each in (("-", change.before), ("+", change.after)) if each)
    moved = [*_figures(*change.figures), *_variety(*change.variety)]
    yield from [f"    {', '.join(moved)}"] if moved else []


def summary(found: Sequence[WordChange], wordings: int) -> str:
    """How many of how many wordings changed."""
    if not found:
        return f"{wordings} wordings, all as approved."
    kinds = [each.happened for each in found]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("added", "reworded", "removed") if kind in kinds)
    return f"{wordings} wordings; {counts}."


def as_json(change: WordChange) -> dict[str, Any]:
    """One change as plain data."""
    return asdict(change)


def _when(change: WordChange) -> str:
    if change.commit is None or change.at is None:
        return ""
    day = datetime.fromtimestamp(change.at / 1_000_000, timezone.utc).date()
    return f" in {change.commit[:10]} of {day.isoformat()}"


def _said(said: Wording) -> str:
    return " ".join(" ".join([said.text, *(f"[{each}]" for each in said.texts[1:])]).split())


def _figures(before: Figures | None, after: Figures | None) -> Iterator[str]:
    for name, label in (("words", "words"), ("apologies", "apologies"), ("lix", "LIX")):
        yield from _moved(label, getattr(before, name, None), getattr(after, name, None))
    were, are = (frozenset(each.findings if each else ()) for each in (before, after))
    yield from (f"breaks {finding}" for finding in sorted(are - were))
    yield from (f"no longer breaks {finding}" for finding in sorted(were - are) if after)


def _variety(before: Variety, after: Variety) -> Iterator[str]:
    yield from _moved("wordings", before.wordings, after.wordings)
    yield from _moved("distinct openings ‰", before.openings, after.openings)
    yield from _moved("distinct words ‰", before.types, after.types)


def _moved(label: str, before: int | None, after: int | None) -> Iterator[str]:
    if None not in (before, after) and before != after:
        yield f"{label} {before} → {after}"
    elif before is None and after:
        yield f"{label} {after}"
