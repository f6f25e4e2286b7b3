"""The figures: of the sentences a lint must flag, how many it does; of those it must let pass, how many are flagged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from detection.measures import Proportion, wilson
from lints.peers import Peer
from lints.sets import Sentence

TOTAL = "all"


@dataclass(frozen=True)
class Figure:
    """What one peer made of the sentences of one lint; None where there are none.

    `found`: flagged by their lint, of those that must be. `alarms`: flagged by it, of those that must pass. `others`:
    of the latter, flagged as an error by any other lint that holds there.
    """

    found: Proportion | None
    alarms: Proportion | None
    others: Proportion | None


def figures(sentences: Sequence[Sentence], ask: Peer, errors: Collection[str]) -> dict[str, Figure]:
    """The figures of each lint in order, and of all; `errors` are the ids of the lints whose finding is an error."""
    asked = [(sentence, ask(sentence)) for sentence in sentences]
    names = [*sorted({sentence.lint for sentence in sentences}), TOTAL]
    return {name: _figure([each for each in asked if name in (each[0].lint, TOTAL)], errors) for name in names}


def _figure(asked: Sequence[tuple[Sentence, frozenset[str]]], errors: Collection[str]) -> Figure:
    found = [one.lint in said for one, said in asked if one.flag]
    alarms = [one.lint in said for one, said in asked if not one.flag]
    others = [bool(said & set(errors) - {one.lint}) for one, said in asked if not one.flag and not one.only]
    return Figure(_proportion(found), _proportion(alarms), _proportion(others))


def _proportion(hits: Sequence[bool]) -> Proportion | None:
    if not hits:
        return None
    return Proportion(sum(hits), len(hits), sum(hits) / len(hits), *wilson(sum(hits), len(hits)))
