"""Which queue a handoff waits in: of the lines of `queues` in protocol.yml, the first that fits (HND-2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Reason = Literal["safety", "customer_request"]
UNKNOWN_LANGUAGE = "und"
"""What BCP 47 writes for a language nobody knows."""


@dataclass(frozen=True)
class Stake:
    """From which number in a slot on a line is for somebody; a slot that holds no number is at nobody's stake."""

    slot: str
    at_least: float

    def fits(self, slots: Mapping[str, object]) -> bool:
        """Whether as much is at stake."""
        try:
            return float(str(slots.get(self.slot))) >= self.at_least
        except ValueError:
            return False


@dataclass(frozen=True)
class Request:
    """What a handoff is routed by.

    `intensity`: the strongest feeling that may be passed on (0-1000). `intents`: what the customer asked for, newest
    first. `language`: BCP 47. `slots`: what the assistant knows; only the queue tells of it, no value is passed on.
    """

    reason: Reason
    intensity: int = 0
    intents: Sequence[str] = ()
    language: str = UNKNOWN_LANGUAGE
    slots: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """One line: a queue, for whom it is, and how soon its customers get an answer.

    `priority` 1 goes first, `answer_within` in minutes; `skills`: what its people know, told to agents and other desks.
    """

    queue: str
    priority: int
    answer_within: int
    reason: Reason | None = None
    from_intensity: int = 0
    intents: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    at_stake: Stake | None = None
    skills: tuple[str, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Whether everybody fits."""
        conditions = (self.reason, self.from_intensity, self.intents, self.languages, self.at_stake)
        return not any(conditions)

    def fits(self, request: Request, topic: str | None) -> bool:
        """Whether every condition of the line holds; `topic` is the intent that counts."""
        return (
            self.reason in (None, request.reason)
            and request.intensity >= self.from_intensity
            and (not self.intents or topic in self.intents)
            and (not self.languages or any(_is(request.language, wanted) for wanted in self.languages))
            and (self.at_stake is None or self.at_stake.fits(request.slots))
        )


def queue(line: Mapping[str, Any]) -> Queue:
    """A line of protocol.yml as a value."""
    stake = line.get("at_stake")
    several = {name: tuple(line.get(name) or ()) for name in ("intents", "languages", "skills")}
    return Queue(**{**line, **several, "at_stake": Stake(**stake) if stake else None})


def choose(queues: Sequence[Queue], request: Request) -> Queue:
    """The first line that fits, the last where none does.

    Of the intents the newest counts that any line names: small talk and what no line is about change no queue.
    """
    named = {intent for line in queues for intent in line.intents}
    topic = next((intent for intent in request.intents if intent in named), None)
    return next((line for line in queues if line.fits(request, topic)), queues[-1])


def unreachable(queues: Sequence[Queue]) -> Iterable[int]:
    """The places of the lines behind one that is for all."""
    for_all = next((place for place, line in enumerate(queues) if line.is_for_all), len(queues))
    return range(for_all + 1, len(queues))


def _is(language: str, wanted: str) -> bool:
    """Whether a language tag is the wanted one or a kind of it, as BCP 47 nests them: `de-AT` is `de`."""
    return f"{language.lower()}-".startswith(f"{wanted.lower()}-")
