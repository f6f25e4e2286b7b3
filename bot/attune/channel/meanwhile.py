"""Help for a customer whose message waits behind another (CRI-8) [R].

Rasa takes the messages of one conversation one after the other, so one over which an action hangs keeps the next
waiting. Such a message is read here, beside Rasa's turn; the turn itself follows when it can.
"""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from attune.channel.turn import Turn

HELP = {1: "utter_crisis_help_possible", 2: "utter_crisis_help_now"}
"""The response for each tier of danger."""
COUNTRY_SLOT = "attune_country"

_log = logging.getLogger(__name__)


class Agent(Protocol):
    """What is needed of `rasa.core.agent.Agent`, whose own module takes many seconds to import."""

    domain: Any
    nlg: Any
    tracker_store: Any

    async def parse_message(self, message_data: str) -> dict[str, Any]:
        """Read a message; nothing of it is kept."""


async def help_for(turn: Turn, agent: Agent) -> dict[str, Any] | None:
    """The help to show at once, as Rasa would send it; None where the words tell of no danger."""
    if turn.words.startswith("/"):
        return None
    response = HELP.get(_tier(await agent.parse_message(turn.words)))
    if response is None:
        return None
    said = await agent.nlg.generate(response, await _tracker(turn, agent), turn.channel)
    if said is None:
        _log.error("%s has nothing to say; run `attune check`", response)
        return None
    return {**said, "utter_action": response}


def _tier(parsed: Mapping[str, Any]) -> int:
    reading = parsed.get("attune") or {}
    return int(reading.get("crisis", {}).get("tier", 0))


async def _tracker(turn: Turn, agent: Agent) -> DialogueStateTracker:
    """The conversation as it was stored last, so that help fits the country and does not repeat itself."""
    stored = await agent.tracker_store.retrieve(turn.conversation_id)
    tracker = stored or DialogueStateTracker(turn.conversation_id, agent.domain.slots)
    if turn.country:
        tracker.update(SlotSet(COUNTRY_SLOT, turn.country))
    return tracker
