"""Which handoffs Chatwoot shows, and which packet of each. Times in unix seconds."""

from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from attune.handoff.desks.chatwoot.tables import SHOWN
from attune.handoff.tables import HANDOFFS, add_once


class Cases:
    """The handoffs in one database whose tables are there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def expect(self, handoff_id: str, conversation_id: str) -> None:
        """Note whose handoff it is, before anything of it is shown."""
        row = {"handoff_id": handoff_id, "conversation_id": conversation_id, "version": 0}
        with self._engine.begin() as connection:
            add_once(connection, SHOWN, "handoff_id", row)

    def version(self, handoff_id: str) -> int | None:
        """The version of the packet that is wholly shown, 0 if none is yet; None once the handoff is closed."""
        with self._engine.connect() as connection:
            row = connection.execute(select(SHOWN).where(SHOWN.c.handoff_id == handoff_id)).first()
            return 0 if row is None else None if row.closed is not None else int(row.version)

    def conversation_of(self, handoff_id: str) -> str | None:
        """Whose handoff it is; None if nobody knows it, or any more."""
        with self._engine.connect() as connection:
            queries = (select(one.c.conversation_id).where(one.c.handoff_id == handoff_id) for one in (SHOWN, HANDOFFS))
            return next(filter(None, (connection.execute(query).scalar() for query in queries)), None)

    def shown(self, handoff_id: str, version: int) -> None:
        """Note that a packet is wholly there."""
        self._set(handoff_id, version=version)

    def closed(self, handoff_id: str, at: float) -> None:
        """Note that a handoff is over for good."""
        self._set(handoff_id, closed=at)

    def _set(self, handoff_id: str, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(SHOWN).where(SHOWN.c.handoff_id == handoff_id).values(**values))
