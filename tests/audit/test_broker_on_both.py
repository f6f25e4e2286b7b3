"""Whoever holds the audit's tables, on SQLite and on PostgreSQL, a customer's answer does not wait for it (CRI-8)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import keeper, schema, spool, store
from attune.audit.broker import LOOK_EVERY, REST, AuditBroker
from attune.audit.checkpoints import Notary
from attune.audit.record import Seal
from audit.rows import SIGNER, on_record

pytestmark = pytest.mark.rasa

LONGEST = 20.0
"""Seconds somebody holds the tables unless the broker is done before: it may not wait for that, whoever else may."""
HELD = {"sqlite": "BEGIN IMMEDIATE", "postgresql": f"SELECT pg_advisory_xact_lock({schema.LOCK})"}
"""What a process does that brings the tables up to date."""
CHANGED = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "LOCK TABLE attune_audit_inbox IN ACCESS EXCLUSIVE MODE"}
"""What a migration does that changes them."""


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broker(
    either: Engine, tmp_path: Path, seal: Seal, clock: Clock, monkeypatch: pytest.MonkeyPatch,
) -> AuditBroker:
    """As a Rasa server has it, without a desk's process beside it; the others there wait long on SQLite too."""
    monkeypatch.setattr(database, "PRAGMAS", ("busy_timeout=40000", *database.PRAGMAS[1:]))
    return AuditBroker(either, tmp_path / spool.FILE, seal, clock)


@contextmanager
def held(engine: Engine, statement: str) -> Iterator[None]:
    """Do something while somebody else holds a lock."""
    holds, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with engine.connect() as connection:
            connection.execute(text(statement))
            holds.set()
            is_over.wait(LONGEST)

    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(30)
    try:
        yield
    finally:
        is_over.set()
        other.join()


def said(number: int) -> dict[str, Any]:
    return {"sender_id": "anna", "event": "bot", "text": "x", "timestamp": float(number),
            "metadata": {"utter_action": f"utter_{number}"}}


def waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return store.pending(connection) if schema.version(connection) else 0


@pytest.mark.takes(60)
@pytest.mark.parametrize("are_there", [False, True], ids=["no tables", "tables"])
def test_cri_8_aud_9_while_another_process_changes_the_tables_records_wait_in_the_spool(
    broker: AuditBroker, either: Engine, tmp_path: Path, clock: Clock, are_there: bool,
) -> None:
    if are_there:
        store.prepare(either)
    with held(either, (CHANGED if are_there else HELD)[either.dialect.name]):
        broker.publish(said(1))
    between = waiting(either)
    spooled = spool.waiting(tmp_path / spool.FILE)
    clock.now = REST
    broker.publish(said(2))
    after = waiting(either)
    keeper.keep(either, Notary(tmp_path, SIGNER), 1.0)

    assert (between, spooled, after) == (0, 1, 1)
    assert len(on_record(either)) == 2


def test_aud_9_a_rasa_alone_with_an_empty_database_loses_and_delays_nothing(
    broker: AuditBroker, either: Engine, tmp_path: Path,
) -> None:
    broker.publish(said(1))

    assert (waiting(either), spool.waiting(tmp_path / spool.FILE)) == (1, 0)


def test_a_broker_that_runs_on_sees_within_a_minute_that_a_later_attune_has_changed_the_tables(
    broker: AuditBroker, either: Engine, tmp_path: Path, clock: Clock,
) -> None:
    broker.publish(said(1))
    version = f"UPDATE {schema.VERSIONS} SET version_num = :version"
    with either.begin() as connection:
        connection.execute(text(version), {"version": "999"})
    clock.now = LOOK_EVERY
    broker.publish(said(2))
    newer = waiting(either), spool.waiting(tmp_path / spool.FILE)
    with either.begin() as connection:
        connection.execute(text(version), {"version": schema.HEAD})
    clock.now += REST
    broker.publish(said(3))

    assert newer == (1, 1)
    assert (waiting(either), spool.waiting(tmp_path / spool.FILE)) == (2, 1)
