"""What the audit promises holds on SQLite and on PostgreSQL alike, there for roles that may only add, too (AUD-6)."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from attune import database
from attune.audit import keeper, ledger, news, store, vault
from attune.audit.checkpoints import Notary
from attune.audit.commands import audit
from attune.audit.record import Record
from attune.audit.verify import verify
from audit.rows import PUBLIC, SIGNER, on_record, records
from fixtures.postgres import Postgres

pytestmark = pytest.mark.slow

WRITERS = int(os.environ.get("AUDIT_WRITERS", "16"))
EACH = int(os.environ.get("AUDIT_RECORDS", "300"))
"""Of the 32 writers with 1,000 Records each that docs/audit.md tells of, so many whenever everything is tested."""
MUTATIONS = ("UPDATE attune_audit_leaf SET data = 'x'", "DELETE FROM attune_audit_leaf", "TRUNCATE attune_audit_leaf")

FOR_OWNERS = ("DROP TABLE attune_audit_leaf", "ALTER TABLE attune_audit_leaf DISABLE TRIGGER ALL")


@pytest.fixture
def engine(either: Engine) -> Engine:
    """A fresh database of each kind."""
    return either


def test_records_enter_once_in_order_and_the_ledger_is_whole(engine: Engine, tmp_path: Path) -> None:
    for batch in (records(3), records(40), records(700), records(2, 10)):
        keeper.put(engine, batch)
    moved = keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)

    assert moved == 700
    assert on_record(engine) == [record.id for record in records(700)]
    assert verify(engine, tmp_path, PUBLIC).is_whole


@pytest.mark.parametrize("statement", MUTATIONS)
def test_aud_6_the_database_refuses_to_change_the_ledger(engine: Engine, statement: str) -> None:
    keeper.put(engine, records(5))
    ledger.sequence(engine)
    if engine.dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM attune_audit_leaf WHERE idx = 1"  # SQLite has no other
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))

    assert len(on_record(engine)) == 5


def test_aud_6_who_owns_the_database_can_change_it_and_is_found(engine: Engine, tmp_path: Path) -> None:
    keeper.put(engine, records(5))
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)
    with engine.begin() as connection:
        for name in store.APPEND_ONLY:
            on = " ON attune_audit_leaf" if engine.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text("UPDATE attune_audit_leaf SET data = replace(data, 'status', 'statue') WHERE idx = 3"))

    assert 3 in {problem.row for problem in verify(engine, tmp_path, PUBLIC).problems}


def test_aud_10_what_is_sealed_is_read_until_its_key_is_destroyed_and_the_ledger_stays_whole(
    engine: Engine, tmp_path: Path,
) -> None:
    told = records(1)[0]
    felt = replace(told, facts={**told.facts, "emotion": "sadness"})
    store.prepare(engine)
    with engine.begin() as connection:
        store.append(connection, [vault.sealed(connection, told, felt, os.urandom)])
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)
    [before] = vault.read(engine)
    with engine.begin() as connection:
        vault.destroy(connection, str(told.conversation), told.at)
    [after] = vault.read(engine)

    assert (before.facts["emotion"], after.facts.get("emotion"), after.facts["reading"]) == ("sadness", None, "erased")
    assert verify(engine, tmp_path, PUBLIC).is_whole


def test_decisions_are_news_wherever_they_stand(engine: Engine) -> None:
    keeper.put(engine, [Record("a" * 64, "decision", 1, "c", {"row": "crisis_now", "steps": "x"})])
    waiting, _ = news.decisions(engine, "crisis_now", 0)
    ledger.sequence(engine)
    standing, size = news.decisions(engine, "crisis_now", 0)

    assert ([one.id for one in waiting], [one.id for one in standing], size) == (["a" * 64], ["a" * 64], 1)


def put_them(url: str, writer: int) -> None:
    """One writer: a few at a time."""
    engine = database.engine(url)
    for first in range(0, EACH, 3):
        again(lambda first=first: keeper.put(engine, records(min(3, EACH - first), 100_000 * writer + first)))


def move_them(url: str) -> None:
    """One sequencer, until it is killed."""
    while True:
        again(lambda: ledger.sequence(database.engine(url), batch=50))
        time.sleep(0.01)


def again(work: Callable[[], object]) -> None:
    """Until it works: thirty others want the one lock of SQLite; the broker spools then, the desk's job runs again."""
    while True:
        try:
            work()
            return
        except OperationalError as problem:
            if "locked" not in str(problem):
                raise


@pytest.mark.takes(1800)
def test_aud_7_many_writers_and_killed_sequencers_leave_no_gap_no_fork_and_no_double(
    engine: Engine, tmp_path: Path,
) -> None:
    url, spawn = str(engine.url), multiprocessing.get_context("fork")
    store.prepare(engine)
    engine.dispose()
    dice = random.Random(7)
    expected = sorted(record.id for writer in range(WRITERS) for record in records(EACH, 100_000 * writer))
    writers = {number: spawn.Process(target=put_them, args=(url, number)) for number in range(WRITERS)}
    movers = [spawn.Process(target=move_them, args=(url,)) for _ in range(2)]
    for process in (*writers.values(), *movers):
        process.start()
    kills = 0
    while any(process.is_alive() for process in writers.values()):
        time.sleep(dice.random() / 20)
        victim = dice.randrange(WRITERS + 2)
        if victim >= WRITERS:
            os.kill(movers[victim - WRITERS].pid, signal.SIGKILL)
            kills += 1
            movers[victim - WRITERS] = spawn.Process(target=move_them, args=(url,))
            movers[victim - WRITERS].start()
        elif writers[victim].is_alive() and dice.random() < 0.3:
            kills += 1
            os.kill(writers[victim].pid, signal.SIGKILL)  # it comes back and sends everything again
            writers[victim].join()
            writers[victim] = spawn.Process(target=put_them, args=(url, victim))
            writers[victim].start()
    assert all(process.is_alive() for process in movers)
    for process in movers:
        process.kill()
        process.join()
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)

    print(f"{engine.dialect.name}: {WRITERS} writers of {EACH}, {kills} killed")
    assert kills
    assert [process.exitcode for process in writers.values()] == [0] * WRITERS
    assert sorted(on_record(engine)) == expected
    assert verify(engine, tmp_path, PUBLIC).is_whole


@pytest.fixture
def roles(server: Postgres, tmp_path: Path) -> Iterator[tuple[Engine, Engine, Engine]]:
    """The database's owner, the assistant's role and the desk's."""
    name = f"r{random.randrange(10 ** 12)}"
    with create_engine(server.url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    base = server.url.rsplit("/", 1)[0] + f"/{name}"
    owner = database.engine(base)
    store.prepare(owner)
    with owner.begin() as connection:
        connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        printed = CliRunner().invoke(audit, ["roles", "--app", "shop_rasa", "--keeper", "shop_desk"])
        assert printed.exit_code == 0
        connection.exec_driver_sql(printed.output.replace("%", "%%"))
    engines = owner, *(database.engine(base.replace("postgres@", f"{role}@")) for role in ("shop_rasa", "shop_desk"))
    yield engines
    for one in engines:
        one.dispose()


def test_aud_6_the_assistants_role_adds_and_the_desks_keeps_and_neither_changes_a_row(
    roles: tuple[Engine, Engine, Engine], tmp_path: Path,
) -> None:
    owner, app, desk = roles
    told = records(1)[0]
    store.prepare(app)
    with app.begin() as connection:
        felt = replace(told, facts={**told.facts, "emotion": "sadness"})
        store.append(connection, [vault.sealed(connection, told, felt, os.urandom), *records(9, 1)])
        assert store.granted(connection, "nobody") is False
    keeper.keep(desk, Notary(tmp_path, SIGNER), 1.0)
    for engine in (app, desk):
        for statement in (*MUTATIONS, *FOR_OWNERS):
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), engine.begin() as connection:
                connection.execute(text(statement))
    for statement in ("DELETE FROM attune_audit_inbox", "INSERT INTO attune_audit_leaf (idx) VALUES (99)",
                      "UPDATE attune_audit_tree SET size = 0", "DELETE FROM attune_audit_key"):
        with pytest.raises(DBAPIError, match="permission denied"), app.begin() as connection:
            connection.execute(text(statement))

    assert verify(owner, tmp_path, PUBLIC).size == 10
    with desk.begin() as connection:
        assert vault.destroy(connection, str(told.conversation), told.at) == 1


def test_a_role_with_a_name_that_is_none_is_refused() -> None:
    assert CliRunner().invoke(audit, ["roles", "--app", "x; DROP TABLE y"]).exit_code == 2


DAY = 86_400 * 1_000_000


@pytest.mark.parametrize("since", [0, 19, 20, 21, 25, 39, 60])
def test_a_look_at_the_last_days_reads_little_and_misses_nothing(engine: Engine, since: int) -> None:
    def on(day: int, number: int, kind: str = "turn", late: bool = False) -> Record:
        conversation = None if kind == "version" else f"c{number}"
        return Record(f"{day}-{number}-{kind}-{late}", kind, day * DAY + number, conversation, {}, late)  # type: ignore[arg-type]

    told = [on(day, number) for day in range(40) for number in range(25)]
    told += [on(day, 99, "version") for day in (0, 30)]
    told += [on(day, 98, late=True) for day in (5, 21)]  # put on record long afterwards: in the midst and at the end
    told.sort(key=lambda record: (record.at + (15 * DAY if record.late else 0), record.id))
    keeper.put(engine, told)
    ledger.sequence(engine)

    read = list(store.records(engine, since=since * DAY))
    expected = {record.id for record in told if record.at >= since * DAY or record.kind == "version"}
    assert expected <= {record.id for record in read}
    assert len(read) <= len(expected) + 2 * 26 + 2  # a day of slack, and what is late
