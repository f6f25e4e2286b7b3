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
ACKNOWLEDGE = "action_attune_acknowledge"
HAND_OFF = "action_attune_hand_off"
CONSENT = "action_attune_consent"
ASK_CONSENT = "utter_ask_consent_agent"
OFFER_PERSON = "utter_offer_person"
IN_QUEUE = "utter_in_queue"
RESUMES = "utter_bot_resumes"


@dataclass(frozen=True)
class ConsentChange:
    """What this turn makes of one purpose."""

    purpose: Purpose
    state: State


@dataclass(frozen=True)
class Situation:
    """One turn and what the conversation has come to; `permission` already holds this turn's `changes`."""

    reading: Reading = NEUTRAL
    trend: Trend = STEADY
    intent: str | None = None
    permission: Permission = UNASKED
    changes: tuple[ConsentChange, ...] = ()
    owner: Kind = "bot"
    country: str | None = None
    opening: bool = False
    """The customer has only opened the chat."""
    undisclosed: bool = False
    """A session has begun and nobody has said yet that this is an automated assistant."""
    turns_since_acknowledged: int | None = None
    acknowledged_level: str = "none"
    strong_turns: int = 0
    """How many of the customer's turns in a row were strong, this one included."""
    offered_person: bool = False
    waiting_told: bool = False
    """The turn before this one was already answered with the notice of waiting."""


@dataclass(frozen=True)
class Decision:
    """The row that fitted, the care steps it asks for, and who goes on: the host's dialogue or the customer."""

    row: str
    steps: tuple[str, ...] = ()
    then: Literal["host", "listen"] = "host"
