"""One question put to several features of a text, its answers weighed against one another and calibrated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

Shares = npt.NDArray[np.float64]
"""One row a text, one column an answer; each row is 1 in all."""

Features = Sequence[npt.NDArray[np.float32]]
"""The same texts seen in several ways: of each a matrix (dense or sparse) with one row a text."""

WEIGHTS = (0.3, 0.7)
"""How much n-grams and sentence vector count, where there are both."""

HELD_OUT = 0.15
LEAST_HELD_OUT = 50
SUREST = -12.0
"""No answer's log-share goes below this, so that no single view of a text can overrule the others."""


@dataclass(frozen=True)
class Answers:
    """A logistic regression for each view; their log-shares are averaged, then divided by the temperature."""

    names: tuple[str, ...]
    parts: Sequence[LogisticRegression]
    temperature: float = 1.0

    def shares(self, features: Features) -> Shares:
        """How likely each answer is, for every row of the features."""
        return _softmax(self._logs(features) / self.temperature)

    def first_view(self, view: npt.NDArray[np.float32]) -> Shares:
        """How likely each answer is by the first view alone, uncalibrated."""
        shares: Shares = self.parts[0].predict_proba(view)
        return shares

    def _logs(self, features: Features) -> Shares:
        logs = [part.predict_log_proba(view) for part, view in zip(self.parts, features, strict=True)]
        mean: Shares = np.average(np.maximum(logs, SUREST), axis=0, weights=WEIGHTS[:len(logs)])
        return mean


def learn(features: Features, labels: Sequence[str], strengths: Sequence[float]) -> Answers:
    """Learn from every row; the temperature is fitted on rows held out from a first round of learning.

    `strengths` gives for each view how closely its regression follows the lines (sklearn's C).
    Temperature scaling: Guo et al. 2017, arXiv 1706.04599.
    """
    known = np.asarray(labels)
    names, counts = np.unique(known, return_counts=True)
    parts = [LogisticRegression(C=strength, max_iter=100, tol=1e-3, random_state=0, warm_start=True)
             for strength in strengths]
    learned = Answers(tuple(map(str, names)), parts)
    if counts.min() > 1 and len(known) * HELD_OUT >= max(LEAST_HELD_OUT, len(names)):
        first, held_out = train_test_split(np.arange(len(known)), test_size=HELD_OUT, random_state=0, stratify=known)
        _fit(parts, features, known, first)
        logs = learned._logs([view[held_out] for view in features])
        learned = replace(learned, temperature=_temperature(logs, np.searchsorted(names, known[held_out])))
    _fit(parts, features, known, np.arange(len(known)))  # goes on from where the first round came to
    return learned


def _fit(parts: Sequence[LogisticRegression], features: Features, labels: npt.NDArray[np.str_],
         rows: npt.NDArray[np.int_]) -> None:
    for part, view in zip(parts, features, strict=True):
        part.fit(view[rows], labels[rows])


def _temperature(logs: Shares, right: npt.NDArray[np.int_]) -> float:
    """The temperature under which the right answers were least surprising."""
    def surprise(temperature: float) -> float:
        shares = _softmax(logs / temperature)
        return -float(np.mean(np.log(shares[np.arange(len(right)), right] + 1e-12)))

    return float(minimize_scalar(surprise, bounds=(0.2, 5.0), method="bounded").x)


def _softmax(logits: Shares) -> Shares:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Shares = raised / raised.sum(axis=1, keepdims=True)
    return shares
