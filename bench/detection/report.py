"""Everything that was measured, as values a table or JSON can be made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detection.answer import Heard
from detection.measures import MEASURES, Measure, Proportion, concerned, grouped, proportion
from detection.reliability import Reliability

Sets = Mapping[str, Sequence[Heard]]


@dataclass(frozen=True)
class Figure:
    """One row: a measure of so many messages, by peer; `group`: the part of them it is about, empty for all."""

    measure: str
    group: str
    messages: int
    by_peer: Mapping[str, Proportion | None]


@dataclass(frozen=True)
class Section:
    """The figures of one folder."""

    folder: str
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Cost:
    """What hearing costs a peer; memory in megabytes, times in milliseconds, None where not measured."""

    median_ms: float
    p95_ms: float
    long_ms: float | None = None
    memory: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Report:
    """All figures of a run; `conditions` are those they were taken under."""

    conditions: Mapping[str, str | int]
    sections: Sequence[Section]
    costs: Mapping[str, Cost]
    reliability: Sequence[Reliability]


def figures(by_peer: Mapping[str, Sets], by: str | None = None) -> list[Figure]:
    """Every measure of one folder, each followed by its parts when asked `by` a field; empty ones are left out."""
    return [figure for measure in MEASURES for figure in _figures(measure, by_peer, by) if figure.messages]


def _figures(measure: Measure, by_peer: Mapping[str, Sets], by: str | None) -> Iterable[Figure]:
    heard = {peer: concerned(measure, sets) for peer, sets in by_peer.items()}
    yield _figure(measure, "", heard)
    parts = {peer: grouped(each, by) for peer, each in heard.items()} if by else {}
    for group in next(iter(parts.values()), {}):
        yield _figure(measure, group, {peer: part[group] for peer, part in parts.items()})


def _figure(measure: Measure, group: str, heard: Mapping[str, Sequence[Heard]]) -> Figure:
    count = max(map(len, heard.values()))
    return Figure(measure.name, group, count, {peer: proportion(measure, each) for peer, each in heard.items()})


def shown(name: str, heard: Mapping[str, Sets]) -> list[str]:
    """The messages of a measure, folder by folder, with what was made of them: + flagged, - not."""
    [wanted] = [measure for measure in MEASURES if measure.name == name]
    found = [each for sets in heard.values() for each in concerned(wanted, sets)]
    signs = ["+" if getattr(each.answer, wanted.question) else "-" for each in found]
    return [f"{sign} {each.row.label}: {each.row.text}  [{each.answer.note}]"
            for sign, each in zip(signs, found, strict=True)]
