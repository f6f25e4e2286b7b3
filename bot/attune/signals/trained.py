"""The trained reader: what a message's words and its sentence vector say, learned from lines."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

import joblib
import numpy as np
from sklearn.kernel_approximation import Nystroem

from attune.errors import AttuneError
from attune.signals import answers, features
from attune.signals.answers import Answers
from attune.signals.encoder import Encoder, Vectors
from attune.signals.features import Grams
from attune.signals.lines import Line
from attune.signals.reading import Emotion, Kind

FILE = "reader.joblib"
Question = Literal["emotion", "danger", "person"]
NONE = "none"
STRENGTHS = (2.0, 3.0)
"""How closely the regressions on n-grams and on sentence vectors follow the lines (sklearn's C)."""


class OtherEncoder(AttuneError):
    """A reader was trained with one sentence encoder and is used with another."""

    def __init__(self) -> None:
        super().__init__("The reader was trained with another sentence encoder. Train again, or set the one it had.")


@dataclass(frozen=True)
class Opinion:
    """What the trained reader makes of one text, as shares from 0 to 1."""

    emotions: Mapping[Emotion, float]
    kinds: Mapping[Kind, float] = field(default_factory=dict)
    stated: float = 0.0
    """The share of danger of tier 2."""
    wants_person: float = 0.0

    @property
    def danger(self) -> float:
        """The share of danger of any kind and tier."""
        return sum(self.kinds.values())


@dataclass(frozen=True)
class Near:
    """A training line and how like a message it is (cosine, -1 to 1)."""

    line: Line
    likeness: float


@dataclass(frozen=True)
class Learned:
    """All that is kept of training; `encoder` is the digest of the encoder's weights, None for n-grams alone."""

    hash: str
    lines: Sequence[Line]
    grams: Grams
    answers: Mapping[Question, Answers]
    encoder: str | None = None
    kernel: Nystroem | None = None
    vectors: Vectors | None = None


class TrainedReader:
    """What was learned, and the encoder that makes the vectors."""

    def __init__(self, learned: Learned, encoder: Encoder | None = None) -> None:
        if learned.encoder != (encoder.hash if encoder else None):
            raise OtherEncoder
        self.learned = learned
        self.encoder = encoder

    @property
    def hash(self) -> str:
        """Names the lines and the encoder."""
        return self.learned.hash

    def opinions(self, texts: Sequence[str]) -> list[Opinion]:
        """What the texts say, each by itself."""
        seen = _views(texts, self.learned, self.encoder.vectors(texts) if self.encoder else None)
        shares = {question: _named(asked, seen) for question, asked in self.learned.answers.items()}
        return [_opinion({question: rows[at] for question, rows in shares.items()}) for at in range(len(texts))]

    def telling(self, texts: Sequence[str], count: int) -> list[str]:
        """The texts that show most by their n-grams alone, which cost little: those worth a closer look."""
        if len(texts) <= count:
            return list(texts)
        grams = self.learned.grams.of(texts)
        danger = self.learned.answers.get("danger", self.learned.answers["emotion"])
        calm = danger.first_view(grams)[:, danger.names.index(NONE if NONE in danger.names else "neutral")]
        return [texts[at] for at in sorted(np.argsort(calm, kind="stable")[:count])]

    def knows(self, word: str) -> bool:
        """Whether a plain word is among those of the lines."""
        return self.learned.grams.knows(word)

    def nearest(self, text: str, count: int = 3) -> list[Near]:
        """The training lines most like a text, the likest first; none without an encoder."""
        if self.encoder is None or self.learned.vectors is None:
            return []
        likeness = self.learned.vectors.astype(np.float32) @ self.encoder.vectors([text])[0]
        return [Near(self.learned.lines[at], float(likeness[at])) for at in np.argsort(-likeness)[:count]]

    def save(self, folder: Path) -> None:
        """Write the reader into a folder; the encoder's weights stay where they are."""
        joblib.dump(self.learned, folder / FILE)


def train(lines: Sequence[Line], encoder: Encoder | None = None) -> TrainedReader | None:
    """Learn from lines; None when they hold fewer than two emotions. The same lines give the same reader."""
    ordered = sorted(set(lines), key=lambda line: (line.text, *map(str, (line.emotion, line.tier, line.kind))))
    texts = [line.text for line in ordered]
    if len({line.emotion for line in ordered}) < 2:
        return None
    vectors = encoder.vectors(texts) if encoder else None
    learned = Learned(
        hash=_hash(ordered, encoder), lines=ordered, grams=features.grams(texts), answers={},
        encoder=encoder.hash if encoder else None,
        kernel=None if vectors is None else features.kernel(vectors),
        vectors=None if vectors is None else vectors.astype(np.float16),
    )
    seen = _views(texts, learned, vectors)
    asked = {
        question: answers.learn(seen, labels, STRENGTHS[:len(seen)])
        for question, labels in _labels(ordered).items() if len(set(labels)) > 1
    }
    return TrainedReader(replace(learned, answers=asked), encoder)


def load(folder: Path, encoder: Encoder | None = None) -> TrainedReader | None:
    """The reader a folder holds, or None; raises OtherEncoder if it was not trained with this one."""
    path = folder / FILE
    return TrainedReader(joblib.load(path), encoder) if path.exists() else None


def _labels(lines: Sequence[Line]) -> dict[Question, list[str]]:
    return {
        "emotion": [line.emotion for line in lines],
        "danger": [f"{line.kind} {line.tier}" if line.kind else NONE for line in lines],
        "person": [str(line.wants_person) for line in lines],
    }


def _views(texts: Sequence[str], learned: Learned, vectors: Vectors | None) -> answers.Features:
    grams = learned.grams.of(texts)
    if vectors is None or learned.kernel is None:
        return [grams]
    return [grams, features.mapped(learned.kernel, vectors)]


def _named(asked: Answers, seen: answers.Features) -> list[dict[str, float]]:
    return [dict(zip(asked.names, map(float, row), strict=True)) for row in asked.shares(seen)]


def _opinion(shares: Mapping[Question, Mapping[str, float]]) -> Opinion:
    dangers = {tuple(name.split()): share for name, share in shares.get("danger", {}).items() if name != NONE}
    kinds: dict[Kind, float] = {}
    for (kind, _), share in dangers.items():
        kinds[cast("Kind", kind)] = kinds.get(cast("Kind", kind), 0.0) + share
    return Opinion(
        emotions=cast("Mapping[Emotion, float]", shares["emotion"]),
        kinds=kinds,
        stated=sum(share for (_, tier), share in dangers.items() if tier == "2"),
        wants_person=shares.get("person", {}).get("True", 0.0),
    )


def _hash(lines: Sequence[Line], encoder: Encoder | None) -> str:
    told = [encoder.hash if encoder else NONE, *map(repr, lines)]
    return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()
