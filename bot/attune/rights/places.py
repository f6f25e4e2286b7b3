"""Every table of Attune's own that holds something about a conversation: what is in this list is found and erased."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import MetaData, Table, column, delete, inspect, select, table
from sqlalchemy.engine import Connection

By = Literal["conversation_id", "handoff_id"]
Class = Literal["conversation", "handoff"]
"""The two classes of protocol.yml's retention that stand in tables."""


@dataclass(frozen=True)
class Place:
    """A table, the column that says whom a row is about, and how long it is kept; a handoff's also has `handoff_id`.

    `withheld`: columns with the names of staff, which a copy leaves out (CON-7).
    """

    table: str
    by: By
    kept_as: Class
    withheld: frozenset[str] = frozenset()


PLACES = (
    Place("attune_desk_note", "handoff_id", "handoff"),
    Place("attune_agent_note", "handoff_id", "handoff", frozenset({"agent"})),
    Place("attune_transfer", "conversation_id", "handoff", frozenset({"agent"})),
    Place("attune_outcome", "conversation_id", "handoff"),
    Place("attune_stint", "conversation_id", "handoff", frozenset({"agent"})),
    Place("attune_outbox", "handoff_id", "handoff"),
    Place("attune_activity", "handoff_id", "handoff"),
    Place("attune_wait", "conversation_id", "handoff"),
    Place("attune_desk_case", "conversation_id", "handoff"),
    Place("attune_alarm", "conversation_id", "handoff", frozenset({"seen_by"})),
    Place("attune_page", "conversation_id", "handoff"),
    Place("attune_chatwoot_case", "conversation_id", "handoff"),
    Place("attune_chatwoot_post", "conversation_id", "conversation"),
    Place("attune_chatwoot_conversation", "conversation_id", "conversation", frozenset({"agent"})),
    Place("attune_tracker_event", "conversation_id", "conversation"),
    Place("attune_mailbox", "conversation_id", "conversation", frozenset({"name"})),
    Place("attune_owner", "conversation_id", "conversation", frozenset({"agent"})),
    Place("attune_export", "conversation_id", "conversation"),
    Place("attune_handoff", "conversation_id", "handoff"),  # the last: the notes above are found through it
)
HANDOFFS = table("attune_handoff", column("handoff_id"), column("conversation_id"), column("closed"))


def present(connection: Connection) -> list[Place]:
    """The places that exist in this database, in the order in which they are to be erased."""
    names = set(inspect(connection).get_table_names())
    return [place for place in PLACES if place.table in names]


def rows(connection: Connection, place: Place, subject: str) -> Iterator[Mapping[str, Any]]:
    """Everything one place holds about a conversation, every column of it."""
    found = Table(place.table, MetaData(), autoload_with=connection)
    query = select(found).where(found.c[place.by].in_(_keys(place, subject)))
    yield from (dict(row._mapping) for row in connection.execute(query.order_by(*found.primary_key)))


def erase(connection: Connection, subject: str) -> dict[str, int]:
    """Erase a conversation from every place inside the caller's transaction; returns rows by table."""
    return {place.table: _delete(connection, place.table, place.by, _keys(place, subject))
            for place in present(connection)}


def erase_class(connection: Connection, subject: str) -> int:
    """Erase what is kept as long as the conversation itself; its handoffs stay. Returns how many rows."""
    return sum(_delete(connection, place.table, place.by, _keys(place, subject))
               for place in present(connection) if place.kept_as == "conversation")


def erase_handoff(connection: Connection, handoff_id: str) -> int:
    """Erase one handoff with its packets, notes, alarms and pages; returns how many rows."""
    return sum(_delete(connection, place.table, "handoff_id", [handoff_id])
               for place in present(connection) if place.kept_as == "handoff")


def _keys(place: Place, subject: str) -> Any:
    if place.by == "conversation_id":
        return [subject]
    return select(HANDOFFS.c.handoff_id).where(HANDOFFS.c.conversation_id == subject).scalar_subquery()


def _delete(connection: Connection, name: str, by: By, keys: Any) -> int:
    found = table(name, column(by))
    return connection.execute(delete(found).where(found.c[by].in_(keys))).rowcount
