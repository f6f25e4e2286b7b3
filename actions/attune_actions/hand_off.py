"""Brings a person in: opens a handoff, or brings its packet up to what the customer now allows."""

import asyncio
import logging
import time
import uuid
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
from attune.handoff.outbox import Outbox
from attune.handoff.request import Outcome, Request, ask
from attune.handoff.steps import Step
from attune.handoff.waits import Waits
from attune.policy import protocol
from attune_actions.tell_place import tell_place

log = logging.getLogger(__name__)


class AttuneHandOff(Action):
    """Stores what the person will receive; the courier in the desk process carries it on."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_hand_off"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Open or upgrade the handoff; when it cannot be stored, say so and leave the bot in charge (I6)."""
        try:
            outcome, owner, step = await asyncio.to_thread(_store, tracker.current_state())
        except (AttuneError, SQLAlchemyError, OSError) as problem:
            log.error("The handoff could not be stored (%s).", type(problem).__name__)
            return _failed(dispatcher, tracker)
        if outcome == "opened" and not tracker.get_slot("attune_back"):  # else the policy says that nobody is there
            dispatcher.utter_message(response="utter_handing_off")
            await tell_place(dispatcher, tracker.sender_id)
        told = {"metadata": step.metadata()} if outcome == "opened" and step else {}
        return [{**SlotSet("attune_owner", owner), **told}]


def _store(state: dict[str, Any]) -> tuple[Outcome, str, Step | None]:
    here = settings.load()
    engine = database.engine(here.db_url)
    request = Request(state, from_slots(state["slots"]), protocol.load(here.protocol))
    outcome = ask(Outbox(engine), request, new_id=uuid.uuid4().hex, now=time.time())
    return outcome, Ownership(engine).owner(state["sender_id"]).kind, Waits(engine).called(state["sender_id"])


def _failed(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
    if tracker.get_slot("attune_owner") in ("queue", "agent"):
        return []  # a person is already asked for; only the fuller packet failed
    dispatcher.utter_message(response="utter_handoff_failed")
    return [SlotSet("attune_owner", "bot")]
