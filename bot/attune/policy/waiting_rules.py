"""The decision table's parts about waiting: hours, place in the queue, calling back, and the question afterwards."""

from attune.policy.decision import (
    ASK_CALL_BACK,
    ASK_RATING,
    ASKS_CONSENT,
    AWAY,
    CALL_BACK,
    HAND_OFF,
    IN_QUEUE,
    LEAVE_QUEUE,
    OFFER_CALL_BACK,
    RATING_NOTED,
    RATING_SKIPPED,
    REFIT,
    RESUMES,
    TEAM_AWAY,
    TEAM_AWAY_IN_DANGER,
    TELL_PLACE,
    Situation,
)
from attune.policy.protocol import Protocol

NOBODY_CAME = "attune_offer_call_back"
"""Triggered by the desk process where a wait grew long; nobody says it."""


def at_hours(s: Situation, steps: tuple[str, ...]) -> tuple[str, ...]:
    """The steps of a handover with what must be said while nobody is there (HND-3).

    The case is opened all the same. In danger only the hours are added, after the help; else waiting here is not all
    that is offered, and that is the one question.
    """
    if s.back is None or s.owner == "agent" or HAND_OFF not in steps:
        return steps
    if _danger(s):
        told: tuple[str, ...] = () if TEAM_AWAY_IN_DANGER in s.said_last else (TEAM_AWAY_IN_DANGER,)
    elif s.owner == "queue":
        return steps
    else:
        told = (TEAM_AWAY, *_offer(s))
        steps = tuple(step for step in steps if ASKS_CONSENT.get(step) != "agent")
    after = steps.index(HAND_OFF) + 1
    return (*steps[:after], *told, *steps[after:])


def waiting_steps(s: Situation, _: Protocol) -> tuple[str, ...]:
    """What somebody who waits is told, not after every word; nobody in danger hears how many come first."""
    if s.back is not None:
        return () if AWAY & s.said_last else (TEAM_AWAY,)
    if IN_QUEUE in s.said_last:
        return ()
    return (IN_QUEUE,) if _danger(s) else (IN_QUEUE, TELL_PLACE)


def nobody_came(s: Situation, _: Protocol) -> bool:
    """Whether the desk says that somebody has waited too long."""
    return s.intent == NOBODY_CAME


def nobody_came_steps(s: Situation, _: Protocol) -> tuple[str, ...]:
    """The offer to be called back, once, and nothing where it no longer fits."""
    if s.owner != "queue" or OFFER_CALL_BACK in s.said or ASK_CALL_BACK in s.said_last:
        return ()
    away = (TEAM_AWAY,) if s.back is not None and not _danger(s) else ()
    return (*away, *_offer(s)) if _offer(s) else ()


def wants_call_back(s: Situation, _: Protocol) -> bool:
    """Whether somebody who waits would rather be called back."""
    agrees = s.agrees and OFFER_CALL_BACK in s.said_last
    return s.owner == "queue" and (s.wants_call_back or agrees) and bool(_offer(s))


def tells_call_back(s: Situation, _: Protocol) -> bool:
    """Whether the question when and how to call back is answered."""
    return s.owner == "queue" and ASK_CALL_BACK in s.said_last and s.tells_call_back and bool(_offer(s))


def answers_after_a_person(s: Situation) -> bool:
    """Whether this answers the question for consent that was put when a person had left."""
    return s.owner == "bot" and RESUMES in s.said_last and bool(ASKS_CONSENT.keys() & s.said_last)


def asks_rating(s: Situation, p: Protocol) -> tuple[str, ...]:
    """One question, once, how the talk with a person went; never of somebody who was in danger or distress (BND-7)."""
    distressed = s.distressed and s.permission.allows("adapt", p.adapt_mode(s.country))  # CON-2
    unfit = s.form or s.public or distressed or _danger(s)
    return () if unfit or ASK_RATING in s.said else (ASK_RATING,)


def rated(s: Situation, _: Protocol) -> bool:
    """Whether a button under that question was pressed, be it of long ago."""
    return s.rating is not None


def rated_steps(s: Situation, _: Protocol) -> tuple[str, ...]:
    """The thanks, or that it is fine; nothing where nobody has just asked, so that no talk is rated twice."""
    if ASK_RATING not in s.said_last:
        return ()
    return (RATING_SKIPPED,) if s.rating == "skip" else (RATING_NOTED,)


def packet_follows(s: Situation) -> tuple[str, ...]:
    """The step that brings an open case up to what may be passed on now (CON-3); only who waits needs one opened."""
    states = [change.state for change in s.changes if change.purpose == "agent"]
    if s.owner == "queue":
        return (HAND_OFF,) if states else ()
    may_be_open = s.owner == "agent" or bool({CALL_BACK, LEAVE_QUEUE} & s.said) or "withdrawn" in states
    return (REFIT,) if states and may_be_open else ()


def _danger(s: Situation) -> bool:
    return s.endangered or s.reading.crisis.tier > 0


def _offer(s: Situation) -> tuple[str, ...]:
    """Nobody in danger is put off, and nobody is asked how to reach them where others read along."""
    return () if _danger(s) or s.public else (OFFER_CALL_BACK,)
