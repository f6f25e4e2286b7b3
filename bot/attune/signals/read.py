"""From a message to a Reading: what the cues say and what the trained reader says, put together.

Intensity runs from 0 to 1000: below 600 is light, 600 and more is strong.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from math import prod
from typing import Protocol

from attune.signals.cues import Cues, Found
from attune.signals.reading import EMOTIONS, Crisis, Cue, Emotion, Reading

STRONG = 600
ENOUGH = 1000
"""The weights of weak crisis cues that together count as tier 1."""

LONG = 160
MOST_SENTENCES = 12
SENTENCE_END = re.compile(r"(?<=[.!?\n])\s+")

UNTRAINED: Mapping[str, int] = {"neutral": 400}
FELT: Mapping[str, Emotion] = {
    "suicide": "sadness", "self_harm": "sadness", "abuse_danger": "anxiety", "medical_emergency": "anxiety",
    "threat_to_others": "anger",
}
"""The emotion a kind of crisis speaks of, where the words alone do not say."""

DANGER = re.compile(r"suicid|kill (?:my|him|her)self|want to die|end my life", re.IGNORECASE)


class Model(Protocol):
    """A trained reader of emotion."""

    @property
    def hash(self) -> str:
        """Names this version of the reader."""

    def scores(self, text: str) -> Mapping[str, int]:
        """The share of each emotion, in per mille."""


def read(text: str, cues: Cues, model: Model | None = None) -> Reading:
    """Read one message; without a model the cues answer alone."""
    found = cues.find(text)
    crisis = _crisis(found)
    scores = _scores(_evidence(found, crisis), _shares(text, model) if model else UNTRAINED)
    emotion = max(EMOTIONS, key=lambda each: scores[each])
    return Reading(
        emotion=emotion,
        intensity=_intensity(emotion, scores[emotion], found, crisis),
        scores=scores,
        crisis=crisis,
        wants_person=any(each.cue.sign == "wants_person" for each in found),
        abusive=any(each.cue.sign == "abusive" for each in found),
        # A remark too weak to count alone must not stand beside a customer as a word of danger.
        cues=tuple(Cue(each.start, each.end, each.cue.id) for each in found if crisis.tier or not each.cue.kind),
        reader=reader(cues, model),
    )


def reader(cues: Cues, model: Model | None) -> str:
    """A short name for this version of the cue files and the model together."""
    return hashlib.sha256(f"{cues.hash} {model.hash if model else ''}".encode()).hexdigest()[:12]


def last_resort(text: str) -> Reading:
    """What is left when reading itself has failed: the plainest words of danger are still heard."""  # CRI-8
    tier = 1 if DANGER.search(text) else 0
    return Reading(crisis=Crisis(tier, ("suicide",) if tier else (), 500 * tier), reader="last_resort")


def _crisis(found: Iterable[Found]) -> Crisis:
    """The worst sentence counts, wherever it stands; weak remarks count together."""
    grave = sorted((each.cue for each in found if each.cue.kind and each.cue.tier), key=lambda cue: -cue.tier)
    weak = {each.cue.id: each.cue for each in found if each.cue.kind and not each.cue.tier}
    weight = sum(cue.weight for cue in weak.values())
    tier = grave[0].tier if grave else int(weight >= ENOUGH)
    kinds = dict.fromkeys(cue.kind for cue in grave or weak.values() if cue.kind and tier)
    return Crisis(tier, tuple(kinds), min(1000, 500 * tier + min(weight, ENOUGH) // 4))


def _evidence(found: Iterable[Found], crisis: Crisis) -> dict[Emotion, float]:
    """How sure the cues are of each emotion, 0 to 1; several cues strengthen one another."""
    doubts = {(each.cue.emotion, each.cue.id): 1 - each.cue.weight / 1000 for each in found if each.cue.emotion}
    doubts |= {(FELT[kind], kind): 0.3 for kind in crisis.kinds}
    return {
        emotion: 1 - prod(doubt for (felt, _), doubt in doubts.items() if felt == emotion)
        for emotion in EMOTIONS
    }


def _shares(text: str, model: Model) -> Mapping[str, int]:
    """What the model says of the whole message, and of a long one's most emotional sentence."""
    whole = model.scores(text)
    if len(text) <= LONG:
        return whole
    parts = [model.scores(part) for part in SENTENCE_END.split(text)[:MOST_SENTENCES] if part.strip()]
    loudest = min(parts, key=lambda shares: shares["neutral"], default=whole)
    return {emotion: (whole[emotion] + loudest[emotion]) // 2 for emotion in EMOTIONS}


def _scores(evidence: Mapping[Emotion, float], shares: Mapping[str, int]) -> dict[str, int]:
    """Shares of evidence and model together, in per mille, 1000 in all."""
    joined = {e: 1 - (1 - evidence[e]) * (1 - shares.get(e, 0) / 1000) for e in EMOTIONS}
    felt = max(sure for emotion, sure in evidence.items() if emotion != "neutral")
    joined["neutral"] = 1 - (1 - evidence["neutral"]) * (1 - shares.get("neutral", 0) / 1000 * (1 - felt))
    total = sum(joined.values()) or 1.0
    scores: dict[str, int] = {emotion: int(1000 * joined[emotion] / total) for emotion in EMOTIONS}
    loudest = max(scores, key=lambda each: scores[each])
    return {**scores, loudest: scores[loudest] + 1000 - sum(scores.values())}


def _intensity(emotion: Emotion, share: int, found: Iterable[Found], crisis: Crisis) -> int:
    if emotion == "neutral":
        return 0
    cues = {each.cue.id: each.cue for each in found}.values()
    said = [cue.intensity for cue in cues if cue.emotion == emotion]
    grave = (700 + 100 * crisis.tier) if crisis.tier else 0
    louder = min(250, sum(cue.boost for cue in cues) + 40 * max(0, len(said) - 1))
    return min(1000, max([250 + share // 4, grave, *said]) + louder)


def level(intensity: int) -> str:
    """`light` or `strong`."""
    return "strong" if intensity >= STRONG else "light"
