"""The audit's tables have versions: brought up to date by whoever comes first, and never taken for others."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from attune import database
from attune.audit import keeper, schema, store
from attune.audit.checkpoints import Notary
from attune.audit.commands import audit
from attune.audit.schema import Newer, NotMigrated
from attune.audit.store import METADATA
from attune.audit.verify import verify
from audit.rows import PUBLIC, SIGNER, fill, on_record, records
from fixtures.postgres import Postgres

pytestmark = pytest.mark.slow


@pytest.fixture
def engine(either: Engine) -> Engine:
    """A fresh database of each kind."""
    return either


def again(engine: Engine) -> Engine:
    """The same database, as another process opens it."""
    database.engine.cache_clear()
    return database.engine(str(engine.url))


def differences(engine: Engine) -> list[tuple[object, ...]]:
    """What Alembic would change in the database to make it what the code says."""
    options = {"version_table": schema.VERSIONS, "compare_type": True,
               "include_name": lambda name, *_: name != "sqlite_sequence"}  # SQLite's own
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)


def do(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_what_the_migrations_make_is_what_the_code_says(engine: Engine) -> None:
    store.prepare(engine)

    assert differences(engine) == []
    with engine.connect() as connection:
        assert schema.version(connection) == schema.HEAD


def test_a_difference_would_be_seen(engine: Engine) -> None:
    store.prepare(engine)
    do(engine, "DROP INDEX attune_audit_leaf_conversation", "ALTER TABLE attune_audit_key ADD COLUMN more TEXT")

    assert {change[0] for change in differences(engine)} == {"add_index", "remove_column"}


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == schema.HEAD


def test_a_ledger_from_before_there_were_versions_is_taken_up_as_it_is(engine: Engine, tmp_path: Path) -> None:
    fill(engine, tmp_path, 5)
    on = " ON attune_audit_leaf" if engine.dialect.name == "postgresql" else ""
    do(engine, f"DROP TABLE {schema.VERSIONS}", *(f"DROP TRIGGER {name}{on}" for name in store.APPEND_ONLY))
    opened = again(engine)
    keeper.put(opened, records(3, 5))
    keeper.keep(opened, Notary(tmp_path, SIGNER), 2.0)

    assert on_record(opened) == [record.id for record in records(8)]
    assert verify(opened, tmp_path, PUBLIC).is_whole
    with pytest.raises(DBAPIError, match="append-only"):  # AUD-6
        do(opened, "DELETE FROM attune_audit_leaf")


def test_the_tables_of_a_later_attune_are_left_alone(engine: Engine) -> None:
    store.prepare(engine)
    do(engine, f"UPDATE {schema.VERSIONS} SET version_num = '999'")

    with pytest.raises(Newer, match=r"version 999.*or a later one"):
        store.prepare(again(engine))


def test_a_process_that_runs_on_writes_nothing_more_once_a_later_attune_has_changed_the_tables(
    engine: Engine, tmp_path: Path,
) -> None:
    fill(engine, tmp_path, 5)
    with engine.begin() as connection:
        store.append(connection, records(1, 5))
    do(engine, f"UPDATE {schema.VERSIONS} SET version_num = '999'")

    for work in (lambda: keeper.put(engine, records(1, 6)),
                 lambda: keeper.keep(engine, Notary(tmp_path, SIGNER, records=1), 2.0)):
        with pytest.raises(Newer):
            work()
    with engine.connect() as connection:
        assert store.pending(connection) == 1
    assert on_record(engine) == [record.id for record in records(5)]


def begin(url: str, together: object) -> None:
    """Open the database when all the others do."""
    together.wait()  # type: ignore[attr-defined]
    store.prepare(database.engine(url))


def test_eight_processes_that_begin_at_once_make_the_tables_once(engine: Engine) -> None:
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(8)
    engine.dispose()
    workers = [fork.Process(target=begin, args=(str(engine.url), together)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0] * 8
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {schema.VERSIONS}")).scalars().all() == [schema.HEAD]


def test_a_database_that_is_up_to_date_costs_no_alembic(engine: Engine) -> None:
    """A Rasa server prepares the audit while a customer waits (CRI-8)."""
    store.prepare(engine)
    program = ("import sys; from attune import database; from attune.audit import store; "
               "store.prepare(database.engine(sys.argv[1])); print('alembic' in sys.modules)")
    ended = subprocess.run([sys.executable, "-c", program, str(engine.url)], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})

    assert ended.stdout == "False\n"


def test_aud_6_a_role_that_may_only_add_is_told_who_has_to_migrate(server: Postgres) -> None:
    with create_engine(server.url, isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in ("CREATE DATABASE behind", "CREATE ROLE adds LOGIN"):
            connection.execute(text(statement))
    base = server.url.rsplit("/", 1)[0] + "/behind"
    owner, adds = database.engine(base), database.engine(base.replace("postgres@", "adds@"))
    do(owner, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(NotMigrated, match=r"version none.*attune audit migrate"):
        store.prepare(adds)
    schema.upgrade(owner)
    with pytest.raises(NotMigrated, match=r"version unknown to this role.*attune audit roles"):
        store.prepare(adds)  # as roles.sql was before the tables had a version
    do(owner, f"GRANT SELECT ON {schema.VERSIONS} TO adds")
    store.prepare(adds)
    for one in (owner, adds):
        one.dispose()


def test_the_command_says_what_it_did(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.setenv("ATTUNE_DB_URL", str(engine.url))
    said = [CliRunner().invoke(audit, ["migrate", *more]).output for more in ([], [], ["--json"])]

    assert said[0] == f"The audit's tables went from version none to {schema.HEAD}.\n"
    assert said[1] == f"The audit's tables are at version {schema.HEAD} already.\n"
    assert json.loads(said[2]) == {"from": schema.HEAD, "to": schema.HEAD}
