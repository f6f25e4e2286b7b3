"""The decision table: the first row that fits wins. What a supervisor may change stands in protocol.yml."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from attune.consent.permission import Purpose
from attune.policy import waiting_rules
from attune.policy.decision import (
    ACKNOWLEDGE,
    ASK_CALL_BACK,
    ASK_COUNTRY,
    ASK_FORGET,
    ASKS_CONSENT,
    BOUNDARY,
    CALL_BACK,
    CARRY_ON,
    CONSENT,
    DISCLOSE,
    EXPORT,
    FORGET,
    FORGET_KEPT,
    HAND_OFF,
    HELP_LINES,
    HELP_NOW,
    HELP_POSSIBLE,
    HELPS,
    IN_JEST,
    IS_AUTOMATED,
    LEAVE_QUEUE,
    OFFER_PERSON,
    RESUMES,
    SAFETY_QUESTION,
    UNREAD_LANGUAGE,
    Decision,
    Situation,
)
from attune.policy.protocol import Protocol

LEVELS = ("none", "light", "strong")
NO_REQUEST = frozenset({None, "nlu_fallback", "out_of_scope", "express_frustration", "express_distress"})
"""Intents that leave the host nothing to answer; `out_of_scope` is what Rasa's documentation calls such messages."""
QUESTIONS: dict[Purpose, str] = {purpose: question for question, purpose in ASKS_CONSENT.items()}

Then = Literal["host", "listen"]
Fits = Callable[[Situation, Protocol], bool]
Steps = Callable[[Situation, Protocol], tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """When the row fits, which care steps it asks for, and who goes on afterwards.

    `host_if_asked` is for the host's dialogue only where the message asks it for something.
    """

    row: str
    fits: Fits
    steps: Steps
    then: Then | Literal["host_if_asked"] = "listen"


def decide(situation: Situation, protocol: Protocol) -> Decision:
    """Judge one turn."""
    row = next(row for row in ROWS if row.fits(situation, protocol))
    steps = row.steps(situation, protocol)
    if situation.undisclosed and situation.owner == "bot" and DISCLOSE not in steps:
        steps = (DISCLOSE, *steps)  # DIS-1: before any other word of the bot
    if _asked_for_person(situation, protocol) and situation.owner == "bot" and HAND_OFF not in steps:
        steps = waiting_rules.at_hours(situation, (*steps, HAND_OFF))
        return Decision(row.row, steps, "listen")  # HND-1: whatever else is to be said
    steps = waiting_rules.at_hours(situation, steps)
    if row.then == "host_if_asked":
        over = HAND_OFF in steps or situation.intent in NO_REQUEST
        return Decision(row.row, steps, "listen" if over else "host")
    return Decision(row.row, steps, row.then)


def _says(*steps: str) -> Steps:
    return lambda _s, _p: steps


def _form(s: Situation) -> tuple[str, ...]:
    return (s.form,) if s.form else ()  # the form asks its open question again


def _asks(s: Situation, purpose: Purpose) -> tuple[str, ...]:
    return (QUESTIONS[purpose],) if purpose in s.may_ask and not s.public else ()


def _consent_steps(s: Situation, p: Protocol) -> tuple[str, ...]:
    speaks = (CONSENT,) if s.owner != "agent" else ()  # I5
    rating = waiting_rules.asks_rating(s, p) if waiting_rules.answers_after_a_person(s) else ()
    return (*speaks, *waiting_rules.packet_follows(s), *rating)


def _one_question(s: Situation, p: Protocol) -> tuple[str, ...]:
    """At most one after help: the clinician's (CRI-11), else for the country, once it was shown without (CRI-5)."""
    if p.crisis.safety_question == "once" and SAFETY_QUESTION not in s.said:
        return (SAFETY_QUESTION,)
    asks = p.crisis.ask_country and s.country is None and ASK_COUNTRY not in s.said and not s.public
    return (ASK_COUNTRY,) if asks else ()


def _help_now(s: Situation, p: Protocol) -> tuple[str, ...]:
    return (HELP_NOW, HAND_OFF, *_one_question(s, p))


def _help_possible(s: Situation, p: Protocol) -> tuple[str, ...]:
    return (HELP_POSSIBLE, *_one_question(s, p))


def _carries_on(s: Situation, _: Protocol) -> bool:
    return s.carries_on and (s.owner == "queue" or bool(HELPS & s.said_last))


def _carry_on_steps(s: Situation, _: Protocol) -> tuple[str, ...]:
    leave = (LEAVE_QUEUE,) if s.owner == "queue" else ()
    return (*leave, CARRY_ON, *_form(s))


def _handed_back_steps(s: Situation, p: Protocol) -> tuple[str, ...]:
    quotes = _asks(s, "quotes") if _adapts(s, p) and not s.distressed else ()  # BND-7: seen to be in no distress
    asks = () if s.form or s.endangered else _asks(s, "quality") or quotes
    return (RESUMES, *(asks or waiting_rules.asks_rating(s, p)), *_form(s))  # one question at most


def _called_back_steps(s: Situation, _: Protocol) -> tuple[str, ...]:
    return (CALL_BACK, *(_form(s) or _asks(s, "agent")))


def _asked_if_human(s: Situation, _: Protocol) -> bool:
    return s.reading.asks_if_human or s.intent == "ask_if_human"


def _asked_for_person(s: Situation, _: Protocol) -> bool:
    return s.reading.wants_person or s.intent == "request_human"  # HND-1


def _hand_over_steps(s: Situation, _: Protocol) -> tuple[str, ...]:
    return (HAND_OFF, *_asks(s, "agent"))


def _boundary_steps(s: Situation, p: Protocol) -> tuple[str, ...]:
    return (BOUNDARY, HAND_OFF) if s.abusive_turns >= p.person_after_abusive_messages else (BOUNDARY,)


def _worth_asking(s: Situation, p: Protocol) -> bool:
    """A feeling that may be answered only after a yes, in places where the protocol says so (CON-2)."""
    opt_in = p.adapt_mode(s.country) == "opt_in" and bool(_asks(s, "adapt"))
    return opt_in and p.acknowledgement(s.reading) is not None


def _worth_offering(s: Situation, p: Protocol) -> bool:
    enough = p.offer_person_after_strong_turns - (s.trend.direction == "rising")
    return s.strong_turns >= max(1, enough) and OFFER_PERSON not in s.said and _adapts(s, p)


def _worth_acknowledging(s: Situation, p: Protocol) -> bool:
    felt = p.felt(s.reading, s.trend)
    if p.acknowledgement(felt) is None or not _adapts(s, p):
        return False
    fresh = s.turns_since_acknowledged is None or s.turns_since_acknowledged >= p.acknowledge_again_after
    stronger = LEVELS.index(p.level(felt)) > LEVELS.index(s.acknowledged_level)
    return stronger or (fresh and s.trend.direction != "settling")  # LNG-4


def _adapts(s: Situation, p: Protocol) -> bool:
    return s.permission.allows("adapt", p.adapt_mode(s.country))  # CON-2


def _in_danger(s: Situation) -> bool:
    return s.reading.crisis.tier > 0


ROWS: tuple[Row, ...] = (
    Row("consent", lambda s, p: not _in_danger(s) and any(c.explicit for c in s.changes), _consent_steps),  # CON-3
    Row("person_alerted", lambda s, p: s.owner == "agent" and _in_danger(s), _says()),  # HND-5: the desk flags it
    Row("person_speaks", lambda s, p: s.owner == "agent", _says()),  # I5
    # CRI-2: help asks for no permission, so no row of danger looks at it.
    Row("crisis_now", lambda s, p: s.reading.crisis.tier >= p.person_mandatory_from_tier, _help_now),
    Row("crisis_possible", lambda s, p: _in_danger(s), _help_possible),  # CRI-1
    Row("country_told", lambda s, p: s.country_told, _says(HELP_LINES)),  # CRI-5
    Row("safety_answered", lambda s, p: SAFETY_QUESTION in s.said_last, _help_possible),  # CRI-11: whatever it is
    Row("call_back_told", waiting_rules.tells_call_back, _called_back_steps),
    Row("carry_on", _carries_on, _carry_on_steps),  # CRI-13
    Row("opening", lambda s, p: s.opening, lambda s, p: (DISCLOSE,) if s.undisclosed and s.owner == "bot" else ()),
    Row("handed_back", lambda s, p: s.intent == "attune_handed_back", _handed_back_steps),  # DIS-3
    Row("nobody_came", waiting_rules.nobody_came, waiting_rules.nobody_came_steps),  # HND-2
    Row("rated", waiting_rules.rated, waiting_rules.rated_steps),
    Row("asked_if_human", _asked_if_human, _says(IS_AUTOMATED)),  # DIS-2
    Row("export", lambda s, p: s.requested == "export", _says(EXPORT)),  # CON-7
    Row("forget", lambda s, p: s.requested == "forget", _says(ASK_FORGET)),  # CON-8
    Row("forget_confirmed", lambda s, p: ASK_FORGET in s.said_last and s.agrees, _says(FORGET)),
    Row("forget_declined", lambda s, p: ASK_FORGET in s.said_last and s.declines, _says(FORGET_KEPT)),
    Row("forget_kept", lambda s, p: ASK_FORGET in s.said_last, _says(FORGET_KEPT), "host_if_asked"),
    Row("call_back", waiting_rules.wants_call_back, _says(ASK_CALL_BACK)),
    Row("waiting", lambda s, p: s.owner == "queue", waiting_rules.waiting_steps),  # HND-3
    Row("hand_over", _asked_for_person, _hand_over_steps),
    Row("boundary", lambda s, p: s.reading.abusive, _boundary_steps, "host_if_asked"),
    Row("in_jest", lambda s, p: s.reading.jest and IN_JEST not in s.said, _says(IN_JEST), "host_if_asked"),
    Row("unread_language", lambda s, p: s.reading.unread is not None and UNREAD_LANGUAGE not in s.said,
        _says(UNREAD_LANGUAGE), "host_if_asked"),
    Row("ask_adapt", _worth_asking, lambda s, p: _asks(s, "adapt"), "host"),
    Row("offer_person", _worth_offering, _says(ACKNOWLEDGE, OFFER_PERSON), "host"),
    Row("acknowledge", _worth_acknowledging, _says(ACKNOWLEDGE), "host"),  # I4
    Row("nothing", lambda s, p: True, _says(), "host"),
)
