"""Sends another desk what the customer goes on to write, in order, once each (I6)."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql import Select
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

from attune.channel.mailbox import LETTERS
from attune.channel.ownership import OWNERS
from attune.handoff import tables as room
from attune.handoff.desks.webhook import activities, tables
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.desks.webhook.tables import ACTIVITIES
from attune.handoff.tables import HANDOFFS, OUTBOX

log = logging.getLogger(__name__)

LOOK_EVERY = 0.3
BACKOFF = wait_random_exponential(multiplier=0.5, max=30)


@dataclass(frozen=True)
class Words:
    """One letter of a customer that belongs to an open handoff; `at` in unix seconds."""

    handoff_id: str
    letter: int
    text: str
    at: float


class Onward:
    """The customers' letters no desk has yet, in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        room.create(engine)
        tables.create(engine)

    def waiting(self) -> list[Words]:
        """What customers wrote since they wait for a person or have one, and the desk has not taken, in order."""
        with self._engine.connect() as connection:
            return [Words(row.handoff_id, row.id, row.text, row.at) for row in connection.execute(_waiting())]

    def sent(self, words: Words, at: float) -> None:
        """Note that the desk took it."""
        activity_id = activities.letter_id(words.handoff_id, words.letter)
        with self._engine.begin() as connection:
            tables.first(connection, words.handoff_id, activity_id, at, words.letter)


@dataclass
class Relay:
    """Runs in the desk process. What was not taken stays in the mailbox, so it may be stopped at any time."""

    onward: Onward
    desk: WebhookDesk
    clock: Callable[[], float]
    backoff: wait_base = BACKOFF
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _is_away: bool = False

    async def run(self) -> None:
        """Look for letters until cancelled; one conversation that cannot be delivered never holds up another."""
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
            found = await asyncio.to_thread(self.onward.waiting)
        except Exception as problem:  # the database is away: whatever waits there still waits when it is back
            if not self._is_away:
                log.error("The relay cannot read its tables (%s). It tries again.", type(problem).__name__)
            self._is_away = True
            return
        self._is_away = False
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.done()}
        for handoff_id in dict.fromkeys(words.handoff_id for words in found):
            if handoff_id not in self._lanes:
                self._lanes[handoff_id] = asyncio.create_task(self._deliver(handoff_id), name=handoff_id)

    async def _deliver(self, handoff_id: str) -> None:
        async for attempt in AsyncRetrying(wait=self.backoff, before_sleep=_say):
            with attempt:
                await asyncio.to_thread(self._send, handoff_id)

    def _send(self, handoff_id: str) -> None:
        for words in self.onward.waiting():  # read anew at each try: it may be over by now, or erased
            if words.handoff_id == handoff_id:
                self.desk.post(activities.words(handoff_id, words.letter, words.text, words.at))
                self.onward.sent(words, self.clock())


def _waiting() -> Select:
    sent = (select(func.max(ACTIVITIES.c.letter)).where(ACTIVITIES.c.handoff_id == HANDOFFS.c.handoff_id)
            .scalar_subquery())
    under_way = OUTBOX.c.handoff_id == HANDOFFS.c.handoff_id, OUTBOX.c.kind == "packet", OUTBOX.c.delivered.is_(None)
    # Before the desk knows the handoff, words would belong to nothing there.
    known = ~select(OUTBOX.c.id).where(*under_way).exists()
    return (
        select(HANDOFFS.c.handoff_id, LETTERS.c.id, LETTERS.c.text, LETTERS.c.at)
        .join(LETTERS, LETTERS.c.conversation_id == HANDOFFS.c.open_for)
        .join(OWNERS, OWNERS.c.conversation_id == HANDOFFS.c.open_for)
        .where(OWNERS.c.kind.in_(("queue", "agent")), LETTERS.c.sender == "customer",
               LETTERS.c.at > HANDOFFS.c.opened, LETTERS.c.id > func.coalesce(sent, 0), known)
        .order_by(HANDOFFS.c.handoff_id, LETTERS.c.id)
    )


def _say(state: RetryCallState) -> None:
    problem = state.outcome.exception() if state.outcome else None
    kind = type(problem).__name__  # the kind alone: an address may hold a token, a body holds the customer's words
    log.warning("A customer's words did not reach the desk (%s), try %d. They are kept and tried again.", kind,
                state.attempt_number)
