"""Which customers' sentences a report may show: of talks that went badly, never of one about danger (BND-7, CON-5)."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from attune.audit.record import Record
from attune.drift.episodes import Episode, Turn
from attune.drift.measures import FEELINGS, STRONG, calmer

DANGER_ROWS = ("crisis", "person_alerted", "country_told", "safety_answered")
"""How the ids of decisions begin that only danger leads to, with or without what they tell of a feeling."""
PERSON_ROWS = frozenset({"person_speaks", "person_alerted"})
"""The decisions to leave a message to a person, whom it was written to."""
SEED = 1


def endangered(records: Iterable[Record]) -> bool:
    """Whether danger was heard anywhere in these Records of one conversation: help, a tier, a call for safety."""
    return any(one.kind == "help" or bool(one.facts.get("tier")) or one.facts.get("reason") == "safety"
               or str(one.facts.get("row") or "").startswith(DANGER_ROWS) for one in records)


def telling(one: Episode) -> tuple[int, ...]:
    """When a designer should look: not understood, or strongly felt and not acknowledged, or not calmed.

    Strong feelings are known only of customers who agreed to keeping them. What was left to a person is no sign of it.
    """
    not_calm = calmer(one) is False
    own = (turn for turn in one.turns if not PERSON_ROWS.intersection(turn.rows))
    return tuple(turn.at for turn in own if not turn.understood or (
        _is_strong(turn) and (not_calm or turn.acknowledged is None)))


def without_feelings(one: Episode) -> Episode:
    """A session as it may be looked at where the yes to keeping feelings does not stand (CON-3)."""
    return replace(one, turns=[replace(turn, emotion=None, level=None) for turn in one.turns])


def chosen(by_person: Sequence[str], most: int, smallest: int, seed: int = SEED) -> tuple[str, ...]:
    """Up to `most` of the sentences, one of each person; none of fewer than `smallest` people (DRF-6).

    What several wrote is shown once. Neither which are shown nor their order says anything of when they were written.
    """
    if len(by_person) < smallest:
        return ()
    dice = random.Random(seed)  # noqa: S311 - an order, no secret
    said = sorted(set(by_person))
    return tuple(dice.sample(said, min(most, len(said))))


def _is_strong(turn: Turn) -> bool:
    return turn.emotion in FEELINGS and (turn.level or 0) >= STRONG
