"""A customer's data is theirs: hands out a copy of it, or notes the wish that it be erased."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from attune import database, settings
from attune.channel.copies import Copies
from attune.errors import AttuneError
from attune.rights import dossier, markdown, stores, wishes
from attune_actions.hand_off import AttuneHandOff

log = logging.getLogger(__name__)

WEB = "web"
LINK = "/webhooks/web/export"
"""Where the web channel hands a copy out, to the browser that holds the conversation's cookie and to no other."""
AWAY = (SQLAlchemyError, OSError)
"""What another try may mend; an AttuneError it does not, so a person sees to it."""


class AttuneExport(Action):
    """Gives the copy where only its owner can fetch it; elsewhere a person sees to it (CON-7)."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_export"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Prepare the copy and say where it is, or pass the request on."""
        if tracker.get_latest_input_channel() != WEB:
            return await _ask_a_person(dispatcher, tracker, domain)
        try:
            await asyncio.to_thread(_prepare, tracker.sender_id, time.time())
        except AttuneError as problem:
            log.error("A copy could not be prepared, so a person is asked (%s).", type(problem).__name__)
            return await _ask_a_person(dispatcher, tracker, domain)
        except AWAY as problem:
            log.error("A copy could not be prepared (%s).", type(problem).__name__)
            dispatcher.utter_message(response="utter_export_failed")
            return []
        dispatcher.utter_message(response="utter_export_ready", link=LINK)
        return []


class AttuneForget(Action):
    """Notes the wish; the desk process erases, for Rasa would write the end of this very turn again (CON-8)."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_forget"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, Any]]:
        """Note it and say so; where it cannot be noted, say that."""
        try:
            await asyncio.to_thread(_note, tracker.sender_id, time.time())
        except (AttuneError, *AWAY) as problem:
            log.error("A wish to be erased could not be noted (%s).", type(problem).__name__)
            dispatcher.utter_message(response="utter_forget_failed")
            return []
        dispatcher.utter_message(response="utter_forget_noted")
        return []


async def _ask_a_person(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
) -> list[dict[str, Any]]:
    """A handover like any other, answered with the sentence for this case."""
    own = CollectingDispatcher()
    events = await AttuneHandOff().run(own, tracker, domain)
    failed = SlotSet("attune_owner", "bot") in events
    dispatcher.utter_message(response="utter_export_failed" if failed else "utter_export_elsewhere")
    return events


def _prepare(subject: str, now: float) -> None:
    found = stores.here(settings.load(), Path())
    Copies(found.engine).put(subject, markdown.write(dossier.gather(found, subject, now)), now)


def _note(subject: str, now: float) -> None:
    engine = database.engine(settings.load().db_url)
    wishes.create(engine)
    wishes.note(engine, subject, now)
