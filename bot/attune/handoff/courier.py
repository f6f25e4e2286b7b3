"""Carries packets to the desk and agents' doings to Rasa: all of them, once each, in order per conversation (I6)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

from tenacity.wait import wait_base

from attune.handoff.desks import Desk
from attune.handoff.lanes import BACKOFF, Lanes, Work
from attune.handoff.outbox import Item, Outbox
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents, Waiting


@dataclass
class Courier:
    """Runs in the desk process. What it has not delivered stays in the database, so it may be stopped at any time."""

    outbox: Outbox
    events: TrackerEvents
    desk: Desk
    rasa: Rasa
    clock: Callable[[], float]
    backoff: wait_base = BACKOFF

    async def run(self) -> None:
        """Look for work until cancelled; a lane that waits for one conversation never holds up another."""
        await Lanes("courier", "Delivery failed", self._work, self.backoff).run()

    def _work(self) -> Work:
        items = sorted(self.outbox.pending(), key=attrgetter("handoff_id", "id"))
        calls = sorted(self.events.pending(), key=attrgetter("conversation_id", "id"))
        return {
            **{f"desk {handoff}": [partial(self._to_desk, item) for item in group]
               for handoff, group in groupby(items, attrgetter("handoff_id"))},
            **{f"rasa {conversation}": [partial(self._to_rasa, call) for call in group]
               for conversation, group in groupby(calls, attrgetter("conversation_id"))},
        }

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
