"""Tells a waiting customer their place in the queue, and of the wait what is known (HND-3)."""

import asyncio
import logging
import time
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from attune import database, settings
from attune.errors import AttuneError
from attune.handoff import wait
from attune.handoff.waits import Waits
from attune.policy import protocol

log = logging.getLogger(__name__)


class AttuneTellPlace(Action):
    """Says it from the live queue; says nothing where that is out of reach."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_tell_place"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Say how many come first and how long others waited lately."""
        await tell_place(dispatcher, tracker.sender_id)
        return []


async def tell_place(dispatcher: CollectingDispatcher, conversation_id: str) -> None:
    """Say the place of a conversation that waits; one for safety, which goes before all, is told none (HND-5)."""
    try:
        said = await asyncio.to_thread(_place, conversation_id, time.time())
    except (AttuneError, SQLAlchemyError, OSError) as problem:
        log.error("The place in the queue could not be read (%s).", type(problem).__name__)
        return
    if said:
        dispatcher.utter_message(response="utter_place", attune_place=said[0], attune_wait=said[1])


def _place(conversation_id: str, now: float) -> tuple[str, str] | None:
    """The place and the wait in words, noted as told."""
    here = settings.load()
    waits, rules = Waits(database.engine(here.db_url)), protocol.load(here.protocol)
    line = waits.line()
    mine = next((one for one in line if one.conversation_id == conversation_id), None)
    if mine is None or mine.reason == "safety":
        return None
    known = wait.wait_in_words(waits.expected(mine.queue, line, rules.hours, now))
    if wait.surges(len(line), rules.surge_from):
        return wait.place_in_words(None), known
    ahead = line.index(mine)
    waits.told(mine.handoff_id, ahead, now)
    return wait.place_in_words(ahead), known
