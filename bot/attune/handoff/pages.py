"""Pages to a supervisor: written down before they are sent, once for each cause, again until somebody comes (HND-5)."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row

from attune.channel import ownership
from attune.handoff import outbox, tables
from attune.handoff.alarms import Alarm
from attune.handoff.tables import ALARMS, OUTBOX, PAGES, TRACKER_EVENTS, add_once
from attune.handoff.transfers import SAFETY
from attune.handoff.wait import Waiting

log = logging.getLogger(__name__)

MOST = 5
"""Pages for one cause; what five did not help, a sixth will not."""
TYPE = "attune.page"
REASONS = {"handoff": "safety", "alarm": "safety", "delivery": "not_delivered"}
"""What a page of each kind says it is about."""

Kind = Literal["handoff", "alarm", "delivery"]


@dataclass(frozen=True)
class Cause:
    """What a supervisor hears of if nobody answers it until `due`; `id` names it everywhere. Times in unix seconds."""

    id: str
    kind: Kind
    conversation_id: str
    handoff_id: str
    opened: float
    due: float

    def minutes(self, now: float) -> int:
        """How long it has waited, in whole minutes."""
        return max(0, int((now - self.opened) // 60))


@dataclass(frozen=True)
class Page:
    """One message to a supervisor; `message_id` is the same however often it is tried."""

    cause: str
    attempt: int
    conversation_id: str
    body: str

    @property
    def message_id(self) -> str:
        """The webhook-id: known beforehand, so that not even a crash between sending and noting makes a new one."""
        return f"page-{self.cause}-{self.attempt}"


def overdue(line: Iterable[Waiting], alarms: Iterable[Alarm], within: float, now: float) -> list[Cause]:
    """Handoffs for safety nobody has taken and alarms nobody has answered, whose time (`within` seconds) is over.

    `line`: everybody who waits, whichever desk has their packets.
    """
    waiting = [Cause(f"handoff-{one.handoff_id}", "handoff", one.conversation_id, one.handoff_id, one.opened, one.due)
               for one in line if one.reason == SAFETY]
    unread = [Cause(f"alarm-{one.record_id}", "alarm", one.conversation_id, one.handoff_id, one.at, one.at + within)
              for one in alarms if one.seen is None]
    return [cause for cause in (*waiting, *unread) if cause.due < now]


def body(cause: Cause, link: str, attempt: int, now: float) -> str:
    """The page as JSON: where to look and since when; no name, no words, no feeling (I3)."""
    return json.dumps({"type": TYPE, "timestamp": _iso(now), "data": {
        "handoff_id": cause.handoff_id, "link": link, "reason": REASONS[cause.kind], "opened": _iso(cause.opened),
        "due": _iso(cause.due), "waiting_minutes": cause.minutes(now), "attempt": attempt,
    }})


class Pages:
    """The pages in one database; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        tables.create(engine)

    def write(self, cause: Cause, link: str, now: float, again_after: float) -> None:
        """Write the cause's first page, or its next one `again_after` seconds after the last was sent.

        After MOST pages an error is logged, once.
        """
        with self._engine.begin() as connection:
            if add_once(connection, PAGES, "cause", _first(cause, link, now)):
                return
            row = connection.execute(select(PAGES).where(PAGES.c.cause == cause.id)).one()
            if row.over is None and row.sent is not None and row.sent + again_after <= now:
                _next(connection, row, cause, link, now)

    def pending(self) -> list[Page]:
        """What was written and not sent yet."""
        query = select(PAGES).where(PAGES.c.sent.is_(None), PAGES.c.over.is_(None)).order_by(PAGES.c.id)
        with self._engine.connect() as connection:
            return [Page(row.cause, row.attempt, row.conversation_id, row.body) for row in connection.execute(query)]

    def stands(self, page: Page) -> bool:
        """Whether still nobody has answered what the page is about."""
        with self._engine.connect() as connection:
            if page.cause.startswith("alarm-"):
                unseen = ALARMS.c.record_id == page.cause.removeprefix("alarm-"), ALARMS.c.seen.is_(None)
                return connection.execute(select(ALARMS.c.id).where(*unseen)).first() is not None
            if page.cause.startswith("delivery-"):
                return _is_undelivered(connection, page.cause)
            handoff = outbox.current(connection, page.conversation_id)
            waits = ownership.read(connection, page.conversation_id).kind == "queue"
            return waits and handoff is not None and f"handoff-{handoff.handoff_id}" == page.cause

    def sent(self, page: Page, at: float) -> None:
        """Note that the page was taken, and empty it: the supervisor has it now."""
        self._note(page, body="", sent=at)

    def drop(self, page: Page, at: float) -> None:
        """Note that the page is not needed any more: somebody came before it could be sent."""
        self._note(page, body="", over=at)

    def _note(self, page: Page, **values: object) -> None:
        this = PAGES.c.cause == page.cause, PAGES.c.attempt == page.attempt
        with self._engine.begin() as connection:
            connection.execute(update(PAGES).where(*this).values(**values))


def _is_undelivered(connection: Connection, cause: str) -> bool:
    _, to, number = cause.split("-")
    table = OUTBOX if to == "desk" else TRACKER_EVENTS
    waits = table.c.id == int(number), table.c.delivered.is_(None)
    return connection.execute(select(table.c.id).where(*waits)).first() is not None


def _first(cause: Cause, link: str, now: float) -> dict[str, object]:
    return {
        "cause": cause.id, "conversation_id": cause.conversation_id, "handoff_id": cause.handoff_id, "attempt": 1,
        "body": body(cause, link, 1, now), "written": now,
    }


def _next(connection: Connection, row: Row, cause: Cause, link: str, now: float) -> None:
    same = PAGES.c.id == row.id, PAGES.c.attempt == row.attempt, PAGES.c.over.is_(None)
    if row.attempt < MOST:
        attempt = row.attempt + 1
        values = {"attempt": attempt, "body": body(cause, link, attempt, now), "written": now, "sent": None}
        connection.execute(update(PAGES).where(*same).values(**values))
    elif connection.execute(update(PAGES).where(*same).values(over=now)).rowcount:
        log.error("Nobody has answered %s for %d minutes, after %d pages to the supervisor. No more are sent: go and "
                  "look at the desk.", cause.id, cause.minutes(now), MOST)



def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(iso: str) -> float:
    return datetime.strptime(iso, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
