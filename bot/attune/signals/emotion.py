"""The trained reader of emotion: word and letter n-grams, weighed by a multinomial logistic regression."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from attune.signals.fold import fold
from attune.signals.reading import EMOTIONS, Emotion

FILE = "emotion.joblib"
WORD = re.compile(r"[\w']+|[!?]")

CALM = 3.0
"""Training weighs all emotions alike, but most of what a shop hears is calm: neutral is that much more likely."""


@dataclass(frozen=True)
class Line:
    """A message and the emotion a reader of it would name."""

    text: str
    emotion: Emotion


@dataclass(frozen=True)
class EmotionModel:
    """A trained reader; `hash` names the lines it learned from."""

    pipeline: Pipeline
    hash: str

    def scores(self, text: str) -> dict[str, int]:
        """The share of each emotion, in per mille."""
        shares = self.pipeline.predict_proba([text])[0]
        known = dict(zip(self.pipeline.classes_, shares, strict=True))
        likely = {emotion: known.get(emotion, 0.0) * (CALM if emotion == "neutral" else 1.0) for emotion in EMOTIONS}
        total = sum(likely.values())
        return {emotion: round(1000 * share / total) for emotion, share in likely.items()}

    def save(self, folder: Path) -> None:
        """Write the reader into a folder."""
        joblib.dump((self.pipeline, self.hash), folder / FILE)


def load(folder: Path) -> EmotionModel | None:
    """The reader a folder holds, or None."""
    path = folder / FILE
    return EmotionModel(*joblib.load(path)) if path.exists() else None


def train(lines: Sequence[Line]) -> EmotionModel | None:
    """Learn from lines; None when they hold fewer than two emotions. The same lines give the same reader."""
    ordered = sorted(set(lines), key=lambda line: (line.emotion, line.text))
    emotions = [line.emotion for line in ordered]
    if len(set(emotions)) < 2:
        return None
    pipeline = _untrained().fit([line.text for line in ordered], emotions)
    return EmotionModel(cast("Pipeline", pipeline), _hash(ordered))


def _untrained() -> Pipeline:
    grams = make_union(
        TfidfVectorizer(preprocessor=_plain, tokenizer=_words, token_pattern=None, ngram_range=(1, 2),
                        sublinear_tf=True),
        TfidfVectorizer(preprocessor=_plain, analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
    )
    return make_pipeline(grams, LogisticRegression(C=8.0, class_weight="balanced", max_iter=2000, random_state=0))


def _plain(text: str) -> str:
    return fold(text).text


def _words(text: str) -> list[str]:
    return WORD.findall(text)


def _hash(lines: Sequence[Line]) -> str:
    return hashlib.sha256("\n".join(f"{line.emotion} {line.text}" for line in lines).encode()).hexdigest()
