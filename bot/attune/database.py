"""One way to open Attune's database, for every room that stores something."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url

PRAGMAS = ("busy_timeout=2000", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON")


@lru_cache(maxsize=8)
def engine(url: str) -> Engine:
    """Open the database; SQLite gets write-ahead logging, so that three processes can share the file."""
    parsed = make_url(url)
    opened = create_engine(url, future=True, pool_pre_ping=True)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(opened, "connect", share_sqlite)
    return opened


@contextmanager
def transaction(engine: Engine, patience: int | None = None) -> Iterator[Connection]:
    """A transaction that waits so many milliseconds for a lock another process holds; by default as the engine does."""
    with engine.begin() as connection:
        if patience is not None:
            setting = "PRAGMA busy_timeout" if engine.dialect.name == "sqlite" else "SET LOCAL lock_timeout"
            connection.exec_driver_sql(f"{setting}={patience}")
        yield connection


def share_sqlite(connection: object, _record: object) -> None:
    """Set up one new SQLite connection: shared between processes, and what is deleted is overwritten."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    with suppress(sqlite3.OperationalError):  # locked: another process switches the file this very moment, for all
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()
