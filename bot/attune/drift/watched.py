"""All that is watched, as two tables: measures, confidence among them, and mixes of names."""

from collections.abc import Callable, Iterator, Mapping

from attune.drift.episodes import Episode
from attune.drift.measures import MEASURES, Measure, Outcome

PER_MILLE = 10
"""Of the recorded confidence, 0 to 1000, in one point of a score from 0 to 100."""


def _confidence(one: Episode) -> Iterator[Outcome]:
    turn = next((turn for turn in one.turns if turn.confidence is not None), None)
    if turn and turn.confidence is not None:
        yield one.begin, turn.confidence / PER_MILLE


WATCHED: Mapping[str, Measure] = {**MEASURES, "confidence in what was meant": Measure("score", "up", _confidence)}
"""Every measure; a score is compared as a whole distribution (DRF-4)."""

TELLING = frozenset({
    "calmer within three turns", "person rated well", "crisis", "crisis help", "distress", "frustration",
})
"""Shares of which a few who are not of it are hidden, too, for that says how a person felt or judged, or who was in
danger: one of twelve who did not rate well is one. Of the others it says what the assistant, or the team, did or did
not do; hiding that would hide “acknowledged before solved” where it is best, and the Empathy Index with it."""


def _intent(one: Episode) -> str | None:
    """The first that was understood."""
    return next((turn.intent for turn in one.turns if turn.understood and turn.intent), None)


def _emotion(one: Episode) -> str | None:
    return next((turn.emotion for turn in one.turns if turn.emotion), None)


def _tier(one: Episode) -> str | None:
    """The gravest."""
    gravest = max((turn.tier for turn in one.turns if turn.tier is not None), default=None)
    return None if gravest is None else f"tier {gravest}"


MIXES: Mapping[str, Callable[[Episode], str | None]] = {"intents": _intent, "emotions": _emotion, "tiers": _tier}
"""What of a session is compared as a mix: one name a session, for turns of one customer resemble each other."""
MIXED_BY = ("channel", "version")
