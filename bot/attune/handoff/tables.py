"""Attune's tables of this room: handoffs, what waits for desk or Rasa, the built-in desk's cases, alarms, pages."""

from collections.abc import Mapping

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, insert, literal, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import CreateTable

from attune.channel import mailbox, ownership

METADATA = MetaData()

HANDOFFS = Table(
    "attune_handoff", METADATA,
    Column("handoff_id", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("open_for", String(255), unique=True),   # the conversation while open, then NULL: one open handoff each
    Column("version", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detailed", Integer, nullable=False),    # 1 while the newest packet carries what needs a yes
    Column("opened", Float, nullable=False),
    Column("closed", Float),
)

WAITS = Table(
    "attune_wait", METADATA,                        # what the customer who waits is told from
    Column("handoff_id", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due", Float, nullable=False),
    Column("within", Float, nullable=False),        # seconds in which the protocol wants an answer
    Column("claimed", Float),                       # when the first agent came
    Column("call_back", Integer, nullable=False),   # 1: the customer waits elsewhere, the case stays open
    Column("place", Integer),                       # the last place they were told, and when
    Column("told", Float),
    Column("late", Float),                          # when they were told that nobody came in time
    Column("offered", Float),                       # when calling back was offered because nobody came for long
)

OUTBOX = Table(
    "attune_outbox", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("handoff_id", String(64), nullable=False),
    Column("item_id", String(255), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),     # packet, note or close: the three calls of a desk
    Column("body", Text, nullable=False),           # emptied on delivery: nothing is kept twice
    Column("created", Float, nullable=False),
    Column("delivered", Float),
)

TRACKER_EVENTS = Table(
    "attune_tracker_event", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(255), nullable=False),
    Column("event_id", String(255), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),     # event: append to the tracker; trigger: an intent of ours
    Column("body", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("delivered", Float),
)

CASES = Table(
    "attune_desk_case", METADATA,
    Column("handoff_id", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("packet", Text, nullable=False),
    Column("closed", Float),
)

NOTES = Table(
    "attune_desk_note", METADATA,
    Column("note_id", String(255), primary_key=True),
    Column("handoff_id", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
)

AGENT_NOTES = Table(
    "attune_agent_note", METADATA,
    Column("note_id", String(255), primary_key=True),
    Column("handoff_id", String(64), nullable=False),
    Column("agent", String(255), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
)

TRANSFERS = Table(
    "attune_transfer", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(255), nullable=False),
    Column("handoff_id", String(64), nullable=False),
    Column("agent", String(255), nullable=False),   # who passed it on
    Column("reason", String(32), nullable=False),   # the handoff's at that moment: one that grew worse since goes back
    Column("queue", String(64), nullable=False),    # where it waits since
    Column("priority", Integer, nullable=False),
    Column("due", Float, nullable=False),
    Column("text", Text, nullable=False),           # the note for the colleague
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,  # the highest id is the newest
)

OUTCOMES = Table(
    "attune_outcome", METADATA,
    Column("handoff_id", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("outcome", String(32), nullable=False),  # an id of desk.yml's list
    Column("at", Float, nullable=False),
)

STINTS = Table(
    "attune_stint", METADATA,                       # who had which conversation, for a day: the load of agents
    Column("stint_id", String(255), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("handoff_id", String(64), nullable=False),
    Column("agent", String(255), nullable=False),
    Column("began", Float, nullable=False),
    Column("ended", Float),
)

BREAKS = Table(
    "attune_break", METADATA,                       # for a day too: this is no time sheet
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agent", String(255), nullable=False),
    Column("on_break", String(255), unique=True),   # the agent while it lasts, then NULL: one break each
    Column("began", Float, nullable=False),
    Column("ended", Float),
)


ALARMS = Table(
    "attune_alarm", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(255), nullable=False),
    Column("handoff_id", String(64), nullable=False),
    Column("record_id", String(64), nullable=False, unique=True),  # one alarm for each Record that tells of danger
    Column("at", Float, nullable=False),            # when the message was judged
    Column("raised", Float, nullable=False),
    Column("seen_by", String(255)),
    Column("seen", Float),
    sqlite_autoincrement=True,  # an id is never used again, so that a late click answers no other alarm
)

ALARM_PLACE = Table(
    "attune_alarm_place", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("ledger", Integer, nullable=False),      # rows of the ledger that were looked at
)

PAGES = Table(
    "attune_page", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cause", String(80), nullable=False, unique=True),
    Column("conversation_id", String(255), nullable=False),
    Column("handoff_id", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),     # the newest page of this cause, from 1
    Column("body", Text, nullable=False),           # of the newest one; what was sent leaves no copy
    Column("written", Float, nullable=False),
    Column("sent", Float),
    Column("over", Float),                          # no more pages: somebody came, or the last one helped nothing
)


def create(engine: Engine) -> None:
    """Create whatever table is missing, the owners and the mailbox included; safe while other processes do the same."""
    with engine.begin() as connection:
        ownership.create(connection)
        mailbox.create(connection)
        for table in METADATA.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))


def add_once(connection: Connection, table: Table, key: str, row: Mapping[str, object]) -> bool:
    """Insert the row unless one with the same value in the column `key` is there; returns whether it was new."""
    known = select(table.c[key]).where(table.c[key] == row[key]).exists()
    values = select(*(literal(value, table.c[name].type) for name, value in row.items())).where(~known)
    return connection.execute(insert(table).from_select(list(row), values)).rowcount == 1
