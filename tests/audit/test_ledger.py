"""Records enter the ledger in order, each exactly once, whoever is killed and however many do it at once."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from attune.audit import keeper, ledger, store
from attune.audit.merkle import leaf_hash, root
from attune.audit.record import Record
from attune.audit.store import INBOX
from attune.audit.verify import verify
from audit.rows import PUBLIC, fill, on_record, records


def test_records_keep_their_order_across_batches(engine: Engine, tmp_path: Path) -> None:
    keeper.put(engine, records(25))

    assert ledger.sequence(engine, batch=4) == 25
    assert on_record(engine) == [record.id for record in records(25)]
    assert verify(engine, tmp_path, PUBLIC).is_whole


def test_the_tree_is_the_one_over_the_records_bytes(engine: Engine) -> None:
    keeper.put(engine, records(13))
    ledger.sequence(engine, batch=5)
    with engine.connect() as connection:
        tree = ledger.read(connection)

    assert tree.root == root([leaf_hash(record.canonical()) for record in records(13)])


def test_nothing_to_do_does_nothing(engine: Engine) -> None:
    assert ledger.sequence(engine) == 0


def test_a_record_put_twice_is_on_record_once(engine: Engine, tmp_path: Path) -> None:
    keeper.put(engine, records(3))
    keeper.put(engine, records(4))
    ledger.sequence(engine)
    keeper.put(engine, records(5))
    ledger.sequence(engine)

    assert on_record(engine) == [record.id for record in records(5)]
    assert verify(engine, tmp_path, PUBLIC).is_whole


def test_a_record_already_in_the_ledger_is_not_entered_again(engine: Engine, tmp_path: Path) -> None:
    fill(engine, tmp_path, 3)
    with engine.begin() as connection:  # past `append`, as a crash between two databases might leave it
        data = records(1)[0].canonical().decode()
        connection.execute(INBOX.insert().values(record_id=records(1)[0].id, kind="said", data=data))
    ledger.sequence(engine)

    assert len(on_record(engine)) == 3
    assert verify(engine, tmp_path, PUBLIC).is_whole


@pytest.mark.parametrize("statement", [
    "UPDATE attune_audit_leaf SET kind = 'x'", "DELETE FROM attune_audit_leaf WHERE idx = 2",
    "DELETE FROM attune_audit_leaf",
])
def test_the_ledgers_rows_cannot_be_changed_in_passing(engine: Engine, tmp_path: Path, statement: str) -> None:  # AUD-6
    fill(engine, tmp_path, 3)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_con_4_consent_on_record_is_the_last_word_wherever_it_stands(engine: Engine) -> None:
    def consent(number: int, purpose: str, state: str) -> Record:
        return Record(f"{number:064x}", "consent", number, "anna", {"purpose": purpose, "state": state})

    seen = []
    for number, (purpose, state) in enumerate([
        ("agent", "granted"), ("quality", "granted"), ("agent", "refused"), ("quality", "withdrawn"),
    ]):
        keeper.put(engine, [consent(number, purpose, state)])
        with engine.connect() as connection:
            seen.append(store.granted(connection, "anna"))
        ledger.sequence(engine)
        with engine.connect() as connection:
            assert store.granted(connection, "anna") == seen[-1]
            assert not store.granted(connection, "bob")

    assert seen == [False, True, True, False]
