"""Works off what webhooks and letters left: asks Rasa, carries letters to Chatwoot, passes on alarms (I6)."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tenacity.wait import wait_base

from attune import settings
from attune.handoff.alarms import Alarm, Alarms
from attune.handoff.desks.chatwoot import card, desk, hearing
from attune.handoff.desks.chatwoot.api import Message
from attune.handoff.desks.chatwoot.carrier import Carrier
from attune.handoff.desks.chatwoot.hearing import Hearing
from attune.handoff.lanes import BACKOFF, Lanes, Work

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

    async def run(self) -> None:
        """Look for work until cancelled; a conversation that fails never holds up another."""
        await Lanes("lane to Chatwoot", "The lane to Chatwoot failed", self._work, self.backoff).run()

    def _work(self) -> Work:
        store = self.carrier.store
        errands = {
            **{f"hear {name}": partial(self._hear, name) for name in store.to_hear()},
            **{f"carry {name}": partial(self.carrier.carry, name) for name in store.to_carry()},
            **{f"alarm {one.record_id}": partial(self._warn, one) for one in self.alarms.unseen()
               if store.place(one.conversation_id).live and not store.posts.is_done(_mark(one))},
        }
        return {name: [partial(asyncio.to_thread, errand)] for name, errand in errands.items()}

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
