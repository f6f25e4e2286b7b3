"""Sends another desk what the customer goes on to write, in order, once each (I6)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql import Select
from tenacity.wait import wait_base

from attune.channel.mailbox import LETTERS
from attune.channel.ownership import OWNERS
from attune.handoff import tables as room
from attune.handoff.desks.webhook import activities, tables
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.desks.webhook.tables import ACTIVITIES
from attune.handoff.lanes import PATIENT, Lanes, Work
from attune.handoff.tables import HANDOFFS, OUTBOX


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
    backoff: wait_base = PATIENT

    async def run(self) -> None:
        """Look for letters until cancelled; one conversation that cannot be delivered never holds up another."""
        await Lanes("relay", "What a customer wrote did not reach the desk", self._work, self.backoff).run()

    def _work(self) -> Work:
        return {words.handoff_id: [partial(asyncio.to_thread, self._send, words.handoff_id)]
                for words in self.onward.waiting()}

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
