"""Puts opened Records together again: one session of one conversation, as far as it is on record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from attune.audit.record import Record

AFTERWARDS = frozenset({"erased", "reviewed"})
"""What is done with a conversation when it is over, and no part of it."""
ACKNOWLEDGE = "action_attune_acknowledge"
OVER = 24 * 3600 * 1_000_000
"""Microseconds of silence after which a session is over, if nothing says so before."""
SWEEP = 20_000
"""Records between two looks for sessions that are over."""


@dataclass
class Turn:
    """A customer's message and what answered it; times in microseconds. Feelings are None without a yes to keep them.

    `level`: 0 to 1000. `asked`: the decision asked for an acknowledgement.
    """

    at: int
    understood: bool
    intent: str | None = None
    confidence: int | None = None
    emotion: str | None = None
    level: int | None = None
    tier: int | None = None
    asked: bool = False
    rows: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    acknowledged: int | None = None
    wording: str | None = None
    variants: list[str] = field(default_factory=list)


@dataclass
class Step:
    """A step on the way to a person, as the desk told it."""

    at: int
    step: str
    queue: str | None
    waited: int | None


@dataclass
class Episode:
    """One session: who (a pseudonym), from when to when, where, with which model, and what happened."""

    conversation: str
    begin: int
    end: int
    channel: str | None = None
    version: str | None = None
    turns: list[Turn] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ratings: list[tuple[int, int]] = field(default_factory=list)
    handed_over: int | None = None
    refused: bool = False
    withdrawn: int | None = None

    @property
    def queue(self) -> str | None:
        """The queue a person was called from."""
        return next((step.queue for step in self.steps if step.queue), None)

    @property
    def variant(self) -> str | None:
        """The variant of a wording that was said first."""
        return next(iter(self.variants), None)

    @property
    def variants(self) -> list[str]:
        """The variants of wordings in the order in which they were said."""
        return [variant for turn in self.turns for variant in turn.variants]


def episodes(records: Iterable[Record]) -> Iterator[Episode]:
    """Every session of Records that come in the ledger's order; only those that are not over are held in memory."""
    open_: dict[str, list[Record]] = {}
    for number, record in enumerate(records, 1):
        name = record.conversation
        if name is None or record.kind in AFTERWARDS:
            continue
        held = open_.get(name)
        if held is None:
            open_[name] = [record]
        elif record.kind == "session" or record.at - held[-1].at > OVER:
            open_[name] = [record]
            yield read(held)
        else:
            held.append(record)
        if number % SWEEP == 0:
            over = [name for name, held in open_.items() if record.at - held[-1].at > OVER]
            yield from (read(open_.pop(name)) for name in over)
    yield from map(read, open_.values())


def read(records: Sequence[Record]) -> Episode:
    """One session from its Records; late ones stand where they belong in time."""
    ordered = sorted(records, key=_time)
    episode = Episode(str(ordered[0].conversation), ordered[0].at, ordered[-1].at)
    for record in ordered:
        _READ.get(record.kind, _nothing)(episode, record)
    return episode


def part(one: Episode, begin: int, end: int | None) -> Episode:
    """What happened in a session from `begin` on, and before `end` if that is given (unix microseconds)."""
    def within(at: int) -> bool:
        return begin <= at and (end is None or at < end)

    handed_over = one.handed_over if one.handed_over and within(one.handed_over) else None
    return replace(
        one, begin=begin, handed_over=handed_over, turns=[turn for turn in one.turns if within(turn.at)],
        steps=[step for step in one.steps if within(step.at)],
        ratings=[rating for rating in one.ratings if within(rating[0])],
    )


def _time(record: Record) -> int:
    return record.at


def _nothing(_episode: Episode, _record: Record) -> None:
    """What a look back has no use for."""


def _session(episode: Episode, record: Record) -> None:
    episode.version = _text(record.facts.get("model")) or episode.version


def _turn(episode: Episode, record: Record) -> None:
    facts = record.facts
    channel = facts.get("channel")
    if channel and not episode.channel:
        episode.channel = str(channel)
    turn = Turn(record.at, facts.get("understood") is not False, _text(facts.get("intent")),
                _number(facts.get("confidence")), _text(facts.get("emotion")), _number(facts.get("level")),
                _number(facts.get("tier")))
    episode.turns.append(turn)


def _decision(episode: Episode, record: Record) -> None:
    episode.version = _text(record.facts.get("model")) or episode.version
    if episode.turns:
        turn = episode.turns[-1]
        turn.rows.append(str(record.facts.get("row")))
        turn.asked = turn.asked or ACKNOWLEDGE in str(record.facts.get("steps") or "").split()


def _spoken(episode: Episode, record: Record) -> None:
    if not episode.turns:
        return
    turn = episode.turns[-1]
    turn.spoken.append(record.kind)
    if variant := _text(record.facts.get("variant")):
        turn.variants.append(variant)
    if record.kind == "acknowledged" and turn.acknowledged is None:
        turn.acknowledged, turn.wording = record.at, _text(record.facts.get("response"))


def _fallback(episode: Episode, _record: Record) -> None:
    if episode.turns:
        episode.turns[-1].understood = False


def _handoff(episode: Episode, record: Record) -> None:
    episode.handed_over = episode.handed_over or record.at


def _handover(episode: Episode, record: Record) -> None:
    facts, step = record.facts, str(record.facts.get("step"))
    episode.steps.append(Step(record.at, step, _text(facts.get("queue")), _number(facts.get("waited"))))
    if step == "called":
        episode.handed_over = episode.handed_over or record.at


def _rating(episode: Episode, record: Record) -> None:
    given = _number(record.facts.get("rating"))
    if given is not None:
        episode.ratings.append((record.at, given))


def _consent(episode: Episode, record: Record) -> None:
    no = record.facts.get("state") in ("refused", "withdrawn")
    episode.refused = episode.refused or no
    if no and record.facts.get("purpose") == "quality":
        episode.withdrawn = episode.withdrawn or record.at


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> int | None:
    return value if type(value) is int else None


_READ = {
    "session": _session, "turn": _turn, "decision": _decision, "acknowledged": _spoken, "help": _spoken,
    "said": _spoken, "fallback": _fallback, "handoff": _handoff, "handover": _handover, "rating": _rating,
    "consent": _consent,
}
