"""From a message to a Reading: what the cues say and what the trained reader says, put together.

Intensity runs from 0 to 1000: below 600 is light, 600 and more is strong.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import prod
from typing import Protocol

from attune.signals import language, thresholds
from attune.signals.cue_files import Entry
from attune.signals.cues import Cues, Found
from attune.signals.passages import passages
from attune.signals.reading import EMOTIONS, Crisis, Cue, Emotion, Kind, Reading
from attune.signals.thresholds import Danger, Thresholds
from attune.signals.trained import Opinion

STRONG = 600
ENOUGH = 1000
"""The weights of weak crisis cues that together count as tier 1."""

CERTAIN = 950
"""Cues of emotion of this weight leave nothing for the trained reader to doubt."""

FAMILIES: tuple[tuple[Emotion, ...], ...] = (
    ("neutral",), ("frustration", "anger", "confusion"), ("sadness", "anxiety"), ("gratitude",),
)

JEST = "jest"

MOST_PASSAGES = 8
"""So many passages of a long message are read closely: those whose words show most."""

UNTRAINED = Opinion({"neutral": 0.4}, {"suicide": 0.2})
"""Without a trained reader: it can neither add danger to what the cues say nor take any away."""
FELT: Mapping[Kind, Emotion] = {
    "suicide": "sadness", "self_harm": "sadness", "abuse_danger": "anxiety", "medical_emergency": "anxiety",
    "threat_to_others": "anger",
}
"""The emotion a kind of crisis speaks of, where the words alone do not say."""

DANGER = re.compile(r"suicid|kill (?:my|him|her)self|want to die|end my life", re.IGNORECASE)


class Model(Protocol):
    """A trained reader."""

    @property
    def hash(self) -> str:
        """Names this version of the reader."""

    def opinions(self, texts: Sequence[str]) -> Sequence[Opinion]:
        """What each text says by itself."""

    def telling(self, texts: Sequence[str], count: int) -> Sequence[str]:
        """The texts worth a closer look."""

    def knows(self, word: str) -> bool:
        """Whether a word was among the lines it learned from."""


def read(text: str, cues: Cues, model: Model | None = None, limits: Thresholds | None = None) -> Reading:
    """Read one message; without a model the cues answer alone."""
    limits = limits or thresholds.load()
    found = cues.find(text)
    opinions = _opinions(text, model) if model and text.strip() else [UNTRAINED]
    crisis = _crisis(found, opinions, limits)
    evidence = _evidence(found, crisis, limits.cues if model else 1.0)
    scores = _scores(evidence, _shares(opinions, limits.calm))
    emotion = _emotion(scores)
    signs = {each.cue.sign for each in found}
    return Reading(
        emotion=emotion,
        intensity=_intensity(emotion, scores[emotion], found, crisis),
        scores=scores,
        crisis=crisis,
        wants_person=_wants_person(signs, opinions, limits.wants_person),  # HND-1
        declines_person="declines_person" in signs and "wants_person" not in signs,
        abusive="abusive" in signs,
        asks_if_human="asks_if_human" in signs,  # DIS-2
        jest=JEST in signs and crisis.tier == 0,
        cues=tuple(Cue(each.start, each.end, each.cue.id) for each in found if _tells(each.cue, crisis)),
        reader=reader(cues, model, limits),
        unread=language.unread(text, model.knows) if model else None,
    )


def reader(cues: Cues, model: Model | None, limits: Thresholds) -> str:
    """A short name for this version of cue files, model and thresholds together."""
    versions = f"{cues.hash} {model.hash if model else ''} {limits.hash}"
    return hashlib.sha256(versions.encode()).hexdigest()[:12]


def last_resort(text: str) -> Reading:
    """What is left when reading itself has failed: the plainest words of danger are still heard."""  # CRI-8
    tier = 1 if DANGER.search(text) else 0
    return Reading(crisis=Crisis(tier, ("suicide",) if tier else (), 500 * tier), reader="last_resort")


def _opinions(text: str, model: Model) -> Sequence[Opinion]:
    """Of the whole message first, then of its passages."""
    return model.opinions([text, *model.telling(passages(text), MOST_PASSAGES)])


def _wants_person(signs: Collection[str | None], opinions: Sequence[Opinion], limit: float) -> bool:
    """What the cues hear counts; what the trained reader alone hears only where no cue says it is something else."""
    if "wants_person" in signs:
        return True
    heard = max(each.wants_person for each in opinions) >= limit
    return heard and "declines_person" not in signs and "asks_if_human" not in signs


def _crisis(found: Sequence[Found], opinions: Sequence[Opinion], limits: Thresholds) -> Crisis:
    """The worst passage counts, wherever it stands; weak remarks count together, and beside the trained reader."""
    grave = [each.cue for each in found if each.cue.kind and each.cue.tier]
    weak = {each.cue.id: each.cue for each in found if each.cue.kind and not each.cue.tier}
    weight = min(ENOUGH, sum(cue.weight for cue in weak.values()))
    worst = max(opinions, key=lambda each: each.danger)
    said = max([cue.tier for cue in grave], default=int(weight >= ENOUGH))
    if worst.danger < limits.danger.unlikely and len(opinions) <= MOST_PASSAGES:  # nothing was passed over
        said -= 1  # a figure of speech; but what the cues take for a stated intent stays at least possible
    tier = max(said, _learned_tier(opinions, limits.danger, weight / ENOUGH))
    if tier <= 0:
        return Crisis()
    named = [cue.kind for cue in sorted(grave, key=lambda cue: -cue.tier) or weak.values() if cue.kind]
    kinds = tuple(dict.fromkeys(named or sorted(worst.kinds, key=lambda kind: -worst.kinds[kind])[:1]))
    return Crisis(tier, kinds, round(400 * tier + 200 * max(weight / ENOUGH, worst.danger)))


def _learned_tier(opinions: Sequence[Opinion], limits: Danger, hinted: float) -> int:
    whole, *parts = opinions
    if (
        whole.danger >= limits.possible - hinted * limits.weak_cues
        or any(part.danger >= limits.in_a_passage for part in parts)
    ):
        return 2 if max(each.stated for each in opinions) >= limits.stated else 1
    return 0


def _tells(cue: Entry, crisis: Crisis) -> bool:
    """Whether a cue may stand beside a customer: no remark too weak to count alone, and in danger nothing in jest."""
    return cue.sign != JEST if crisis.tier else not cue.kind


def _evidence(found: Iterable[Found], crisis: Crisis, trust: float) -> dict[Emotion, float]:
    """How sure the cues are of each emotion, 0 to 1; several cues strengthen one another."""
    doubts = {(each.cue.emotion, each.cue.id): 1 - _sure(each.cue, trust) for each in found if each.cue.emotion}
    doubts |= {(FELT[kind], kind): 0.3 for kind in crisis.kinds}
    return {
        emotion: 1 - prod(doubt for (felt, _), doubt in doubts.items() if felt == emotion)
        for emotion in EMOTIONS
    }


def _sure(cue: Entry, trust: float) -> float:
    return cue.weight / 1000 * (1.0 if cue.weight >= CERTAIN else trust)


def _shares(opinions: Sequence[Opinion], calm: float) -> dict[Emotion, float]:
    """What the trained reader says of the whole message, and of its most emotional passage."""
    whole, *parts = [_calmed(each.emotions, calm) for each in opinions]
    loudest = min(parts, key=lambda shares: shares["neutral"], default=whole)
    return {emotion: (whole[emotion] + loudest[emotion]) / 2 for emotion in EMOTIONS}


def _calmed(shares: Mapping[Emotion, float], calm: float) -> dict[Emotion, float]:
    likely = {emotion: shares.get(emotion, 0.0) * (calm if emotion == "neutral" else 1.0) for emotion in EMOTIONS}
    total = max(1.0, sum(likely.values()))
    return {emotion: share / total for emotion, share in likely.items()}


def _scores(evidence: Mapping[Emotion, float], shares: Mapping[Emotion, float]) -> dict[Emotion, int]:
    """Shares of evidence and model together, in per mille, 1000 in all."""
    joined = {e: 1 - (1 - evidence[e]) * (1 - shares[e] * (1 - evidence["neutral"])) for e in EMOTIONS}
    felt = max(sure for emotion, sure in evidence.items() if emotion != "neutral")
    joined["neutral"] = 1 - (1 - evidence["neutral"]) * (1 - shares["neutral"] * (1 - felt))
    total = sum(joined.values()) or 1.0
    scores: dict[Emotion, int] = {emotion: int(1000 * joined[emotion] / total) for emotion in EMOTIONS}
    loudest = max(scores, key=lambda each: scores[each])
    return {**scores, loudest: scores[loudest] + 1000 - sum(scores.values())}


def _emotion(scores: Mapping[Emotion, int]) -> Emotion:
    """The likeliest emotion of the likeliest family: who wavers between two shades of annoyance is not calm."""
    family = max(FAMILIES, key=lambda each: sum(scores[emotion] for emotion in each))
    return max(family, key=lambda each: scores[each])


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
