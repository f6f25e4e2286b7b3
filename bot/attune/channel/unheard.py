"""What customers wrote and no server heard, because it was killed in between: heard once it is up again (I6) [R].

A letter is in the mailbox before its turn begins, and the turn is stored when it is over. So a letter that no tracker
knows was lost on the way, or its turn was, half done: then the assistant answers once more rather than never. What the
customer writes meanwhile is heard after it, so that Rasa's order is the customer's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import UserUttered

from attune.channel import post
from attune.channel.mailbox import AWAY, Letter
from attune.channel.turn import Turn

Hear = Callable[[Turn], Awaitable[None]]
Start = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]

_log = logging.getLogger(__name__)

GRACE = 10.0
"""Seconds a server has to begin with a letter, before another looks whether it did."""
LOOKED_BACK = 300.0
"""Seconds before the last letter in which others may still have been under way."""


class Backlog:
    """The turns of before this server opened, one after the other in each conversation; new ones wait behind them."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._looked = asyncio.Event()
        self._lines: Mapping[str, asyncio.Task[None]] = {}

    async def work_off(self, letters: Callable[[], list[Letter]], opened: float, country: str | None,
                       hear: Hear) -> None:
        """Hear what was written last before a server opened (unix seconds), once others had time to begin with it.

        Args:
            letters: those, from a database that may be away.
            opened: when this server began to take letters itself.
            country: where the channel's customers are, if one knows.
            hear: how a turn is heard, unless it was before.
        """
        try:
            found = await asyncio.to_thread(letters)
            youngest = {letter.conversation_id: letter.at for letter in found}
            self._lines = {name: self._start(_all(turns, youngest[name] + GRACE - opened, hear))
                           for name, turns in lines(found, country).items()}
        except AWAY as problem:
            _log.error("What customers wrote before the start cannot be looked through (%s).", type(problem).__name__)
        finally:
            self._looked.set()

    async def is_over(self, conversation_id: str) -> None:
        """Wait until a new turn of this conversation is the next."""
        await self._looked.wait()
        if conversation_id in self._lines:
            await asyncio.wait({self._lines[conversation_id]})


async def _all(turns: Sequence[Turn], grace: float, hear: Hear) -> None:
    await asyncio.sleep(grace)
    for turn in turns:
        await hear(turn)


def lines(letters: Iterable[Letter], country: str | None) -> dict[str, list[Turn]]:
    """The letters that came by the chat page as turns, in order for each conversation."""
    found: dict[str, list[Turn]] = {}
    for letter in letters:
        if post.is_id(letter.message_id):
            words = str(letter.data.get(post.MEANT) or post.plain(letter.text))
            turn = Turn(letter.conversation_id, letter.message_id, words, "web", country=country)
            found.setdefault(letter.conversation_id, []).append(turn)
    return found


async def hear(agent: Agent, message: UserMessage) -> None:
    """Let Rasa answer, unless the conversation holds this message already.

    A conversation of which nothing is stored was erased, or is kept in memory alone: then nobody can tell.
    """
    await _hear(agent, message, even_unknown=False)


async def hear_once(agent: Agent, message: UserMessage) -> None:
    """The same for a message the customer's browser sends again: nothing need be known of the conversation."""
    await _hear(agent, message, even_unknown=True)


async def _hear(agent: Agent, message: UserMessage, *, even_unknown: bool) -> None:
    """Under the conversation's lock, so that no server can take a message twice at a time."""
    if not agent.is_ready():
        return
    async with agent.lock_store.lock(message.sender_id):
        tracker = await agent.tracker_store.retrieve_full_tracker(message.sender_id)
        known = [event.message_id for event in tracker.events if isinstance(event, UserUttered)] if tracker else []
        if (known or even_unknown) and message.message_id not in known:
            await agent.processor.handle_message(message)
