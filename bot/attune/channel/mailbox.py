"""Every letter of every conversation, in order: what the chat page streams and the desk shows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text, UniqueConstraint, func, insert, literal, select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Boolean

Sender = Literal["customer", "bot", "person", "notice"]

LETTERS = Table(
    "attune_mailbox", MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("name", Text),
    Column("text", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", Float, nullable=False),
    # Per conversation, not over all: browsers make message ids, and a borrowed one must not open another's letter.
    UniqueConstraint("conversation_id", "message_id"),
    sqlite_autoincrement=True,
)

AWAY = (SQLAlchemyError, OSError)
"""What calls raise when the database is away or refuses."""

_ONE_WRITER = select(func.pg_advisory_xact_lock(748031))


@dataclass(frozen=True)
class Letter:
    """One message as everybody in the conversation sees it; `at` in unix seconds, `id` grows with time."""

    id: int
    conversation_id: str
    message_id: str
    sender: Sender
    text: str
    at: float
    name: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


def create(connection: Connection) -> None:
    """Create the table where it is missing; safe while other processes do the same."""
    connection.execute(CreateTable(LETTERS, if_not_exists=True))


def put(connection: Connection, letter: Letter) -> tuple[Letter, bool]:
    """Append inside the caller's transaction; returns the letter with its id and whether it is new."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_WRITER)  # ids must become visible in order, else a stream skips a slow writer's letter
    values = {**asdict(letter), "data": json.dumps(dict(letter.data), ensure_ascii=False)}
    names = [column.name for column in LETTERS.c if column.name != "id"]
    known = select(LETTERS.c.id).where(*_same(letter)).exists()
    row = select(*(literal(values[name]) for name in names)).where(~known)
    is_new = connection.execute(insert(LETTERS).from_select(names, row)).rowcount == 1
    return _letter(connection.execute(select(LETTERS).where(*_same(letter))).one()), is_new


class Mailbox:
    """The letters in one database; the table is made on first use, so opening works while the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._created = False

    def append(self, conversation_id: str, sender: Sender, text: str, *, message_id: str, at: float,  # noqa: PLR0913
               name: str | None = None, data: Mapping[str, object] | None = None) -> Letter:
        """Append a letter; the same message id again returns the letter already there."""
        return self.deliver(Letter(0, conversation_id, message_id, sender, text, at, name, data or {}))[0]

    def deliver(self, letter: Letter) -> tuple[Letter, bool]:
        """Append a letter (its id is ignored); returns it with its id and whether it is new."""
        self._ensure()
        with self._engine.begin() as connection:
            return put(connection, letter)

    def since(self, conversation_id: str, after: int = 0) -> list[Letter]:
        """Every letter of a conversation with an id above `after`, oldest first."""
        self._ensure()
        query = (select(LETTERS).where(LETTERS.c.conversation_id == conversation_id, LETTERS.c.id > after)
                 .order_by(LETTERS.c.id))
        with self._engine.connect() as connection:
            return [_letter(row) for row in connection.execute(query)]

    def was_answered(self, conversation_id: str, message_id: str) -> bool:
        """Whether a person has written since this message; False for one that is no letter."""
        self._ensure()
        message, answer = LETTERS.alias(), LETTERS.alias()
        query = (select(answer.c.id)
                 .where(message.c.conversation_id == conversation_id, message.c.message_id == message_id)
                 .where(answer.c.conversation_id == conversation_id, answer.c.sender == "person")
                 .where(answer.c.id > message.c.id).limit(1))
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def last_id(self) -> int:
        """The newest letter's id over all conversations; 0 when there is none."""
        self._ensure()
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(LETTERS.c.id))).scalar() or 0)

    def touched(self, after: int) -> dict[str, int]:
        """Which conversations have letters above `after`, with the newest id of each."""
        self._ensure()
        query = (select(LETTERS.c.conversation_id, func.max(LETTERS.c.id).label("newest")).where(LETTERS.c.id > after)
                 .group_by(LETTERS.c.conversation_id))
        with self._engine.connect() as connection:
            return {row.conversation_id: row.newest for row in connection.execute(query)}

    def by_customers(self, until: float, seconds: float) -> list[Letter]:
        """What customers wrote before a moment (unix seconds), back to so long before the last of it; oldest first."""
        self._ensure()
        wrote = LETTERS.c.sender == "customer", LETTERS.c.at < until
        last = select(func.max(LETTERS.c.at)).where(*wrote).scalar_subquery()
        query = select(LETTERS).where(*wrote, LETTERS.c.at >= last - seconds).order_by(LETTERS.c.id)
        with self._engine.connect() as connection:
            return [_letter(row) for row in connection.execute(query)]

    def written(self, since: float, until: float) -> set[str]:
        """The conversations with a letter of that time (unix seconds)."""
        self._ensure()
        query = select(LETTERS.c.conversation_id).where(LETTERS.c.at.between(since, until)).distinct()
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def _ensure(self) -> None:
        if not self._created:
            with self._engine.begin() as connection:
                create(connection)
            self._created = True


def _same(letter: Letter) -> tuple[ColumnElement[Boolean], ...]:
    return LETTERS.c.conversation_id == letter.conversation_id, LETTERS.c.message_id == letter.message_id


def _letter(row: Row) -> Letter:
    return Letter(
        id=row.id, conversation_id=row.conversation_id, message_id=row.message_id, sender=row.sender,
        text=row.text, at=row.at, name=row.name, data=json.loads(row.data),
    )
