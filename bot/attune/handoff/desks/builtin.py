"""The built-in desk: cases in Attune's own database, shown by the desk process."""

import json
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.engine import Engine, Row
from sqlalchemy.sql import Select

from attune.channel.ownership import OWNERS, Owner
from attune.handoff import tables, transfers
from attune.handoff.note import Note
from attune.handoff.packet import Packet
from attune.handoff.tables import AGENT_NOTES, CASES, HANDOFFS, NOTES, TRANSFERS, add_once
from attune.handoff.transfers import SAFETY, Transfer


@dataclass(frozen=True)
class Case:
    """One conversation that waits for a person or has one; `transfer`: who passed it on last, if anybody did."""

    packet: Packet
    owner: Owner
    transfer: Transfer | None = None

    @property
    def conversation_id(self) -> str:
        """The conversation the case is about."""
        return str(self.packet["conversation"]["id"])


class BuiltinDesk:
    """The cases in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: dict[tuple[str, int], Packet] = {}
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

    def add_note(self, handoff_id: str, note_id: str, note: Note) -> None:
        """Keep what an agent noted for colleagues; the same id again changes nothing."""
        row = {"note_id": note_id, "handoff_id": handoff_id, "agent": note.agent, "text": note.text, "at": note.at}
        with self._engine.begin() as connection:
            add_once(connection, AGENT_NOTES, "note_id", row)

    def queue(self) -> list[Case]:
        """Every open case, those nobody has first; then safety, priority, due time and waiting time (HND-5)."""
        with self._engine.connect() as connection:
            rows = connection.execute(_open_cases()).all()
        # Reading JSON is most of the work, and a version never changes. What is closed or replaced is forgotten here.
        known = self._read
        self._read = {key: known.get(key) or json.loads(row.packet) for row in rows for key in [_version(row)]}
        return sorted((_case(row, self._read[_version(row)]) for row in rows), key=_urgency)

    def case(self, conversation_id: str) -> Case | None:
        """The conversation's open case."""
        query = _open_cases().where(CASES.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
            return _case(row, json.loads(row.packet)) if row else None

    def notes(self, handoff_id: str) -> list[Note]:
        """The notes on a case, oldest first: the layer's, the agents', and those that came with a transfer."""
        query = select(NOTES).where(NOTES.c.handoff_id == handoff_id)
        theirs = select(AGENT_NOTES).where(AGENT_NOTES.c.handoff_id == handoff_id)
        with self._engine.connect() as connection:
            found = [Note(row.text, row.at) for row in connection.execute(query)]
            found += [Note(row.text, row.at, row.agent) for row in connection.execute(theirs)]
        return sorted(found, key=lambda note: note.at)

    def transfers(self, handoff_id: str) -> list[Transfer]:
        """Every time the case was passed on, oldest first."""
        return transfers.of(self._engine, handoff_id)

    def state(self) -> tuple[object, ...]:
        """Another value whenever a case, an owner, a note or a transfer changed: cheaper than looking at them."""
        asked = (
            select(func.count(), func.sum(CASES.c.version)).where(CASES.c.closed.is_(None)),
            select(func.count(), func.max(HANDOFFS.c.opened)).where(HANDOFFS.c.open_for.is_not(None)),
            select(func.count(), func.max(OWNERS.c.since)).where(OWNERS.c.kind != "bot"),
            select(func.count(), func.max(NOTES.c.at)), select(func.count(), func.max(AGENT_NOTES.c.at)),
            select(func.count(), func.max(TRANSFERS.c.id)),
        )
        with self._engine.connect() as connection:
            return tuple(value for query in asked for value in connection.execute(query).one())


def _urgency(case: Case) -> tuple[bool, bool, int, str, str]:
    packet = case.packet
    is_safety = packet["reason"] == SAFETY
    return case.owner.kind == "agent", not is_safety, packet["priority"], packet["due"], packet["opened"]


def _open_cases() -> Select:
    """One query for all: packets, owners and the newest transfer of each."""
    # Also asks the handoff itself: it is over the moment an agent gives it back, the courier's `close` only follows.
    same = HANDOFFS.c.handoff_id == CASES.c.handoff_id
    over = select(HANDOFFS.c.handoff_id).where(same, HANDOFFS.c.open_for.is_(None)).exists()
    owner = OWNERS.c.kind.label("owner_kind"), OWNERS.c.agent.label("owner_agent"), OWNERS.c.since.label("owner_since")
    newest = transfers.latest().subquery()
    joined = (CASES.outerjoin(OWNERS, OWNERS.c.conversation_id == CASES.c.conversation_id)
              .outerjoin(newest, newest.c.handoff_id == CASES.c.handoff_id)
              .outerjoin(TRANSFERS, TRANSFERS.c.id == newest.c.id))
    moved = (column for column in TRANSFERS.c if column.name != "id")
    query = select(CASES.c.handoff_id.label("case_id"), CASES.c.version, CASES.c.packet, *owner, *moved)
    return query.select_from(joined).where(CASES.c.closed.is_(None), ~over)


def _version(row: Row) -> tuple[str, int]:
    return row.case_id, row.version


def _case(row: Row, packet: Packet) -> Case:
    owner = Owner(row.owner_kind, row.owner_agent, row.owner_since) if row.owner_kind else Owner()
    transfer = transfers.from_row(row) if row.agent else None
    return Case(transfers.moved(packet, transfer), owner, transfer)
