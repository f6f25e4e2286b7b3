"""What an assistant did in a time, counted for people outside the house; counts below ten are not told (CRI-12)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attune.audit.record import Record

COUNTED = {
    "session": "conversations begun", "turn": "messages of customers",
    "disclosure": "times it was said that this is an automated assistant",
    "acknowledged": "feelings acknowledged", "help": "times help was shown for danger",
    "person": "messages of people from the team", "erased": "erasures of a customer's data", "error": "errors",
    "fallback": "messages that were not understood",
}
"""Kinds of Records that are counted as they are, and what they stand for."""
STEPS = {"called": "a person was called", "joined": "a person came", "timed_out": "nobody came in time",
         "resolved": "a person marked it as resolved"}


@dataclass(frozen=True)
class Counts:
    """From `begin` to `end` (unix microseconds); None where a count is above 0 and below ten, or would tell of one."""

    begin: int
    end: int
    kinds: Mapping[str, int | None]
    steps: Mapping[str, int | None]
    entries: Mapping[str, int | None]
    consents: Mapping[str, int | None]
    ratings: Mapping[str, int | None]


def count(records: Iterable[Record], begin: int, end: int, smallest: int) -> Counts:
    """Count what happened between `begin` and `end`."""
    kinds, steps, entries = Counter[str](), Counter[str](), Counter[str]()
    consents, ratings = Counter[str](), Counter[str]()
    for record in records:
        if not begin <= record.at < end:
            continue
        kinds[record.kind] += 1
        facts = record.facts
        if record.kind == "handover":
            steps[str(facts.get("step"))] += 1
        elif record.kind == "help":
            entries.update(str(facts.get("resources") or "none").split())
        elif record.kind == "consent":
            consents[f"{facts.get('purpose')}: {facts.get('state')}"] += 1
        elif record.kind == "rating":
            ratings[str(facts.get("rating"))] += 1

    def told(found: Counter[str], names: Mapping[str, str] | None = None) -> dict[str, int | None]:
        rows = {words: found[name] for name, words in names.items()} if names else dict(sorted(found.items()))
        hidden = {words for words, number in rows.items() if 0 < number < smallest}
        if not names and len(hidden) == 1:  # it would follow from the sum: the next goes too
            hidden |= set(sorted((words for words in rows if words not in hidden), key=rows.__getitem__)[:1])
        return {words: None if words in hidden else number for words, number in rows.items()}

    return Counts(begin, end, told(kinds, COUNTED), told(steps, STEPS), told(entries), told(consents), told(ratings))
