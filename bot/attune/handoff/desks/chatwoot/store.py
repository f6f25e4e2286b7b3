"""Where each conversation is in Chatwoot, how far it has come, and who works on it. Times in unix seconds (I6)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Boolean
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from attune.channel import ownership
from attune.channel.mailbox import LETTERS
from attune.channel.ownership import Owner
from attune.errors import AttuneError
from attune.handoff.desks.chatwoot import tables
from attune.handoff.desks.chatwoot.cases import Cases
from attune.handoff.desks.chatwoot.posts import Posts
from attune.handoff.desks.chatwoot.tables import CONVERSATIONS, POSTS
from attune.handoff.tables import add_once

LEASE = 30.0
"""Seconds one step may take; after a crash, so long nobody else goes on."""

PATIENCE = 200
"""Looks, twenty a second, whether a conversation is free."""
ECHO = 60.0
"""Seconds within which Chatwoot has told us of what we did ourselves."""

Work = Literal["held_until", "hearing_until"]
"""What only one at a time may do for a conversation: write to Chatwoot, or ask Rasa."""


class Busy(AttuneError):
    """Somebody else works on the conversation."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id} is being worked on. It is tried again.")


@dataclass(frozen=True)
class Place:
    """Where a conversation is in Chatwoot, whether letters are carried there, and the newest letters that were."""

    display_id: int | None
    live: bool
    posted: int
    asked: int
    heard: int


@dataclass(frozen=True)
class Unheard:
    """A letter that waits for its answer since `at`."""

    id: int
    at: float


@dataclass(frozen=True)
class Lease:
    """The right to work on a conversation for a while."""

    renew: Callable[[], None]


class Store:
    """The conversations in one database; creates the tables."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self.engine, self.clock = engine, clock
        self.cases, self.posts = Cases(engine), Posts(engine)
        tables.create(engine)

    @contextmanager
    def hold(self, conversation_id: str, work: Work = "held_until") -> Iterator[Lease]:
        """Keep everybody else away until the end of the block; raises Busy if somebody works on it for long."""
        with self.engine.begin() as connection:
            add_once(connection, CONVERSATIONS, "conversation_id", blank(conversation_id))
        for attempt in Retrying(wait=wait_fixed(0.05), stop=stop_after_attempt(PATIENCE), reraise=True,
                                retry=retry_if_exception_type(Busy)):
            with attempt:
                self._take(conversation_id, work)
        try:
            yield Lease(lambda: self._set(conversation_id, **{work: self.clock() + LEASE}))
        finally:
            self._set(conversation_id, **{work: 0.0})

    def place(self, conversation_id: str) -> Place:
        """Where the conversation is; nowhere, if nobody ever heard of it."""
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id == conversation_id)
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        return Place(row.display_id, bool(row.live), row.posted, row.asked, row.heard) if row else NOWHERE

    def found(self, conversation_id: str, display_id: int, contact: str | None) -> None:
        """Note where a conversation is; `contact` in the API inbox if its customer came by another channel."""
        self._set(conversation_id, display_id=display_id, contact=contact)

    def expect(self, conversation_id: str, status: str, *, instead_of: str) -> None:
        """Note a status before we set it, so that no webhook of it or of before is taken for somebody's doing."""
        self._set(conversation_id, status=status, was=instead_of, was_until=self.clock() + ECHO)

    def go_live(self, conversation_id: str, *, live: bool) -> None:
        """Carry letters to Chatwoot from now on, or stop it."""
        self._set(conversation_id, live=int(live))

    def wait_for_people(self, conversation_id: str) -> None:
        """Let the customer wait for a person, if the bot had the conversation (I5)."""
        with self.engine.begin() as connection:
            if ownership.read(connection, conversation_id).kind == "bot":
                ownership.move(connection, conversation_id, Owner("queue", None, self.clock()))

    def carried(self, conversation_id: str, letter: int, mark: str) -> None:
        """Note that everything up to a letter is there; its own mark is not needed any more."""
        row = CONVERSATIONS.c.conversation_id == conversation_id
        with self.engine.begin() as connection:
            connection.execute(update(CONVERSATIONS).where(row).values(posted=letter))
            connection.execute(delete(POSTS).where(POSTS.c.mark == mark))

    def asking(self, conversation_id: str, letter: int) -> None:
        """Note a letter before Rasa gets it."""
        self._set(conversation_id, asked=letter)

    def heard(self, connection: Connection, conversation_id: str, letter: int) -> None:
        """Note inside the caller's transaction that a letter's answer is here."""
        row = CONVERSATIONS.c.conversation_id == conversation_id
        connection.execute(update(CONVERSATIONS).where(row).values(heard=letter))

    def to_carry(self) -> list[str]:
        """Conversations with letters that are not in Chatwoot yet."""
        return self._with_letters(LETTERS.c.id > CONVERSATIONS.c.posted)

    def to_hear(self) -> list[str]:
        """Conversations of customers who came by Chatwoot and said something Rasa has not answered."""
        return self._with_letters(*_UNHEARD)

    def oldest_unheard(self, conversation_id: str) -> Unheard | None:
        """The first message of a customer's that Rasa has not answered."""
        query = (select(LETTERS.c.id, LETTERS.c.at).join(CONVERSATIONS, _SAME)
                 .where(CONVERSATIONS.c.conversation_id == conversation_id, *_UNHEARD).order_by(LETTERS.c.id).limit(1))
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
            return Unheard(row.id, row.at) if row else None

    def _with_letters(self, *conditions: ColumnElement[Boolean]) -> list[str]:
        query = (select(CONVERSATIONS.c.conversation_id).join(LETTERS, _SAME)
                 .where(CONVERSATIONS.c.live == 1, *conditions).distinct())
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def _take(self, conversation_id: str, work: Work) -> None:
        now, until = self.clock(), CONVERSATIONS.c[work]
        free = CONVERSATIONS.c.conversation_id == conversation_id, or_(until == 0.0, until < now)
        with self.engine.begin() as connection:
            if not connection.execute(update(CONVERSATIONS).where(*free).values({work: now + LEASE})).rowcount:
                raise Busy(conversation_id)

    def _set(self, conversation_id: str, **values: object) -> None:
        row = CONVERSATIONS.c.conversation_id == conversation_id
        with self.engine.begin() as connection:
            connection.execute(update(CONVERSATIONS).where(row).values(**values))


NOWHERE = Place(None, False, 0, 0, 0)
_SAME = LETTERS.c.conversation_id == CONVERSATIONS.c.conversation_id
_UNHEARD = LETTERS.c.id > CONVERSATIONS.c.heard, LETTERS.c.sender == "customer", CONVERSATIONS.c.contact.is_(None)


def blank(conversation_id: str) -> dict[str, object]:
    """A row for a conversation of which nothing is known yet."""
    numbers = {"live": 0, "posted": 0, "asked": 0, "heard": 0}
    return {"conversation_id": conversation_id, **numbers, "seen": 0.0, "was_until": 0.0, "held_until": 0.0,
            "hearing_until": 0.0}
