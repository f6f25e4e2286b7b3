"""Who speaks in a conversation: the bot, nobody yet (`queue`), or one agent. Kept outside Rasa, so it survives (I5)."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Column, Float, MetaData, String, Table, insert, literal, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import CreateTable

from attune.errors import AttuneError

Kind = Literal["bot", "queue", "agent"]

OWNERS = Table(
    "attune_owner", MetaData(),
    Column("conversation_id", String(255), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("agent", String(255)),
    Column("since", Float, nullable=False),
)

COMES_FROM: dict[Kind, tuple[Kind, ...]] = {"queue": ("bot",), "agent": ("queue", "bot"), "bot": ("agent",)}
"""Each owner and those it may follow. A customer may leave the queue again (`leave_queue`) while a case stays open."""


@dataclass(frozen=True)
class Owner:
    """Who speaks, the agent's name if it is one, and since when (unix seconds)."""

    kind: Kind = "bot"
    agent: str | None = None
    since: float = 0.0


class Taken(AttuneError):
    """A colleague already speaks with this customer."""

    def __init__(self, conversation_id: str, agent: str | None) -> None:
        super().__init__(f"{agent} already speaks in conversation {conversation_id}. Pick another one from the queue.")
        self.agent = agent


class WrongTurn(AttuneError):
    """The conversation cannot pass from its owner to the one asked for."""

    def __init__(self, conversation_id: str, now: Kind, wanted: Kind) -> None:
        super().__init__(
            f"Conversation {conversation_id} belongs to {now!r} and cannot pass to {wanted!r}, "
            f"which only follows {' or '.join(COMES_FROM[wanted])}. Reload to see its present state.",
        )


def create(connection: Connection) -> None:
    """Create the table where it is missing; safe while other processes do the same."""
    connection.execute(CreateTable(OWNERS, if_not_exists=True))


def read(connection: Connection, conversation_id: str) -> Owner:
    """The owner as the caller's transaction sees it; a conversation nobody moved belongs to the bot."""
    row = connection.execute(select(OWNERS).where(OWNERS.c.conversation_id == conversation_id)).first()
    return Owner(row.kind, row.agent, row.since) if row else Owner()


def move(connection: Connection, conversation_id: str, owner: Owner) -> Owner:
    """Pass the conversation on inside the caller's transaction; the same owner again changes nothing.

    Two callers cannot both succeed: the row changes only while it still holds the owner it must come from.

    Raises:
        Taken: another agent has it.
        WrongTurn: the present owner does not come before the wanted one.
    """
    if _swap(connection, conversation_id, owner) or _first(connection, conversation_id, owner):
        return owner
    present = read(connection, conversation_id)
    if (present.kind, present.agent) == (owner.kind, owner.agent):
        return present
    if present.kind == "agent" and owner.kind == "agent":
        raise Taken(conversation_id, present.agent)
    raise WrongTurn(conversation_id, present.kind, owner.kind)


def leave_queue(connection: Connection, conversation_id: str, at: float) -> bool:
    """Give a waiting conversation back to the bot; False if it does not wait, or an agent has just come."""
    row = OWNERS.c.conversation_id == conversation_id, OWNERS.c.kind == "queue"
    return connection.execute(update(OWNERS).where(*row).values(kind="bot", agent=None, since=at)).rowcount == 1


def back_to_queue(connection: Connection, conversation_id: str, agent: str, at: float) -> bool:
    """Let an agent's conversation wait for a colleague; False if it is not that agent's."""
    row = OWNERS.c.conversation_id == conversation_id, OWNERS.c.kind == "agent", OWNERS.c.agent == agent
    return connection.execute(update(OWNERS).where(*row).values(kind="queue", agent=None, since=at)).rowcount == 1


def _swap(connection: Connection, conversation_id: str, owner: Owner) -> bool:
    row = OWNERS.c.conversation_id == conversation_id, OWNERS.c.kind.in_(COMES_FROM[owner.kind])
    values = {"kind": owner.kind, "agent": owner.agent, "since": owner.since}
    return connection.execute(update(OWNERS).where(*row).values(values)).rowcount == 1


def _first(connection: Connection, conversation_id: str, owner: Owner) -> bool:
    if "bot" not in COMES_FROM[owner.kind]:
        return False
    known = select(OWNERS.c.conversation_id).where(OWNERS.c.conversation_id == conversation_id).exists()
    row = select(literal(conversation_id), literal(owner.kind), literal(owner.agent), literal(owner.since))
    return connection.execute(insert(OWNERS).from_select(list(OWNERS.c), row.where(~known))).rowcount == 1


class Ownership:
    """The owners in one database; the table is made on first use, so opening works while the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._created = False

    def owner(self, conversation_id: str) -> Owner:
        """The present owner; the bot, if nobody ever took the conversation."""
        self._ensure()
        with self._engine.connect() as connection:
            return read(connection, conversation_id)

    def set(self, conversation_id: str, owner: Owner) -> Owner:
        """Pass the conversation on in a transaction of its own; raises Taken or WrongTurn."""
        self._ensure()
        with self._engine.begin() as connection:
            return move(connection, conversation_id, owner)

    def _ensure(self) -> None:
        if not self._created:
            with self._engine.begin() as connection:
                create(connection)
            self._created = True
