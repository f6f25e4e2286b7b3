"""VADER, a rule-based reader of sentiment (Hutto and Gilbert 2014). It knows good and bad, not danger or wishes."""

from dataclasses import dataclass
from typing import Any

from attune.errors import AttuneError
from detection.answer import Answer
from detection.workshop import Workshop

NEGATIVE = -0.05
"""VADER's own threshold of its compound score, from -1 to 1, for a negative message."""

VERY_NEGATIVE = -0.5
"""It names no other feelings, so distress has to be what is very negative."""


class NoVader(AttuneError):
    """vaderSentiment is not installed."""

    def __init__(self) -> None:
        super().__init__("vaderSentiment is not installed. Run `uv sync --group bench`, or name other --peers.")


@dataclass(frozen=True)
class Vader:
    """The analyser with its lexicon."""

    analyser: Any

    def hear(self, text: str) -> Answer:
        """What the compound score says."""
        return answer(self.analyser.polarity_scores(text)["compound"])


def answer(compound: float) -> Answer:
    """A compound score as an answer to the bench's questions."""
    return Answer(
        distress=compound <= VERY_NEGATIVE, distress_share=-compound, frustration=compound <= NEGATIVE,
        note=f"compound {compound}",
    )


def learn(workshop: Workshop) -> Vader:
    """Load the lexicon; raises NoVader."""
    try:
        from vaderSentiment.vaderSentiment import (  # type: ignore[import-untyped]  # noqa: PLC0415  (a group of its own)
            SentimentIntensityAnalyzer,
        )
    except ImportError as error:
        raise NoVader from error
    return Vader(SentimentIntensityAnalyzer())
