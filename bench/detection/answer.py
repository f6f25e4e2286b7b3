"""What a peer makes of a message, and what is made of that with all messages in view."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Protocol

from tqdm import tqdm

from detection.sets import Row

Question = Literal["crisis", "crisis_strict", "distress", "distress_strict", "frustration", "person", "unread"]


class Strict(NamedTuple):
    """A question asked anew at the threshold by which at most `most` of a set would be flagged for nothing."""

    question: Literal["crisis_strict", "distress_strict"]
    share: Literal["crisis_share", "distress_share"]
    set: str
    most: float


STRICT = (
    Strict("crisis_strict", "crisis_share", "crisis_hard_negative", 0.05),
    Strict("distress_strict", "distress_share", "benign_support", 0.01),
)
"""Peers set their thresholds differently; at the same rate of false alarms they can be compared."""


@dataclass(frozen=True)
class Answer:
    """What a peer hears in one message; None where it does not answer that question."""

    crisis: bool | None = None
    crisis_share: float | None = None
    """The more, the surer of a crisis; comparable only with the same peer's."""
    crisis_strict: bool | None = None
    distress: bool | None = None
    """Anxiety or sadness, or a crisis."""
    distress_share: float | None = None
    """The same of distress."""
    distress_strict: bool | None = None
    frustration: bool | None = None
    """Confusion, frustration or anger."""
    person: bool | None = None
    unread: bool | None = None
    note: str = ""


class Peer(Protocol):
    """A detector."""

    def hear(self, text: str) -> Answer:
        """What it makes of one message."""


class Heard(NamedTuple):
    """A message, what was heard in it, and how long that took."""

    row: Row
    answer: Answer
    milliseconds: float


def listen(peer: Peer, rows: Sequence[Row], name: str) -> list[Heard]:
    """One message after the other, each timed."""
    heard = []
    for row in tqdm(rows, desc=name, unit="message", delay=2, leave=False):
        begun = time.perf_counter()
        answer = peer.hear(row.text)
        heard.append(Heard(row, answer, 1000 * (time.perf_counter() - begun)))
    return heard


def strict(sets: Mapping[str, Sequence[Heard]]) -> dict[str, list[Heard]]:
    """The same messages with the STRICT questions answered, where there is a set to find the threshold by."""
    judged = {name: list(heard) for name, heard in sets.items()}
    for asked in STRICT:
        limit = limit_for([getattr(each.answer, asked.share) for each in sets[asked.set]], asked.most)
        if limit is not None:
            judged = {name: [each._replace(answer=_judged(each.answer, asked, limit)) for each in heard]
                      for name, heard in judged.items()}
    return judged


def limit_for(shares: Sequence[float | None], most: float) -> float | None:
    """The lowest share above which lie no more than `most` of all; None if there are none to go by."""
    known = sorted((share for share in shares if share is not None), reverse=True)
    return known[int(most * len(known))] if known else None


def _judged(answer: Answer, asked: Strict, limit: float) -> Answer:
    share = getattr(answer, asked.share)
    return answer if share is None else replace(answer, **{asked.question: share > limit})
