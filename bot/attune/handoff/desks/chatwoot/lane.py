"""Works off what webhooks and letters left: asks Rasa, carries letters to Chatwoot, passes on alarms (I6)."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

from attune import settings
from attune.handoff.alarms import Alarm, Alarms
from attune.handoff.desks.chatwoot import card, desk, hearing
from attune.handoff.desks.chatwoot.api import Message
from attune.handoff.desks.chatwoot.carrier import Carrier
from attune.handoff.desks.chatwoot.hearing import Hearing

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
BACKOFF = wait_random_exponential(multiplier=0.2, max=20)
PATIENCE = 60.0
"""Seconds a customer's message may wait for Rasa; then people are called."""


@dataclass
class Lane:
    """Runs in the desk process beside the courier. What it has not done stays in the database, so it may be stopped."""

    carrier: Carrier
    hearing: Hearing
    alarms: Alarms
    backoff: wait_base = BACKOFF
    patience: float = PATIENCE
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _is_away: bool = False

    async def run(self) -> None:
        """Look for work until cancelled; a conversation that fails never holds up another."""
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
            work = await asyncio.to_thread(self._work)
        except Exception as problem:  # the database is away: whatever waits there still waits when it is back
            if not self._is_away:
                log.error("Chatwoot's lane cannot read its tables (%s). It tries again.", type(problem).__name__)
            self._is_away = True
            return
        self._is_away = False
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.done()}
        for name, errand in work.items():
            if name not in self._lanes:
                self._lanes[name] = asyncio.create_task(self._until_done(errand), name=name)

    def _work(self) -> Mapping[str, Callable[[], None]]:
        store = self.carrier.store
        return {
            **{f"hear {name}": partial(self._hear, name) for name in store.to_hear()},
            **{f"carry {name}": partial(self.carrier.carry, name) for name in store.to_carry()},
            **{f"alarm {one.record_id}": partial(self._warn, one) for one in self.alarms.unseen()
               if store.place(one.conversation_id).live and not store.posts.is_done(_mark(one))},
        }

    async def _until_done(self, errand: Callable[[], None]) -> None:
        async for attempt in AsyncRetrying(wait=self.backoff, before_sleep=_say):
            with attempt:
                await asyncio.to_thread(errand)

    def _hear(self, conversation_id: str) -> None:
        try:
            self.hearing.hear(conversation_id)
        except Exception:
            self._call_people(conversation_id)
            raise

    def _call_people(self, conversation_id: str) -> None:
        """A customer is never left with silence: who has waited too long for an answer gets people."""
        store = self.carrier.store
        letter = store.oldest_unheard(conversation_id)
        if letter is not None and letter.at + self.patience < store.clock():
            self.carrier.call_people(conversation_id, Message(card.words()["silent"], f"silent {letter.id}", "note"))

    def _warn(self, alarm: Alarm) -> None:
        """Tell whoever has the conversation that a message may be about danger (HND-5)."""
        self.carrier.warn(alarm.conversation_id, Message(card.words()["alarm"], _mark(alarm), "note"))


def connect(environ: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.time) -> Lane:
    """The lane for the account the environment names; raises SettingsError with what to set."""
    carrier = desk.connect(environ, clock).carrier
    heard = Hearing(carrier.store, carrier.mailbox, hearing.connect(settings.load(environ)))
    return Lane(carrier, heard, Alarms(carrier.store.engine))


def _mark(alarm: Alarm) -> str:
    return f"alarm {alarm.record_id}"


def _say(state: RetryCallState) -> None:
    problem = state.outcome.exception() if state.outcome else None
    kind = type(problem).__name__  # the kind alone: an address would hold the token, a body the customer's words
    log.warning("Chatwoot's lane failed (%s), try %d. It is kept and tried again.", kind, state.attempt_number)
