"""Whether the trained reader is as sure as it is right: expected calibration error and Brier score.

Expected calibration error in ten bins of equal width: Naeini et al. 2015; Guo et al. 2017, arXiv 1706.04599.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Emotion
from attune.signals.trained import Opinion, TrainedReader
from detection.sets import Row

BINS = 10


@dataclass(frozen=True)
class Reliability:
    """Of one share over so many messages: both errors from 0 (best) to 1, and the share of messages it is true of."""

    name: str
    messages: int
    true: float
    calibration_error: float
    brier: float


@dataclass(frozen=True)
class Claim:
    """A share of an Opinion, the sets it can be judged by, and which of their messages it is true of."""

    name: str
    share: Callable[[Opinion], float]
    sets: Mapping[str, Callable[[Row], bool]]
    """By set: whether a message of it may be counted."""


def _all(row: Row) -> bool:
    return True


def _negative(row: Row) -> bool:
    return not row.positive


def _family(emotions: Iterable[Emotion]) -> Callable[[Opinion], float]:
    return lambda opinion: sum(opinion.emotions.get(emotion, 0.0) for emotion in emotions)


CLAIMS = (
    Claim("danger", lambda opinion: opinion.danger, {
        "crisis_positive": _all, "crisis_hard_negative": _all, "benign_support": _all, "distress_positive": _all,
        "frustration": _all, "human_request": _all,
    }),
    Claim("distress", _family(DISTRESS_FAMILY), {
        "distress_positive": _all, "benign_support": _all, "frustration": _negative,
    }),
    Claim("frustration", _family(FRUSTRATION_FAMILY), {"frustration": _all, "benign_support": _all}),
)
MAIN = {"danger": "crisis_positive", "distress": "distress_positive", "frustration": "frustration"}


def reliability(model: TrainedReader, sets: Mapping[str, Sequence[Row]]) -> list[Reliability]:
    """Every claim judged by the sets that say whether it is true."""
    return [found for claim in CLAIMS if (found := _judged(claim, model, sets))]


def calibration_error(shares: Sequence[float], true: Sequence[bool], bins: int = BINS) -> float:
    """How far, on average, a share lies from how often it was true among the shares near it."""
    placed: dict[int, list[tuple[float, bool]]] = {}
    for pair in zip(shares, true, strict=True):
        placed.setdefault(min(int(pair[0] * bins), bins - 1), []).append(pair)
    gaps = (abs(sum(share - right for share, right in pairs)) for pairs in placed.values())
    return sum(gaps) / len(shares)


def brier(shares: Sequence[float], true: Sequence[bool]) -> float:
    """The mean squared distance of a share from what is true (0 or 1)."""
    return sum((share - right) ** 2 for share, right in zip(shares, true, strict=True)) / len(shares)


def _judged(claim: Claim, model: TrainedReader, sets: Mapping[str, Sequence[Row]]) -> Reliability | None:
    rows = [(row, name) for name, counts in claim.sets.items() for row in sets[name] if counts(row)]
    if not rows:
        return None
    shares = [min(1.0, claim.share(opinion)) for opinion in model.opinions([row.text for row, _ in rows])]
    true = [name == MAIN[claim.name] and row.positive for row, name in rows]
    return Reliability(claim.name, len(rows), sum(true) / len(true), calibration_error(shares, true),
                       brier(shares, true))
