"""While the database is away Records wait in a file, and come late but come (AUD-9)."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from attune.audit import keeper, ledger, spool, store
from attune.audit.checkpoints import Notary
from attune.audit.record import Record, from_json
from attune.audit.store import LEAF
from attune.audit.verify import verify
from audit.rows import PUBLIC, SIGNER, records


def test_spooled_records_enter_the_ledger_marked_late(engine: Engine, tmp_path: Path) -> None:
    spool.put(tmp_path / spool.FILE, records(3))
    before = verify(engine, tmp_path, PUBLIC)
    moved = keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)
    found = list(store.records(engine))

    assert (before.spooled, moved, verify(engine, tmp_path, PUBLIC).spooled) == (3, 3, 0)
    assert [(record.id, record.late) for record in found] == [(record.id, True) for record in records(3)]
    assert verify(engine, tmp_path, PUBLIC).is_whole


def test_a_crash_between_inbox_and_spool_doubles_nothing(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / spool.FILE
    spool.put(path, records(3))
    waiting = path.read_bytes()
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)
    path.write_bytes(waiting)  # as if we had died before emptying it
    keeper.keep(engine, Notary(tmp_path, SIGNER), 2.0)

    assert len(list(store.records(engine))) == 3


def test_what_cannot_be_put_on_record_stays_in_the_spool(tmp_path: Path) -> None:
    def refuse(_: list[Record]) -> None:
        raise ConnectionError

    path = tmp_path / spool.FILE
    spool.put(path, records(2))
    with pytest.raises(ConnectionError):
        spool.drain(path, refuse)

    assert spool.waiting(path) == 2


def test_a_line_that_holds_no_record_is_kept_for_a_person_to_see(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / spool.FILE
    spool.put(path, records(1))
    with path.open("a") as file:
        file.write("not a record\n")
    spool.put(path, records(1, 1))
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)

    assert path.read_text() == "not a record\n"
    assert len(list(store.records(engine))) == 2


def test_half_a_line_left_by_a_crash_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / spool.FILE
    spool.put(path, records(1))
    with path.open("a") as file:
        file.write('{"id": "half')
    spool.put(path, records(1, 1))

    assert [from_json(line) for line in path.read_text().splitlines()] == records(2)


def test_there_may_be_nothing_to_fetch(engine: Engine, tmp_path: Path) -> None:
    assert keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0) == 0
    assert list(tmp_path.glob("*.jsonl")) == []
    with engine.connect() as connection:
        assert connection.execute(select(LEAF)).first() is None
        assert ledger.read(connection).size == 0
