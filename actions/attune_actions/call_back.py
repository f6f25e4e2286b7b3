"""Notes when and how a customer wants to be called back, in the case that is open (HND-2)."""

import asyncio
import logging
import time
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from attune import database, settings
from attune.channel.ownership import Ownership
from attune.consent.permission import from_slots
from attune.errors import AttuneError
from attune.handoff import request
from attune.handoff.outbox import NotWaiting, Outbox
from attune.handoff.request import Request
from attune.policy import protocol
from attune.policy.call_back import SLOT

log = logging.getLogger(__name__)


class AttuneCallBack(Action):
    """Keeps the customer's own words; they go on with the assistant, and the case stays open for the team."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_call_back"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Note it and say so; where that fails, say that, and the customer still waits (I6)."""
        words = str((tracker.latest_message or {}).get("text") or "")
        try:
            owner = await asyncio.to_thread(_note, tracker.current_state(), words)
        except (AttuneError, SQLAlchemyError, OSError) as problem:
            log.error("A wish to be called back could not be noted (%s).", type(problem).__name__)
            dispatcher.utter_message(response="utter_call_back_failed")
            return []
        if owner == "agent":  # somebody has come meanwhile and speaks now (I5)
            return [SlotSet("attune_owner", owner)]
        dispatcher.utter_message(response="utter_call_back_noted")
        return [SlotSet("attune_owner", owner), SlotSet(SLOT, words)]


class AttuneRefit(Action):
    """Brings the packet of an open case up to what the customer allows now; opens none and speaks nothing (CON-3)."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_refit"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Replace the packet if there is one to replace; who has the conversation then is said only where that ran."""
        try:
            owner = await asyncio.to_thread(_refit, tracker.current_state())
        except (AttuneError, SQLAlchemyError, OSError) as problem:
            log.error("A packet does not say yet what the customer allows (%s).", type(problem).__name__)
            return []
        return [SlotSet("attune_owner", owner)]


def _note(state: dict[str, Any], words: str) -> str:
    here = settings.load()
    engine = database.engine(here.db_url)
    wanted = Request(state, from_slots(state["slots"]), protocol.load(here.protocol))
    try:
        request.call_back(Outbox(engine), wanted, words, time.time())
    except NotWaiting:
        owner = Ownership(engine).owner(state["sender_id"]).kind
        if owner != "agent":
            raise
        return owner
    return "bot"


def _refit(state: dict[str, Any]) -> str:
    here = settings.load()
    engine = database.engine(here.db_url)
    wanted = Request(state, from_slots(state["slots"]), protocol.load(here.protocol))
    request.refit(Outbox(engine), wanted, time.time())
    return Ownership(engine).owner(state["sender_id"]).kind
