"""The figures: what is counted among which messages, with 95 % Wilson intervals."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detection.answer import Heard, Question
from detection.sets import Row

Z95 = 1.959963984540054

Counts = Callable[[bool, bool], tuple[bool, bool]]
"""From (it is so, it was said to be so) to (it counts, it counts as a hit)."""


@dataclass(frozen=True)
class Proportion:
    """Hits among all that count; `share`, `low` and `high` from 0 to 1."""

    hits: int
    of: int
    share: float
    low: float
    high: float


class Measure(NamedTuple):
    """One figure: of the messages of a set (where `among`), the share that `counts` makes of one question's answers."""

    name: str
    set: str
    question: Question
    counts: Counts
    among: Callable[[Row], bool] = lambda row: True
    f1: bool = False


def flagged(positive: bool, said: bool) -> tuple[bool, bool]:
    """How many of the messages were flagged: recall or false alarms, by which messages these are."""
    return True, said


def right(positive: bool, said: bool) -> tuple[bool, bool]:
    """How many of those flagged are so: precision."""
    return said, positive


def shared(positive: bool, said: bool) -> tuple[bool, bool]:
    """How many of those that are so or were flagged are both: what F1 is made of."""
    return positive or said, positive and said


def positive(row: Row) -> bool:
    """The messages that show what their set is about."""
    return row.positive


APART = {"Bitext": "bitext", "NLU++": "nlupp"}
"""Sources too unlike others to be counted with them (Bitext is templated), and how to know them."""


def _from(source: str, only_positive: bool = False) -> Callable[[Row], bool]:
    return lambda row: source in row.source.lower() and (row.positive or not only_positive)


def _elsewhere(row: Row) -> bool:
    return not any(source in row.source.lower() for source in APART.values())


CRISIS = (
    Measure("crisis recall, explicit", "crisis_positive", "crisis", flagged, lambda row: row.explicit),
    Measure("crisis recall, all", "crisis_positive", "crisis", flagged),
    Measure("crisis recall, without a danger word", "crisis_positive", "crisis", flagged, lambda row: not row.explicit),
    Measure("crisis recall, 5 % of hard negatives flagged", "crisis_positive", "crisis_strict", flagged),
    *(Measure(f"crisis false alarms, {name}", name, "crisis", flagged)
      for name in ("benign_support", "crisis_hard_negative", "distress_positive", "frustration")),
)
DISTRESS = (
    Measure("distress recall (or crisis)", "distress_positive", "distress", flagged),
    Measure("distress false alarms, benign_support", "benign_support", "distress", flagged),
    Measure("distress recall, 1 % of benign flagged", "distress_positive", "distress_strict", flagged),
)
FRUSTRATION = (
    Measure("frustration precision", "frustration", "frustration", right),
    Measure("frustration recall", "frustration", "frustration", flagged, positive),
    Measure("frustration F1", "frustration", "frustration", shared, f1=True),
    Measure("frustration false alarms, benign_support", "benign_support", "frustration", flagged),
)
PERSON = (
    Measure("person recall", "human_request", "person", flagged, lambda row: row.positive and _elsewhere(row)),
    Measure("person precision", "human_request", "person", right, _elsewhere),
    *(measure for name, source in APART.items() for measure in (
        Measure(f"person recall, {name}", "human_request", "person", flagged, _from(source, only_positive=True)),
        Measure(f"person precision, {name}", "human_request", "person", right, _from(source)),
    )),
    Measure("person false alarms, benign_support", "benign_support", "person", flagged),
)
MEASURES = (*CRISIS, *DISTRESS, *FRUSTRATION, *PERSON,
            Measure("taken for an unread language, benign", "benign_support", "unread", flagged))


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a proportion; total must be positive."""
    share, z2 = hits / total, Z95 * Z95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def concerned(measure: Measure, sets: Mapping[str, Sequence[Heard]]) -> list[Heard]:
    """The messages a measure is about."""
    return [each for each in sets[measure.set] if measure.among(each.row)]


def proportion(measure: Measure, heard: Sequence[Heard]) -> Proportion | None:
    """A measure of these messages; None if the question was not answered or nothing counts."""
    said = [(each.row.positive, getattr(each.answer, measure.question)) for each in heard]
    if any(answer is None for _, answer in said):
        return None
    hits = [hit for counts, hit in (measure.counts(*pair) for pair in said) if counts]
    if not hits:
        return None
    figures = (sum(hits) / len(hits), *wilson(sum(hits), len(hits)))
    return Proportion(sum(hits), len(hits), *(_f1(each) if measure.f1 else each for each in figures))


def grouped(heard: Sequence[Heard], by: str) -> dict[str, list[Heard]]:
    """The messages by a field of their row, in order of appearance; those without it are left out."""
    groups: dict[str, list[Heard]] = {}
    for each in heard:
        if getattr(each.row, by):
            groups.setdefault(getattr(each.row, by), []).append(each)
    return groups


def _f1(jaccard: float) -> float:
    """F1 is not a proportion, but grows with TP / (TP + FP + FN), which is: so does its interval."""
    return 2 * jaccard / (1 + jaccard)
