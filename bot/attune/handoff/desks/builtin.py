"""The built-in desk: cases in Attune's own database, shown by the desk process."""

import json
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.sql import Select

from attune.channel import ownership
from attune.channel.ownership import Owner
from attune.handoff import tables
from attune.handoff.packet import Packet
from attune.handoff.tables import CASES, HANDOFFS, NOTES, add_once


@dataclass(frozen=True)
class Case:
    """One conversation that waits for a person or has one."""

    packet: Packet
    owner: Owner

    @property
    def conversation_id(self) -> str:
        """The conversation the case is about."""
        return str(self.packet["conversation"]["id"])


@dataclass(frozen=True)
class Note:
    """One line for the agents; `at` in unix seconds."""

    text: str
    at: float


class BuiltinDesk:
    """The cases in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        tables.create(engine)

    def deliver(self, packet: Packet) -> None:
        """Show the packet; only a higher version of the same handoff replaces it, and nothing of the old one stays."""
        body = json.dumps(packet, ensure_ascii=False)
        with self._engine.begin() as connection:
            new = add_once(connection, CASES, "handoff_id", {
                "handoff_id": packet["handoff_id"], "conversation_id": packet["conversation"]["id"],
                "version": packet["version"], "packet": body,
            })
            if not new:
                older = (CASES.c.handoff_id == packet["handoff_id"], CASES.c.closed.is_(None),
                         CASES.c.version < packet["version"])
                connection.execute(update(CASES).where(*older).values(version=packet["version"], packet=body))

    def note(self, handoff_id: str, note_id: str, text: str, at: float) -> None:
        """Add one line for the agents."""
        row = {"note_id": note_id, "handoff_id": handoff_id, "text": text, "at": at}
        with self._engine.begin() as connection:
            add_once(connection, NOTES, "note_id", row)

    def close(self, handoff_id: str, at: float) -> None:
        """Take the case out of the queue and forget its packet: it was for this handoff alone (I10)."""
        open_case = CASES.c.handoff_id == handoff_id, CASES.c.closed.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(CASES).where(*open_case).values(closed=at, packet="{}"))

    def queue(self) -> list[Case]:
        """Every open case, those nobody has first; then by priority, due time and waiting time (HND-5)."""
        with self._engine.connect() as connection:
            cases = [_case(connection, row) for row in connection.execute(_open_cases())]
        return sorted(cases, key=_urgency)

    def case(self, conversation_id: str) -> Case | None:
        """The conversation's open case."""
        query = _open_cases().where(CASES.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
            return _case(connection, row) if row else None

    def notes(self, handoff_id: str) -> list[Note]:
        """The notes on a case, oldest first."""
        query = select(NOTES).where(NOTES.c.handoff_id == handoff_id).order_by(NOTES.c.at)
        with self._engine.connect() as connection:
            return [Note(row.text, row.at) for row in connection.execute(query)]


def _urgency(case: Case) -> tuple[bool, int, str, str]:
    packet = case.packet
    return case.owner.kind == "agent", packet["priority"], packet["due"], packet["opened"]


def _open_cases() -> Select:
    # Also asks the handoff itself: it is over the moment an agent gives it back, the courier's `close` only follows.
    same = HANDOFFS.c.handoff_id == CASES.c.handoff_id
    over = select(HANDOFFS.c.handoff_id).where(same, HANDOFFS.c.open_for.is_(None)).exists()
    return select(CASES).where(CASES.c.closed.is_(None), ~over)


def _case(connection: Connection, row: Row) -> Case:
    return Case(json.loads(row.packet), ownership.read(connection, row.conversation_id))
