"""What the Chatwoot desk remembers, so that nothing is lost or doubled by a crash (I6). Times in unix seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.engine import Connection, Engine, Row
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from attune.channel.mailbox import LETTERS
from attune.errors import AttuneError
from attune.handoff.desks.chatwoot import tables
from attune.handoff.desks.chatwoot.tables import CONVERSATIONS, POSTS, SHOWN
from attune.handoff.tables import HANDOFFS, add_once

LEASE = 30.0
"""Seconds for one call; after a crash, so long nobody else goes on."""

Work = Literal["held_until", "hearing_until"]
"""What only one at a time may do for a conversation: write to Chatwoot, or ask Rasa."""
Known = Literal["new", "unsure", "done"]


class Busy(AttuneError):
    """Somebody else works on the conversation."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id} is being worked on. It is tried again.")


@dataclass(frozen=True)
class Place:
    """A conversation of ours and where it is in Chatwoot; `native`: the customer came by Chatwoot."""

    conversation_id: str
    display_id: int | None
    native: bool
    live: bool
    posted: int
    asked: int
    heard: int


@dataclass(frozen=True)
class Lease:
    """The right to work on a conversation for a while."""

    renew: Callable[[], None]


class Store:
    """The tables in one database; creates them."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self.engine, self.clock = engine, clock
        tables.create(engine)

    @contextmanager
    def hold(self, conversation_id: str, work: Work = "held_until") -> Iterator[Lease]:
        """Keep everybody else away until the end of the block; raises Busy if somebody works on it for long."""
        for attempt in Retrying(wait=wait_fixed(0.05), stop=stop_after_attempt(200), reraise=True,
                                retry=retry_if_exception_type(Busy)):
            with attempt:
                self._take(conversation_id, work)
        try:
            yield Lease(lambda: self._set(conversation_id, **{work: self.clock() + LEASE}))
        finally:
            self._set(conversation_id, **{work: 0.0})

    def place(self, conversation_id: str) -> Place | None:
        """Where the conversation is."""
        with self.engine.connect() as connection:
            query = select(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id == conversation_id)
            row = connection.execute(query).first()
            return place_of(row) if row else None

    def found(self, conversation_id: str, display_id: int, contact: str) -> None:
        """Note where in the API inbox a conversation of another channel is."""
        self._set(conversation_id, display_id=display_id, contact=contact)

    def expect(self, conversation_id: str, status: str) -> None:
        """Note a status before we set it, so that its echo is not taken for somebody else's doing."""
        self._set(conversation_id, status=status)

    def go_live(self, conversation_id: str, live: bool) -> None:
        """Carry letters to Chatwoot from now on, or stop it."""
        self._set(conversation_id, live=int(live))

    def version(self, handoff_id: str) -> int | None:
        """The version of the packet that is shown, 0 if none is yet; None once the handoff is closed."""
        with self.engine.connect() as connection:
            row = connection.execute(select(SHOWN).where(SHOWN.c.handoff_id == handoff_id)).first()
            return 0 if row is None else None if row.closed is not None else int(row.version)

    def conversation_of(self, handoff_id: str) -> str | None:
        """Whose handoff it is; None if it was never heard of."""
        with self.engine.connect() as connection:
            queries = (select(one.c.conversation_id).where(one.c.handoff_id == handoff_id) for one in (SHOWN, HANDOFFS))
            found = (connection.execute(query).scalar() for query in queries)
            return next((str(name) for name in found if name), None)

    def shown(self, handoff_id: str, version: int) -> None:
        """Note that a packet is wholly there."""
        with self.engine.begin() as connection:
            connection.execute(update(SHOWN).where(SHOWN.c.handoff_id == handoff_id).values(version=version))

    def expecting(self, handoff_id: str, conversation_id: str) -> None:
        """Note whose handoff it is, before anything of it is shown."""
        with self.engine.begin() as connection:
            add_once(connection, CONVERSATIONS, "conversation_id", blank(conversation_id))
            add_once(connection, SHOWN, "handoff_id",
                     {"handoff_id": handoff_id, "conversation_id": conversation_id, "version": 0})

    def closed(self, handoff_id: str, at: float) -> None:
        """Note that a handoff is over for good."""
        with self.engine.begin() as connection:
            connection.execute(update(SHOWN).where(SHOWN.c.handoff_id == handoff_id).values(closed=at))

    def begin(self, mark: str, conversation_id: str) -> Known:
        """Note a message before it is sent; `unsure` if it was noted before and nobody knows whether it arrived."""
        with self.engine.begin() as connection:
            if add_once(connection, POSTS, "mark", {"mark": mark, "conversation_id": conversation_id, "done": 0}):
                return "new"
            done = connection.execute(select(POSTS.c.done).where(POSTS.c.mark == mark)).scalar()
            return "done" if done else "unsure"

    def finish(self, mark: str) -> None:
        """Note that a message is there."""
        with self.engine.begin() as connection:
            arrived(connection, mark)

    def carried(self, conversation_id: str, letter: int, mark: str) -> None:
        """Note that everything up to a letter is there; its own mark is not needed any more."""
        row = CONVERSATIONS.c.conversation_id == conversation_id
        with self.engine.begin() as connection:
            connection.execute(update(CONVERSATIONS).where(row).values(posted=letter))
            connection.execute(delete(POSTS).where(POSTS.c.mark == mark))

    def asking(self, conversation_id: str, letter: int) -> None:
        """Note a letter before Rasa gets it."""
        self._set(conversation_id, asked=letter)

    def to_carry(self) -> list[str]:
        """Conversations with letters that are not in Chatwoot yet."""
        return self._with_letters(LETTERS.c.id > CONVERSATIONS.c.posted, CONVERSATIONS.c.display_id.is_not(None))

    def to_hear(self) -> list[str]:
        """Conversations of customers who came by Chatwoot and said something Rasa has not answered."""
        return self._with_letters(LETTERS.c.id > CONVERSATIONS.c.heard, LETTERS.c.sender == "customer",
                                  CONVERSATIONS.c.contact.is_(None))

    def _with_letters(self, *conditions: object) -> list[str]:
        query = (select(CONVERSATIONS.c.conversation_id).join(
            LETTERS, LETTERS.c.conversation_id == CONVERSATIONS.c.conversation_id,
        ).where(CONVERSATIONS.c.live == 1, *conditions).distinct())
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


def blank(conversation_id: str) -> dict[str, object]:
    """A row for a conversation of which nothing is known yet."""
    return {"conversation_id": conversation_id, "seen": 0.0, "live": 0, "posted": 0, "asked": 0, "heard": 0,
            "held_until": 0.0, "hearing_until": 0.0}


def place_of(row: Row) -> Place:
    """A row as a Place."""
    return Place(row.conversation_id, row.display_id, row.contact is None, bool(row.live), row.posted, row.asked,
                 row.heard)


def arrived(connection: Connection, mark: str) -> None:
    """Note inside the caller's transaction that a message is there."""
    connection.execute(update(POSTS).where(POSTS.c.mark == mark).values(done=1))
