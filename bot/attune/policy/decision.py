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
TELL_PLACE = "action_attune_tell_place"
TEAM_AWAY = "utter_team_away"
TEAM_AWAY_IN_DANGER = "utter_team_away_in_danger"
OFFER_CALL_BACK = "utter_offer_call_back"
ASK_CALL_BACK = "utter_ask_call_back"
CALL_BACK = "action_attune_call_back"
REFIT = "action_attune_refit"
ASK_RATING = "utter_ask_rating"
RATING_NOTED = "utter_rating_noted"
RATING_SKIPPED = "utter_rating_skipped"
RESUMES = "utter_bot_resumes"
EXPORT = "action_attune_export"
ASK_FORGET = "utter_ask_forget"
FORGET = "action_attune_forget"
FORGET_KEPT = "utter_forget_kept"

ASKS_CONSENT: dict[str, Purpose] = {
    "utter_ask_consent_adapt": "adapt", "utter_ask_consent_agent": "agent", "utter_ask_consent_quality": "quality",
    "utter_ask_consent_quotes": "quotes",
}
"""The questions, and the purpose each asks for."""
HELPS = frozenset({HELP_NOW, HELP_POSSIBLE, HELP_LINES})
AWAY = frozenset({TEAM_AWAY, TEAM_AWAY_IN_DANGER})
"""What says that nobody from the team is there."""
WAITS = AWAY | {OFFER_CALL_BACK}
"""What may be said only to somebody who waits in the queue."""


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
    """The purposes the customer may be asked about: not before in this session, nor soon after a no.

    Nor for a quote once help was shown.
    """
    owner: Kind = "bot"
    back: str | None = None
    """When the team is back, in words; None while somebody is there."""
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
    wants_call_back: bool = False
    tells_call_back: bool = False
    """The message says something by which somebody can be called back: a time, a number, an address."""
    rating: int | Literal["skip"] | None = None
    """How the talk with a person went, from 1 (badly) to 5, by the button that was pressed."""
    agrees: bool = False
    """The message is an unmistakable yes."""
    declines: bool = False
    """The message is nothing but a no."""
    endangered: bool = False
    """Some turn of this session told of danger."""
    distressed: bool = False
    """Some turn of this session sounded strongly worried or sad."""
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
