"""How handoffs ended, as the agent who gave them back said."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from attune.handoff import tables
from attune.handoff.tables import HANDOFFS, OUTCOMES, add_once

MOST_SHOWN = 5


@dataclass(frozen=True)
class Contact:
    """An earlier handoff of the same conversation: when it ended (unix seconds), and how (an id of desk.yml)."""

    at: float
    outcome: str


def put(connection: Connection, conversation_id: str, handoff_id: str, outcome: str, at: float) -> None:
    """Keep how a handoff ended inside the caller's transaction; the first answer stays."""
    add_once(connection, OUTCOMES, "handoff_id", {
        "handoff_id": handoff_id, "conversation_id": conversation_id, "outcome": outcome, "at": at,
    })


def of(connection: Connection, handoff_id: str) -> str | None:
    """How a handoff ended, as the caller's transaction sees it; None where nobody said."""
    found = connection.execute(select(OUTCOMES.c.outcome).where(OUTCOMES.c.handoff_id == handoff_id)).scalar()
    return None if found is None else str(found)


class Outcomes:
    """The outcomes in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        tables.create(engine)

    def earlier(self, conversation_id: str, handoff_id: str) -> list[Contact]:
        """Contacts before this handoff, newest first; only those the customer let an agent see then, too (CON-2).

        Whether they allow it now is for the caller to ask.
        """
        theirs = OUTCOMES.c.conversation_id == conversation_id, OUTCOMES.c.handoff_id != handoff_id
        allowed = HANDOFFS.c.handoff_id == OUTCOMES.c.handoff_id, HANDOFFS.c.detailed == 1
        query = select(OUTCOMES.c.at, OUTCOMES.c.outcome).where(*theirs, *allowed).order_by(OUTCOMES.c.at.desc())
        with self._engine.connect() as connection:
            return [Contact(row.at, row.outcome) for row in connection.execute(query.limit(MOST_SHOWN))]
