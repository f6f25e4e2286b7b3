"""Carries packets to the desk and agents' doings to Rasa: all of them, once each, in order per conversation (I6)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import attrgetter

from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

from attune.handoff.desks import Desk
from attune.handoff.outbox import Item, Outbox
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents, Waiting

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
BACKOFF = wait_random_exponential(multiplier=0.2, max=20)


@dataclass
class Courier:
    """Runs in the desk process. What it has not delivered stays in the database, so it may be stopped at any time."""

    outbox: Outbox
    events: TrackerEvents
    desk: Desk
    rasa: Rasa
    clock: Callable[[], float]
    backoff: wait_base = BACKOFF
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Look for work until cancelled; a lane that waits for one conversation never holds up another."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            for lane in self._lanes.values():
                lane.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _look(self) -> None:
        try:
            items = await asyncio.to_thread(self.outbox.pending)
            waiting = await asyncio.to_thread(self.events.pending)
        except Exception:  # the database is away: whatever waits there still waits when it is back
            log.exception("The courier cannot read its tables. It tries again; nothing is lost.")
            return
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.done()}
        for handoff, group in groupby(sorted(items, key=attrgetter("handoff_id", "id")), attrgetter("handoff_id")):
            self._start(f"desk {handoff}", [partial(self._to_desk, item) for item in group])
        by_conversation = attrgetter("conversation_id")
        for conversation, calls in groupby(sorted(waiting, key=attrgetter("conversation_id", "id")), by_conversation):
            self._start(f"rasa {conversation}", [partial(self._to_rasa, call) for call in calls])

    def _start(self, name: str, errands: Iterable[Callable[[], Awaitable[None]]]) -> None:
        if name not in self._lanes:
            self._lanes[name] = asyncio.create_task(self._in_order(list(errands)), name=name)

    async def _in_order(self, errands: Iterable[Callable[[], Awaitable[None]]]) -> None:
        for errand in errands:
            async for attempt in AsyncRetrying(wait=self.backoff, before_sleep=_say):
                with attempt:
                    await errand()

    async def _to_desk(self, item: Item) -> None:
        await asyncio.to_thread(_hand_in, self.desk, item)
        await asyncio.to_thread(self.outbox.delivered, item.id, self.clock())

    async def _to_rasa(self, waiting: Waiting) -> None:
        before = await asyncio.to_thread(self.events.begun, waiting)
        if not (before and await self.rasa.has(waiting)):
            await self.rasa.send(waiting)
        await asyncio.to_thread(self.events.delivered, waiting, self.clock())


def _hand_in(desk: Desk, item: Item) -> None:
    body = dict(item.body)
    if item.kind == "packet":
        desk.deliver(body)
    elif item.kind == "note":
        desk.note(item.handoff_id, item.item_id, body["text"], body["at"])
    else:
        desk.close(item.handoff_id, body["at"])


def _say(state: RetryCallState) -> None:
    problem = state.outcome.exception() if state.outcome else None
    kind = type(problem).__name__  # the kind alone: an address would hold the token, a body the customer's words
    log.warning("Delivery failed (%s), try %d. It is kept and tried again.", kind, state.attempt_number)
