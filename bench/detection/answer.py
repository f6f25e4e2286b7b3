"""What a peer makes of a message, and what is made of that with all messages in view."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Protocol

from tqdm import tqdm

from detection.sets import Row

Question = Literal["crisis", "distress", "distress_strict", "frustration", "person", "unread"]
MOST_CALM_FLAGGED = 0.01


@dataclass(frozen=True)
class Answer:
    """What a peer hears in one message; None where it does not answer that question."""

    crisis: bool | None = None
    distress: bool | None = None
    """Anxiety or sadness, or a crisis."""
    distress_share: float | None = None
    """The more, the surer of distress; comparable only with the same peer's."""
    distress_strict: bool | None = None
    """Distress at the threshold that flags hardly any calm message (`strict`)."""
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
    """The same with `distress_strict`: above a threshold that at most one in a hundred ordinary queries passes."""
    limit = limit_for([each.answer.distress_share for each in sets["benign_support"]])
    return {name: [each._replace(answer=_judged(each.answer, limit)) for each in heard] for name, heard in sets.items()}


def limit_for(shares: Sequence[float | None], most: float = MOST_CALM_FLAGGED) -> float | None:
    """The lowest share above which lie no more than `most` of all; None if there are none to go by."""
    known = sorted((share for share in shares if share is not None), reverse=True)
    return known[int(most * len(known))] if known else None


def _judged(answer: Answer, limit: float | None) -> Answer:
    if limit is None or answer.distress_share is None:
        return answer
    return replace(answer, distress_strict=answer.distress_share > limit)
