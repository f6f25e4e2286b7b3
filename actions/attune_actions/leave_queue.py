"""Gives a waiting customer back to the assistant when they would rather go on with it."""

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
from attune.errors import AttuneError
from attune.handoff.outbox import Outbox

log = logging.getLogger(__name__)


class AttuneLeaveQueue(Action):
    """Speaks nothing: the policy says how it went on, or that the wait goes on."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_leave_queue"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Leave the queue; where that fails, or a person has just come, the conversation stays as it is (I5)."""
        try:
            await asyncio.to_thread(_leave, tracker.sender_id)
        except (AttuneError, SQLAlchemyError, OSError) as problem:
            log.error("The queue could not be left (%s).", type(problem).__name__)
            return []
        return [SlotSet("attune_owner", "bot")]


def _leave(conversation_id: str) -> None:
    Outbox(database.engine(settings.load().db_url)).leave(conversation_id, time.time())
