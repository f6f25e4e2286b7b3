"""Alarms: a message to a person who already has the conversation may be about danger (HND-5, CRI-1).

An alarm says that much and when, nothing finer, so it needs no consent (I3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine, Row

from attune.channel.ownership import OWNERS
from attune.errors import AttuneError
from attune.handoff import tables
from attune.handoff.tables import ALARM_PLACE, ALARMS, HANDOFFS, add_once


@dataclass(frozen=True)
class Alarm:
    """One message that may be about danger; `at`: when it was judged, all times in unix seconds."""

    id: int
    conversation_id: str
    handoff_id: str
    record_id: str
    at: float
    raised: float
    seen_by: str | None = None
    seen: float | None = None


class NoSuchAlarm(AttuneError):
    """An alarm is named that never was."""

    def __init__(self, alarm_id: int) -> None:
        super().__init__(f"There is no alarm {alarm_id}. Go back to the queue.")


class UnreadAlarm(AttuneError):
    """An agent gives a conversation back before reading a message that may be about danger."""

    def __init__(self) -> None:
        super().__init__(
            "A message in this conversation may be about danger, and nobody has said they read it. "
            "Go back, read it, and press “I have read it” before you give the conversation back.",
        )


class Alarms:
    """The alarms in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        tables.create(engine)

    def unknown(self, record_ids: Iterable[str]) -> set[str]:
        """Those Records that raised no alarm yet."""
        asked = set(record_ids)
        if not asked:
            return asked
        query = select(ALARMS.c.record_id).where(ALARMS.c.record_id.in_(sorted(asked)))
        with self._engine.connect() as connection:
            return asked - set(connection.execute(query).scalars())

    def sound(self, conversation_id: str, record_id: str, *, at: float, now: float) -> bool:
        """Raise an alarm in the conversation's newest handoff, once for each Record; returns whether it is new."""
        newest = (select(HANDOFFS.c.handoff_id).where(HANDOFFS.c.conversation_id == conversation_id)
                  .order_by(HANDOFFS.c.opened.desc()).limit(1))
        with self._engine.begin() as connection:
            handoff_id = connection.execute(newest).scalar()
            return handoff_id is not None and add_once(connection, ALARMS, "record_id", {
                "conversation_id": conversation_id, "handoff_id": handoff_id, "record_id": record_id,
                "at": at, "raised": now,
            })

    def unseen(self) -> list[Alarm]:
        """Every alarm nobody has answered, oldest first."""
        query = select(ALARMS).where(ALARMS.c.seen.is_(None)).order_by(ALARMS.c.at)
        with self._engine.connect() as connection:
            return [_alarm(row) for row in connection.execute(query)]

    def of(self, handoff_id: str) -> list[Alarm]:
        """Every alarm of a handoff, seen or not, oldest first."""
        query = select(ALARMS).where(ALARMS.c.handoff_id == handoff_id).order_by(ALARMS.c.at)
        with self._engine.connect() as connection:
            return [_alarm(row) for row in connection.execute(query)]

    def get(self, alarm_id: int) -> Alarm:
        """One alarm; raises NoSuchAlarm."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ALARMS).where(ALARMS.c.id == alarm_id)).first()
        if row is None:
            raise NoSuchAlarm(alarm_id)
        return _alarm(row)

    def see(self, alarm_id: int, agent: str, at: float) -> None:
        """Note who read the message and when; who was first stays."""
        first = ALARMS.c.id == alarm_id, ALARMS.c.seen.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(ALARMS).where(*first).values(seen_by=agent, seen=at))

    def refuse_unread(self, conversation_id: str) -> None:
        """Raise UnreadAlarm while the conversation has an alarm nobody answered."""
        open_one = select(ALARMS.c.id).where(ALARMS.c.conversation_id == conversation_id, ALARMS.c.seen.is_(None))
        with self._engine.connect() as connection:
            if connection.execute(open_one.limit(1)).first():
                raise UnreadAlarm

    def conversations(self) -> Iterator[str]:
        """Every conversation that was ever handed over, those an agent has now first."""
        query = select(OWNERS.c.conversation_id).order_by(OWNERS.c.kind != "agent")
        with self._engine.connect() as connection:
            yield from connection.execute(query).scalars()

    def place(self) -> int:
        """How many rows of the ledger have been looked at."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(ALARM_PLACE.c.ledger)).scalar() or 0)

    def move(self, ledger: int) -> None:
        """Remember how many rows of the ledger have been looked at."""
        with self._engine.begin() as connection:
            if not connection.execute(update(ALARM_PLACE).values(ledger=ledger)).rowcount:
                connection.execute(insert(ALARM_PLACE).values(id=1, ledger=ledger))


def _alarm(row: Row) -> Alarm:
    return Alarm(row.id, row.conversation_id, row.handoff_id, row.record_id, row.at, row.raised, row.seen_by, row.seen)
