"""What an assistant did in a time, counted for people outside the house: nothing leads to a person (CRI-12).

Whatever is told about people is a sum of at least the smallest number with parts that are each as large
(`suppression`), and no two of the sums count the same twice: so nothing that is kept back follows from the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from attune.audit.record import Record
from attune.drift.help_shown import HelpShown, help_shown
from attune.drift.suppression import Split, enough, split

SAID = {
    "session": "conversations begun", "disclosure": "times it was said that this is an automated assistant",
    "acknowledged": "feelings acknowledged", "person": "messages of people from the team",
    "error": "errors",
}
"""Kinds of Records that are counted as they are, and what they stand for."""
ERASED = "customers whose data was erased because they asked"
CAME, LATE, OPEN = "a person came", "nobody came in time", "left before anybody came, or still waiting"
UNDERSTOOD, NOT_UNDERSTOOD = "understood", "not understood"
NO_RATING = "no answer"
STATES = {"granted": "yes", "refused": "no", "withdrawn": "taken back", "asked": "no answer", "unknown": "no answer"}


@dataclass(frozen=True)
class Counts:
    """From `begin` to `end` (unix microseconds); None where a number is above 0 and below `smallest`.

    `reached`: how calls for a person ended; `waited`: half of those to whom one came waited no longer (seconds);
    `ratings`: of those to whom one came; `consents`: the last word of each customer who was asked, by purpose.
    """

    begin: int
    end: int
    smallest: int
    said: Mapping[str, int | None]
    messages: Split
    help: HelpShown
    reached: Split
    waited: int | None
    ratings: Split
    consents: Mapping[str, Split]


@dataclass
class _Call:
    """A call for a person, and what came of it."""

    end: str = OPEN
    waited: int | None = None
    rating: str = NO_RATING


@dataclass
class _Tally:
    """What was counted so far; steps and ratings wait until all are there, for some were put on record late."""

    kinds: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    help: list[Record] = field(default_factory=list)
    people: dict[str, list[Record]] = field(default_factory=dict)
    consents: dict[str, dict[str, str]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def add(self, record: Record) -> None:
        """Count one Record."""
        self.kinds[record.kind] += 1
        conversation, facts = record.conversation or "", record.facts
        if record.kind == "turn":
            self.messages[UNDERSTOOD if facts.get("understood", True) else NOT_UNDERSTOOD] += 1
        elif record.kind == "help":
            self.help.append(record)
        elif record.kind in ("handover", "rating"):
            self.people.setdefault(conversation, []).append(record)
        elif record.kind == "erased" and facts.get("why") == "asked":  # not the end of keeping, which is hourly
            self.erased.add(conversation)
        elif record.kind == "consent":
            state = STATES.get(str(facts.get("state")), NO_RATING)
            self.consents.setdefault(str(facts.get("purpose")), {})[conversation] = state

    def said(self, smallest: int) -> dict[str, int | None]:
        """What is no part of a sum."""
        said = {words: enough(self.kinds[kind], smallest) for kind, words in SAID.items()}
        return {**said, ERASED: enough(len(self.erased), smallest)}


def count(records: Iterable[Record], begin: int, end: int, smallest: int, countries: Mapping[str, str]) -> Counts:
    """Count what happened between `begin` and `end`; `countries` tells the country of each help line's id."""
    tally = _Tally()
    for record in records:
        if begin <= record.at < end:
            tally.add(record)
    calls = [call for told in tally.people.values() for call in _calls(told)]
    reached = split(Counter(call.end for call in calls), smallest)
    came = [call for call in calls if call.end == CAME]
    is_told = len(came) == reached.parts.get(CAME, 0)  # else a sum of theirs would tell what stands in `together`
    waits = [call.waited for call in came if call.waited is not None]
    return Counts(
        begin, end, smallest, tally.said(smallest), split(tally.messages, smallest),
        help_shown(tally.help, countries, smallest), reached,
        round(median(waits)) if is_told and len(waits) >= smallest else None,
        split(Counter(call.rating for call in came), smallest) if is_told else Split(None, {}),
        {purpose: split(Counter(last.values()), smallest) for purpose, last in sorted(tally.consents.items())},
    )


def _calls(told: Iterable[Record]) -> Iterator[_Call]:
    """The calls for a person of one conversation; what belongs to a call of an earlier time is left out."""
    call: _Call | None = None
    for record in sorted(told, key=lambda one: one.at):
        step = "rating" if record.kind == "rating" else record.facts.get("step")
        if step == "called":
            if call:
                yield call
            call = _Call()
        elif call:
            _follow(call, record, step)
    if call:
        yield call


def _follow(call: _Call, record: Record, step: object) -> None:
    waited = record.facts.get("waited")
    if step == "joined" and call.end != CAME:
        call.end, call.waited = CAME, waited if isinstance(waited, int) else None
    elif step == "timed_out" and call.end == OPEN:
        call.end = LATE
    elif step == "rating":
        call.rating = str(record.facts.get("rating"))
