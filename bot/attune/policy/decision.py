"""What the judgement is made from, and what comes out of it."""

from dataclasses import dataclass
from typing import Literal

from attune.channel.ownership import Kind
from attune.consent.permission import UNASKED, Permission, Purpose, State
from attune.signals.reading import NEUTRAL, Reading
from attune.signals.trend import STEADY, Trend

DISCLOSE = "utter_disclosure"
IS_AUTOMATED = "utter_is_automated"
HELP_POSSIBLE = "utter_crisis_help_possible"
HELP_NOW = "utter_crisis_help_now"
HELP_LINES = "utter_help_lines"
ASK_COUNTRY = "utter_ask_country"
SAFETY_QUESTION = "utter_safety_question"
CARRY_ON = "utter_carry_on"
ACKNOWLEDGE = "action_attune_acknowledge"
BOUNDARY = "utter_boundary"
IN_JEST = "utter_in_jest"
UNREAD_LANGUAGE = "utter_unread_language"
HAND_OFF = "action_attune_hand_off"
LEAVE_QUEUE = "action_attune_leave_queue"
CONSENT = "action_attune_consent"
OFFER_PERSON = "utter_offer_person"
IN_QUEUE = "utter_in_queue"
RESUMES = "utter_bot_resumes"
EXPORT = "action_attune_export"
ASK_FORGET = "utter_ask_forget"
FORGET = "action_attune_forget"
FORGET_KEPT = "utter_forget_kept"

ASKS_CONSENT: dict[str, Purpose] = {
    "utter_ask_consent_adapt": "adapt", "utter_ask_consent_agent": "agent", "utter_ask_consent_quality": "quality",
}
"""The questions, and the purpose each asks for."""
HELPS = frozenset({HELP_NOW, HELP_POSSIBLE, HELP_LINES})


@dataclass(frozen=True)
class ConsentChange:
    """What this turn makes of one purpose; not `explicit` where a question was merely passed over, which is a no."""

    purpose: Purpose
    state: State
    explicit: bool = True


@dataclass(frozen=True)
class Situation:
    """One turn and what the conversation has come to; `permission` already holds this turn's `changes`."""

    reading: Reading = NEUTRAL
    trend: Trend = STEADY
    intent: str | None = None
    permission: Permission = UNASKED
    changes: tuple[ConsentChange, ...] = ()
    may_ask: frozenset[Purpose] = frozenset()
    """The purposes the customer may be asked about: not before in this session, nor soon after a no."""
    owner: Kind = "bot"
    country: str | None = None
    country_told: bool = False
    """This turn answers the question for the country; `country` already holds it."""
    public: bool = False
    opening: bool = False
    """The customer has only opened the chat."""
    undisclosed: bool = False
    """A session has begun and nobody has said yet that this is an automated assistant."""
    form: str | None = None
    """The form that is half filled in."""
    said: frozenset[str] = frozenset()
    """Every action of this session."""
    said_last: frozenset[str] = frozenset()
    """The actions that answered the turn before this one."""
    carries_on: bool = False
    """The customer wants to leave help, or the queue, and go on with what they came for."""
    requested: Literal["export", "forget"] | None = None
    """A wish about the customer's own data."""
    agrees: bool = False
    declines: bool = False
    """The message is nothing but a no."""
    """The message is an unmistakable yes."""
    endangered: bool = False
    """Some turn of this session told of danger."""
    turns_since_acknowledged: int | None = None
    acknowledged_level: str = "none"
    strong_turns: int = 0
    """How many of the customer's turns in a row were strong, this one included."""
    abusive_turns: int = 0
    """How many of the customer's turns in this session were abusive, this one included."""


@dataclass(frozen=True)
class Decision:
    """The row that fitted, the care steps it asks for, and who goes on: the host's dialogue or the customer."""

    row: str
    steps: tuple[str, ...] = ()
    then: Literal["host", "listen"] = "host"
