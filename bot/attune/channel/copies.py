"""Copies of what is stored about a customer, ready to be fetched for a day by the browser that asked (CON-7)."""

from sqlalchemy import Column, Float, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateTable

LASTS = 24 * 60 * 60
"""Seconds a copy can be fetched."""

COPIES = Table(
    "attune_export", MetaData(),
    Column("conversation_id", String(255), primary_key=True),
    Column("ready", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("body", Text, nullable=False),
)


class Copies:
    """The copies in one database; the table is made on first use, so opening works while the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._created = False

    def put(self, conversation_id: str, body: str, now: float) -> None:
        """Keep a copy for a day; a newer one takes the place of the one before."""
        self._ensure()
        row = {"conversation_id": conversation_id, "ready": now, "expires": now + LASTS, "body": body}
        with self._engine.begin() as connection:
            connection.execute(delete(COPIES).where(COPIES.c.conversation_id == conversation_id))
            connection.execute(insert(COPIES).values(**row))

    def ready(self, conversation_id: str, now: float) -> str | None:
        """The copy, unless there is none or its day is over."""
        self._ensure()
        query = select(COPIES.c.body).where(COPIES.c.conversation_id == conversation_id, COPIES.c.expires > now)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
            return None if found is None else str(found)

    def expire(self, now: float) -> int:
        """Erase the copies whose day is over; returns how many."""
        self._ensure()
        with self._engine.begin() as connection:
            return connection.execute(delete(COPIES).where(COPIES.c.expires <= now)).rowcount

    def _ensure(self) -> None:
        if not self._created:
            with self._engine.begin() as connection:
                connection.execute(CreateTable(COPIES, if_not_exists=True))
            self._created = True
