"""A conversation as server-sent events: what was said, then what is being said."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from attune.channel.delivery import Delivery
from attune.channel.mailbox import Letter
from attune.channel.ownership import Kind
from attune.within import within

HEARTBEAT = 15.0
"""Seconds of silence after which a comment keeps proxies from closing the line."""


async def frames(delivery: Delivery, owner: Callable[[str], Awaitable[Kind]], conversation_id: str, after: int,
                 heartbeat: float = HEARTBEAT) -> AsyncIterator[str]:
    """Every letter above `after` once and in order, each event carrying its mailbox id; ends when delivery closes.

    Between them, whenever it changes, how things stand: who has the conversation, as `owner` says, and whether an
    answer is being worked out.
    """
    told: set[str] = set()
    state: dict[str, bool | Kind] = {}
    yield "retry: 1000\n\n"
    with delivery.listening(conversation_id) as bell:
        while not delivery.closed:
            bell.clear()
            for letter in await delivery.letters(conversation_id, after):
                yield _letter_frame(letter, is_told=letter.message_id in told)
                told.add(letter.message_id)
                after = max(after, letter.id)
            now = {"replayed": True, "busy": delivery.is_busy(conversation_id), "owner": await owner(conversation_id)}
            if now != state:
                state = now
                yield f"event: status\ndata: {json.dumps(state)}\n\n"
            if not await _rung(bell, heartbeat):
                yield ": still here\n\n"


def _letter_frame(letter: Letter, *, is_told: bool) -> str:
    """A letter told before it had an id gets its id only: an event without data moves the browser's place, no more."""
    identity = f"id: {letter.id}\n" if letter.id else ""
    if is_told:
        return f"{identity}\n" if identity else ": told\n\n"
    shown = {"message_id": letter.message_id, "sender": letter.sender, "name": letter.name, "text": letter.text,
             "at": letter.at, "data": dict(letter.data)}
    return f"{identity}event: letter\ndata: {json.dumps(shown)}\n\n"


async def _rung(bell: asyncio.Event, seconds: float) -> bool:
    try:
        await within(seconds, bell.wait())
    except asyncio.TimeoutError:
        return False
    return True
