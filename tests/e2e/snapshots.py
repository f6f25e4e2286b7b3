"""Every conversation of a running stack as it is at a moment, and the way back to it; the audit alone goes on."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import MetaData, Table, create_engine, event, func, select
from sqlalchemy.engine import Connection, Engine

from attune.database import share_sqlite

APPEND_ONLY = "attune_audit_"
QUIET = 3.0
"""Seconds without a change after which nothing is under way any more."""
PATIENCE = 60.0

Rows = dict[str, list[dict[str, object]]]


@dataclass(frozen=True)
class Snapshot:
    """The rows of each table of some databases."""

    urls: Sequence[str]
    rows: Sequence[Rows]

    def when_quiet(self) -> None:
        """Wait until what was begun has ended: what comes late must not be written into what is restored."""
        end, before, since = time.monotonic() + PATIENCE, None, time.monotonic()
        while time.monotonic() - since < QUIET:
            assert time.monotonic() < end, f"no quiet within {PATIENCE:.0f} s"
            time.sleep(0.5)
            now = [_counts(url) for url in self.urls]
            if now != before:
                before, since = now, time.monotonic()

    def restore(self) -> None:
        """Put every conversation back to how it was, in one transaction a database."""
        for url, rows in zip(self.urls, self.rows, strict=True):
            with _opened(url) as engine, engine.begin() as connection:
                tables = _tables(connection)
                for table in reversed(tables):
                    connection.execute(table.delete())
                for table in tables:
                    if kept := rows.get(table.name):
                        connection.execute(table.insert(), kept)


def taken(*urls: str) -> Snapshot:
    """What these databases hold now."""
    each = list(dict.fromkeys(urls))
    return Snapshot(each, [_rows(url) for url in each])


def _rows(url: str) -> Rows:
    with _opened(url) as engine, engine.begin() as connection:
        return {table.name: [dict(row._mapping) for row in connection.execute(table.select())]
                for table in _tables(connection)}


def _counts(url: str) -> dict[str, int]:
    with _opened(url) as engine, engine.begin() as connection:
        return {table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in _tables(connection)}


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if not table.name.startswith(APPEND_ONLY)]


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = create_engine(url, future=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", share_sqlite)
    try:
        yield engine
    finally:
        engine.dispose()
