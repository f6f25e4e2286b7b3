"""The decision table: the first row that fits wins. What a supervisor may change stands in protocol.yml."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from attune.policy.decision import (
    ACKNOWLEDGE,
    ASK_CONSENT,
    CONSENT,
    DISCLOSE,
    HAND_OFF,
    HELP_NOW,
    HELP_POSSIBLE,
    IN_QUEUE,
    IS_AUTOMATED,
    OFFER_PERSON,
    RESUMES,
    Decision,
    Situation,
)
from attune.policy.protocol import Protocol

LEVELS = ("none", "light", "strong")
Fits = Callable[[Situation, Protocol], bool]
Steps = Callable[[Situation], tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """When the row fits, which care steps it asks for, and who goes on afterwards."""

    row: str
    fits: Fits
    steps: Steps
    then: Literal["host", "listen"] = "listen"


def decide(situation: Situation, protocol: Protocol) -> Decision:
    """Judge one turn."""
    row = next(row for row in ROWS if row.fits(situation, protocol))
    steps = row.steps(situation)
    if situation.undisclosed and situation.owner == "bot" and DISCLOSE not in steps:
        steps = (DISCLOSE, *steps)  # DIS-1: before any other word of the bot
    return Decision(row.row, steps, row.then)


def _says(*steps: str) -> Steps:
    return lambda _: steps


def _asked_for_person(s: Situation, _: Protocol) -> bool:
    return s.reading.wants_person or s.intent == "request_human"  # HND-1


def _consent_steps(s: Situation) -> tuple[str, ...]:
    refits = s.owner != "bot" and any(change.purpose == "agent" for change in s.changes)  # the open packet follows
    speaks = s.owner != "agent"  # I5
    return (*([CONSENT] if speaks else []), *([HAND_OFF] if refits else []))


def _hand_over_steps(s: Situation) -> tuple[str, ...]:
    return (HAND_OFF, ASK_CONSENT) if s.permission.agent == "unknown" else (HAND_OFF,)


def _worth_offering(s: Situation, p: Protocol) -> bool:
    enough = p.offer_person_after_strong_turns - (s.trend.direction == "rising")
    return s.strong_turns >= max(1, enough) and not s.offered_person and _adapts(s, p)


def _worth_acknowledging(s: Situation, p: Protocol) -> bool:
    felt = p.felt(s.reading, s.trend)
    if p.acknowledgement(felt) is None or not _adapts(s, p):
        return False
    fresh = s.turns_since_acknowledged is None or s.turns_since_acknowledged >= p.acknowledge_again_after
    stronger = LEVELS.index(p.level(felt)) > LEVELS.index(s.acknowledged_level)
    return stronger or (fresh and s.trend.direction != "settling")  # LNG-4


def _adapts(s: Situation, p: Protocol) -> bool:
    return s.permission.allows("adapt", p.adapt_mode(s.country))  # CON-2


ROWS: tuple[Row, ...] = (
    Row("consent", lambda s, p: bool(s.changes) and s.reading.crisis.tier == 0, _consent_steps),  # CON-3
    Row("person_speaks", lambda s, p: s.owner == "agent", _says()),  # I5
    Row("crisis_now", lambda s, p: s.reading.crisis.tier >= p.person_mandatory_from_tier, _says(HELP_NOW, HAND_OFF)),
    Row("crisis_possible", lambda s, p: s.reading.crisis.tier > 0, _says(HELP_POSSIBLE)),  # CRI-1
    Row("opening", lambda s, p: s.opening, lambda s: (DISCLOSE,) if s.undisclosed and s.owner == "bot" else ()),
    Row("handed_back", lambda s, p: s.intent == "attune_handed_back", _says(RESUMES)),  # DIS-3
    Row("asked_if_human", lambda s, p: s.intent == "ask_if_human", _says(IS_AUTOMATED)),  # DIS-2
    Row("waiting", lambda s, p: s.owner == "queue", lambda s: () if s.waiting_told else (IN_QUEUE,)),
    Row("hand_over", _asked_for_person, _hand_over_steps),
    Row("offer_person", _worth_offering, _says(ACKNOWLEDGE, OFFER_PERSON), "host"),
    Row("acknowledge", _worth_acknowledging, _says(ACKNOWLEDGE), "host"),  # I4
    Row("nothing", lambda s, p: True, _says(), "host"),
)
