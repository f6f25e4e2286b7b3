"""Rasa's SQL tracker stores, found as Rasa finds them, without importing Rasa: that takes seconds and memory."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, delete, func, inspect, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from attune import database
from attune.errors import AttuneError

EVENTS = Table(
    "events", MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("type_name", String(255)),
    Column("timestamp", Float),
    Column("action_name", String(255)),
    Column("data", Text),
)
"""The columns needed of Rasa's `SQLTrackerStore.SQLEvent`."""

NOT_SQL = frozenset({"redis", "mongod", "dynamo"})
MEMORY = (None, "", ":memory:")
OURS = "attune.consent.tracker_store.ConsentTrackerStore"
"""Overwrites what is deleted at all times, so its file need not be written anew after an erasure."""

Event = Mapping[str, Any]


class UnknownStore(AttuneError):
    """Conversations lie in a store this cannot read."""

    def __init__(self, kind: str, file: Path) -> None:
        super().__init__(
            f"{file} keeps conversations in a store of type {kind!r}, which is no SQL tracker store. Attune can "
            f"neither copy nor erase what lies there: use {OURS}, or do both by that store's own means.",
        )


class StoreAway(AttuneError):
    """A store of conversations does not answer, or not as one."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"A store of conversations does not answer: {problem}. See whether its database runs, and the "
                         "`tracker_store` in endpoints.yml.")


@contextmanager
def reached() -> Iterator[None]:
    """Whatever a database says inside becomes StoreAway, in one line and without the statement."""
    try:
        yield
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise StoreAway(told[0] if told else type(error).__name__) from error


def stores(files: Iterable[Path], project: Path, environ: Mapping[str, str]) -> list[tuple[Engine, bool]]:
    """Every tracker store those endpoints files name, once each; whether it is Attune's own. Raises UnknownStore.

    Rasa runs in the folder `project`, so a SQLite file is looked for from there.
    """
    found: dict[str, bool] = {}
    for file in files:
        endpoint = _endpoint(file)
        address = _from(project, url(endpoint, environ)) if endpoint and _is_sql(endpoint, file) else None
        if address is not None and not _is_missing(address):
            found[address.render_as_string(hide_password=False)] = (endpoint or {}).get("type") == OURS
    return [(database.engine(address), ours) for address, ours in found.items()]


def url(endpoint: Mapping[str, Any], environ: Mapping[str, str]) -> URL:
    """The address of a `tracker_store` entry, put together as Rasa's `SQLTrackerStore.get_db_url` does."""
    host, port = endpoint.get("url") or endpoint.get("host"), endpoint.get("port")
    if host and "://" in host:
        address = make_url(host)
    else:
        parsed = urlsplit(f"scheme://{host}") if host else None
        address = URL.create(
            str(endpoint.get("dialect", "sqlite")), endpoint.get("username"), endpoint.get("password"),
            (parsed.hostname or host) if parsed else None,
            int((parsed.port if parsed else None) or port or 0) or None,
            str(endpoint.get("db", "rasa.db")), endpoint.get("query") or {},
        )
    schema = environ.get("POSTGRESQL_SCHEMA")
    if schema and address.get_backend_name() == "postgresql":
        return address.update_query_dict({"options": f"-csearch_path={schema}"})
    return address


def subjects(engine: Engine) -> dict[str, float]:
    """Every conversation in a store, with the time (unix seconds) of its newest event."""
    with engine.connect() as connection:
        if not _has_events(connection):
            return {}
        query = select(EVENTS.c.sender_id, func.max(EVENTS.c.timestamp)).group_by(EVENTS.c.sender_id)
        return {sender: at or 0.0 for sender, at in connection.execute(query)}


def events(engine: Engine, subject: str) -> Iterator[tuple[int, Event]]:
    """The events of a conversation with their row ids, in the order in which they happened."""
    with engine.connect() as connection:
        if _has_events(connection):
            query = select(EVENTS.c.id, EVENTS.c.data).where(EVENTS.c.sender_id == subject).order_by(EVENTS.c.id)
            for row in connection.execute(query).all():
                yield row.id, json.loads(row.data)


def newest(engine: Engine, subject: str) -> float:
    """When a conversation's newest event was (unix seconds); 0 if it has none."""
    with engine.connect() as connection:
        query = select(func.max(EVENTS.c.timestamp)).where(EVENTS.c.sender_id == subject)
        return float(connection.execute(query).scalar() or 0.0) if _has_events(connection) else 0.0


def happened(engine: Engine, since: float, until: float) -> set[str]:
    """The conversations with an event of that time (unix seconds)."""
    query = select(EVENTS.c.sender_id).where(EVENTS.c.timestamp.between(since, until)).distinct()
    with engine.connect() as connection:
        return set(connection.execute(query).scalars()) if _has_events(connection) else set()


def with_slot(engine: Engine, name: str) -> set[str]:
    """The conversations in which a slot was ever set."""
    query = select(EVENTS.c.sender_id).where(EVENTS.c.type_name == "slot", EVENTS.c.action_name == name).distinct()
    with engine.connect() as connection:
        return set(connection.execute(query).scalars()) if _has_events(connection) else set()


def erase(engine: Engine, subject: str) -> int:
    """Erase a conversation; returns how many events it had."""
    with engine.begin() as connection:
        if not _has_events(connection):
            return 0
        return connection.execute(delete(EVENTS).where(EVENTS.c.sender_id == subject)).rowcount


def _endpoint(file: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    entry = (YAML(typ="safe").load(file) or {}).get("tracker_store")
    expanded = {key: os.path.expandvars(value) if isinstance(value, str) else value  # as Rasa does: ${NAME}
                for key, value in (entry or {}).items()}
    return expanded or None


def _is_sql(endpoint: Mapping[str, Any], file: Path) -> bool:
    kind = endpoint.get("type")
    if kind is None:
        return False  # Rasa keeps conversations in memory
    is_plain = str(kind).lower() == "sql" or kind == OURS
    if str(kind).lower() in NOT_SQL or not (is_plain or "dialect" in endpoint or "://" in str(endpoint.get("url"))):
        raise UnknownStore(str(kind), file)
    return True


def _from(project: Path, address: URL) -> URL:
    if address.get_backend_name() != "sqlite" or address.database in MEMORY:
        return address
    return address.set(database=str((project / str(address.database)).resolve()))


def _is_missing(address: URL) -> bool:
    if address.get_backend_name() != "sqlite":
        return False
    return address.database in MEMORY or not Path(str(address.database)).exists()


def _has_events(connection: Connection) -> bool:
    return bool(inspect(connection).has_table(EVENTS.name))
