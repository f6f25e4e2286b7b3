"""What Rasa builds on first use is built before the first customer writes, whose help must not wait for it (I1) [R]."""

import logging
from typing import Any, Protocol

from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

WORDS, NOBODY = "hello", "attune-warm-up"

_log = logging.getLogger(__name__)


class Agent(Protocol):
    """What is needed of `rasa.core.agent.Agent`, whose own module takes many seconds to import."""

    domain: Any
    processor: Any

    async def parse_message(self, message_data: str) -> dict[str, Any]:
        """Read a message; nothing of it is kept."""


async def warm_up(agent: Agent) -> None:
    """Read a message that nobody sent and predict what would follow; nothing is said, stored or put on record."""
    try:
        parsed = await agent.parse_message(WORDS)
        tracker = DialogueStateTracker(NOBODY, agent.domain.slots)
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(WORDS, parsed.get("intent"), parsed.get("entities"), parsed))
        agent.processor.predict_next_with_tracker(tracker)
        _log.info("The server is warm.")
    except Exception:  # a server that cannot be warmed up still serves; its first customer is told why it fails
        _log.warning("The server could not be warmed up; its first answer will take longer", exc_info=True)
