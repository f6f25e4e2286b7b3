"""MiniLM with logistic regression: a sentence encoder as it comes, and one plain classifier for each question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from attune.signals import encoder
from attune.signals.encoder import Encoder, Vectors
from attune.signals.lines import Line
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY
from detection.answer import Answer
from detection.workshop import Workshop

FILE = "minilm.joblib"
FOLDS = 5
STRENGTH = 10.0
"""sklearn's C: its default, 1, follows vectors of length 1 too loosely."""

ASKED: Mapping[str, Callable[[Line], bool]] = {
    "crisis": lambda line: line.tier > 0,
    "distress": lambda line: line.tier > 0 or line.emotion in DISTRESS_FAMILY,
    "frustration": lambda line: line.emotion in FRUSTRATION_FAMILY,
    "person": lambda line: line.wants_person,
}


@dataclass(frozen=True)
class Classifier:
    """A regression and the share from which it says yes."""

    regression: LogisticRegression
    threshold: float


@dataclass(frozen=True)
class MiniLM:
    """The encoder and a classifier for each question."""

    encoder: Encoder
    classifiers: Mapping[str, Classifier]

    def hear(self, text: str) -> Answer:
        """What the classifiers say."""
        vector = self.encoder.vectors([text])
        shares = {name: float(each.regression.predict_proba(vector)[0, 1]) for name, each in self.classifiers.items()}
        said = {name: shares[name] >= each.threshold for name, each in self.classifiers.items()}
        return Answer(
            crisis=said["crisis"], crisis_share=shares["crisis"],
            distress=said["distress"] or said["crisis"], distress_share=shares["distress"],
            frustration=said["frustration"], person=said["person"],
            note=", ".join(f"{name} {share:.2f}" for name, share in shares.items()),
        )


def learn(workshop: Workshop) -> MiniLM:
    """Train the classifiers, or load those these lines made before."""
    loaded = encoder.load()

    def make(folder: Path) -> None:
        lines = list(dict.fromkeys(workshop.lines))
        vectors = loaded.vectors([line.text for line in lines])
        classifiers = {name: classifier(vectors, [asked(line) for line in lines]) for name, asked in ASKED.items()}
        joblib.dump(classifiers, folder / FILE)

    folder = workshop.made("minilm", f"{loaded.hash} {Path(__file__).read_text(encoding='utf-8')}", make)
    return MiniLM(loaded, joblib.load(folder / FILE))


def classifier(vectors: Vectors, labels: Sequence[bool]) -> Classifier:
    """Learn one question; its threshold is the best for F1 on lines the regression had not seen (cross-validation)."""
    true = np.asarray(labels)
    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    shares = cross_val_predict(regression, vectors, true, cv=folds, method="predict_proba")[:, 1]
    return Classifier(regression.fit(vectors, true), best_threshold(shares, true))


def best_threshold(shares: npt.NDArray[np.float64], true: npt.NDArray[np.bool_]) -> float:
    """The share from which saying yes gives the highest F1."""
    precision, recall, thresholds = precision_recall_curve(true, shares)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[np.argmax(f1[:-1])])
