"""What a golden replay found: what was heard and done before, what is now, and whether that is an alarm (DRF-3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import get_args

from attune.drift.gate import allowed_misses
from attune.drift.golden import Aspect, Heard, Phrase, right

KEPT, SURE = 0.98, 0.99
"""Of what was right, so much must still be right; an alarm is above the miss limit of this probability (rules §7)."""
GATES: tuple[Aspect, ...] = get_args(Aspect)


@dataclass(frozen=True)
class Turn:
    """What one message of a customer led to: the names of the responses said, and the rows of the Decisions."""

    says: str
    responses: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """What an assistant of these versions (hashes) heard in each phrase and did in each conversation."""

    versions: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, Heard] = field(default_factory=dict)
    conversations: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Gate:
    """One aspect: of `known` phrases right in the baseline `lost` are wrong now, `allowed` at most before the alarm.

    `right` of `of`: how many are right now, those the baseline had wrong included.
    """

    aspect: Aspect
    right: int
    of: int
    known: int
    lost: int
    allowed: int

    @property
    def alarm(self) -> bool:
        """Whether more was lost than a model as good as before would lose."""
        return self.lost > self.allowed


@dataclass(frozen=True)
class PhraseChange:
    """A phrase heard otherwise than before; `lost` and `won`: the aspects that are wrong, or right, only now."""

    phrase: Phrase
    was: Heard
    now: Heard
    lost: tuple[Aspect, ...]
    won: tuple[Aspect, ...]


@dataclass(frozen=True)
class ConversationChange:
    """A conversation in which something else was said or decided, from its first turn that differs."""

    name: str
    turn: int
    was: Turn | None
    now: Turn | None


@dataclass(frozen=True)
class Replay:
    """The behavioural difference between two snapshots; `versions` name what changed, `new` has no baseline yet."""

    versions: Mapping[str, tuple[str | None, str | None]]
    gates: tuple[Gate, ...]
    phrases: tuple[PhraseChange, ...]
    conversations: tuple[ConversationChange, ...]
    new: tuple[str, ...]
    missed: tuple[Phrase, ...]
    """Danger that is not heard, now as before: known, and never counted as right."""

    @property
    def alarm(self) -> bool:
        """Whether somebody must look before this goes to customers."""
        return any(gate.alarm for gate in self.gates) or bool(self.conversations)

    def as_dict(self) -> dict[str, object]:
        """The result as plain JSON data."""
        gates = [{**asdict(gate), "alarm": gate.alarm} for gate in self.gates]
        return {**asdict(self), "gates": gates, "alarm": self.alarm}


def compare(golden: Sequence[Phrase], was: Snapshot, now: Snapshot, *, played: bool = True) -> Replay:
    """The difference; conversations are left out unless they were `played`."""
    names = [*now.conversations, *(name for name in was.conversations if name not in now.conversations)]
    new = [phrase.text for phrase in golden if phrase.text not in was.phrases]
    return Replay(
        {kind: (was.versions.get(kind), now.versions.get(kind)) for kind in {**was.versions, **now.versions}
         if was.versions.get(kind) != now.versions.get(kind)},
        tuple(filter(None, (gate(aspect, golden, was.phrases, now.phrases) for aspect in GATES))),
        tuple(_phrases(golden, was.phrases, now.phrases)),
        tuple(_conversations(names, was, now)) if played else (),
        tuple(new + [name for name in now.conversations if name not in was.conversations]),
        tuple(each for each in golden if right(each.expected, now.phrases[each.text]).get("danger heard") is False),
    )


def gate(aspect: Aspect, golden: Sequence[Phrase], was: Mapping[str, Heard], now: Mapping[str, Heard]) -> Gate | None:
    """The gate of one aspect; None where no phrase asks for it."""
    asked = [phrase for phrase in golden if aspect in right(phrase.expected, now[phrase.text])]
    good = {phrase.text for phrase in asked if right(phrase.expected, now[phrase.text])[aspect]}
    known = [phrase.text for phrase in asked
             if phrase.text in was and right(phrase.expected, was[phrase.text])[aspect]]
    lost = sum(text not in good for text in known)
    limit = allowed_misses(len(known), KEPT, SURE)
    return Gate(aspect, len(good), len(asked), len(known), lost, limit) if asked else None


def _phrases(golden: Sequence[Phrase], was: Mapping[str, Heard], now: Mapping[str, Heard]) -> Iterator[PhraseChange]:
    for phrase in golden:
        before, after = was.get(phrase.text), now[phrase.text]
        if before is not None and before != after:
            were, are = right(phrase.expected, before), right(phrase.expected, after)
            lost = tuple(aspect for aspect in are if were[aspect] and not are[aspect])
            won = tuple(aspect for aspect in are if are[aspect] and not were[aspect])
            yield PhraseChange(phrase, before, after, lost, won)


def _conversations(names: Sequence[str], was: Snapshot, now: Snapshot) -> Iterator[ConversationChange]:
    for name in names:
        before, after = was.conversations.get(name), now.conversations.get(name, ())
        if before is not None and before != after:
            differs = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
                           min(len(before), len(after)))
            yield ConversationChange(name, differs + 1, _at(before, differs), _at(after, differs))


def _at(turns: Sequence[Turn], place: int) -> Turn | None:
    return turns[place] if place < len(turns) else None
