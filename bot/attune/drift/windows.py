"""Cuts the audit into days and counts what happened in each. Reads opened Records, never conversations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from attune.audit.record import Record

WELL = (4, 5)
SPOKEN = frozenset({"disclosure", "acknowledged", "help", "said"})


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    count: int = 0
    of: int = 0


@dataclass(frozen=True)
class Window:
    """One day (UTC) and a share for each measure."""

    day: str
    shares: dict[str, Share]


def windows(records: Iterable[Record]) -> list[Window]:
    """The days that have Records, oldest first."""
    days: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        if record.conversation:
            days[_day(record)][record.conversation].append(record)
    return [Window(day, measure(list(conversations.values()))) for day, conversations in sorted(days.items())]


def measure(conversations: list[list[Record]]) -> dict[str, Share]:
    """The measures over one day's conversations."""
    turns = [turn for conversation in conversations for turn in _turns(conversation)]
    answered = [turn for turn in turns if any(record.kind in SPOKEN for record in turn)]
    return {
        "acknowledged before solved": Share(sum(map(_acknowledged_first, answered)), len(answered)),
        "handed over": Share(sum(_has(one, "handoff") for one in conversations), len(conversations)),
        "not understood": Share(sum(map(_not_understood, turns)), len(turns)),
        "crisis help": Share(sum(_has(turn, "help") for turn in turns), len(turns)),
        "person rated well": _rated_well([record for conversation in conversations for record in conversation]),
    }


def _rated_well(records: Iterable[Record]) -> Share:
    """How many of the customers who said how the talk with a person went, said well or very well."""
    ratings = [record.facts.get("rating") for record in records if record.kind == "rating"]
    return Share(sum(rating in WELL for rating in ratings), len(ratings))


def _turns(conversation: list[Record]) -> list[list[Record]]:
    turns: list[list[Record]] = []
    for record in sorted(conversation, key=lambda one: one.at):
        if record.kind == "turn":
            turns.append([])
        if turns:
            turns[-1].append(record)
    return turns


def _acknowledged_first(turn: list[Record]) -> bool:
    spoken = [record.kind for record in turn if record.kind in SPOKEN and record.kind != "disclosure"]
    return spoken[:1] == ["acknowledged"]


def _not_understood(turn: list[Record]) -> bool:
    return turn[0].facts.get("understood") is False or _has(turn, "fallback")


def _has(records: Iterable[Record], kind: str) -> bool:
    return any(record.kind == kind for record in records)


def _day(record: Record) -> str:
    return datetime.fromtimestamp(record.at / 1_000_000, tz=timezone.utc).date().isoformat()
