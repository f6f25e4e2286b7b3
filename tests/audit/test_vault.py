"""A Reading in the audit lies under a key of its own: destroyed, nothing can be read and everything still holds."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select
from sqlalchemy.engine import Connection, Engine

from attune import database
from attune.audit import keeper, store, vault
from attune.audit.checkpoints import Notary
from attune.audit.commands import audit
from attune.audit.record import Record, from_json
from attune.audit.store import KEYS, LEAF
from attune.audit.vault import DAY, SEALED
from attune.audit.verify import verify
from audit.rows import PUBLIC, SIGNER, records

NOW = 1_700_000_000
ANNA, BOB = "a" * 64, "b" * 64
TOLD = Record("1" * 64, "turn", NOW * 1_000_000, ANNA, {"channel": "web", "understood": True})
FELT = replace(TOLD, facts={**TOLD.facts, "tier": 1, "emotion": "sadness", "level": 810})


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    store.prepare(engine)
    with engine.begin() as opened:
        yield opened


def seal(connection: Connection, told: Record = TOLD, felt: Record = FELT) -> Record:
    return vault.sealed(connection, told, felt, os.urandom)


def key(connection: Connection, conversation: str = ANNA) -> bytes:
    return bytes.fromhex(connection.execute(select(KEYS.c.key).where(KEYS.c.conversation == conversation)).scalar_one())


def test_con_6_aud_10_what_tells_a_feeling_is_sealed_and_opens_with_the_key(connection: Connection) -> None:
    sealed = seal(connection)

    assert sealed.facts.keys() == {"channel", "understood", SEALED}
    assert vault.opener(connection)(sealed) == FELT


def test_a_record_without_a_reading_needs_no_key(connection: Connection) -> None:
    assert seal(connection, TOLD, TOLD) == TOLD
    assert vault.held(connection, ANNA) == 0


def test_the_same_reading_sealed_twice_looks_different(connection: Connection) -> None:
    assert seal(connection).facts[SEALED] != seal(connection).facts[SEALED]


@pytest.mark.parametrize("moved", [
    {"id": "2" * 64}, {"kind": "decision"}, {"at": TOLD.at + 1}, {"conversation": BOB},
], ids=str)
def test_a_sealed_reading_moved_into_another_record_does_not_open(connection: Connection, moved: dict) -> None:
    sealed = seal(connection)

    assert vault.opened(replace(sealed, **moved), key(connection)).facts["reading"] == "erased"
    assert vault.opened(sealed, key(connection)) == FELT


@pytest.mark.parametrize("box", ["", "x", "AAAA", base64.b64encode(bytes(40)).decode()])
def test_what_was_tampered_with_opens_to_nothing(box: str) -> None:
    assert vault.opened(replace(TOLD, facts={SEALED: box}), bytes(32)).facts == {"reading": "erased"}


def test_aud_10_a_destroyed_key_leaves_nothing_to_read_and_the_ledger_whole(engine: Engine, tmp_path: Path) -> None:
    store.prepare(engine)
    with engine.begin() as connection:
        store.append(connection, [seal(connection), seal(connection, *(replace(one, id="2" * 64, conversation=BOB)
                                                                       for one in (TOLD, FELT)))])
    keeper.keep(engine, Notary(tmp_path, SIGNER), NOW)
    before = verify(engine, tmp_path, PUBLIC)
    with engine.begin() as connection:
        gone = vault.destroy(connection, ANNA, NOW * 1_000_000)
    first, second = vault.read(engine)

    assert (gone, first.facts) == (1, {**TOLD.facts, "reading": "erased"})
    assert second.facts == FELT.facts
    assert verify(engine, tmp_path, PUBLIC) == before
    assert before.is_whole


def test_aud_10_a_restored_key_does_not_bring_the_erased_back(connection: Connection) -> None:
    sealed, kept = seal(connection), [dict(row._mapping) for row in connection.execute(select(KEYS))]
    vault.destroy(connection, ANNA, 1)
    connection.execute(insert(KEYS), kept)  # the backup

    assert vault.opener(connection)(sealed).facts["reading"] == "erased"
    assert vault.replay(connection) == 1
    assert vault.held(connection, ANNA) == 0
    assert vault.replay(connection) == 0


def test_an_erased_subject_gets_no_key_again(connection: Connection) -> None:
    vault.destroy(connection, ANNA, 1)

    assert seal(connection) == TOLD
    assert vault.held(connection, ANNA) == 0
    assert vault.buried(connection, ANNA) == 1


def test_aud_10_whoever_came_back_and_is_erased_again_has_the_later_date_and_no_earlier_one(
    connection: Connection,
) -> None:
    for at in (5, 9, 7):
        vault.destroy(connection, ANNA, at)

    assert vault.buried(connection, ANNA) == 9


def test_con_10_keys_are_for_one_day_and_go_when_it_is_old_enough(connection: Connection) -> None:
    later = [replace(one, at=one.at + DAY * 1_000_000) for one in (TOLD, FELT)]
    first, second = seal(connection), seal(connection, *later)
    day = NOW // DAY * DAY

    assert vault.held(connection, ANNA) == 2
    assert vault.expire(connection, day + DAY - 1) == 0
    assert vault.expire(connection, day + DAY) == 1
    open_ = vault.opener(connection)
    assert (open_(first).facts["reading"], open_(second).facts) == ("erased", FELT.facts)


def test_records_from_before_the_vault_are_read_as_they_are(engine: Engine, tmp_path: Path) -> None:
    plain = [*records(3), FELT]
    keeper.put(engine, plain)
    keeper.keep(engine, Notary(tmp_path, SIGNER), NOW)

    assert list(vault.read(engine)) == plain
    assert verify(engine, tmp_path, PUBLIC).is_whole


def test_the_export_holds_what_was_hashed_and_the_reading_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    engine = database.engine(f"sqlite:///{tmp_path / 'attune.db'}")
    store.prepare(engine)
    with engine.begin() as connection:
        store.append(connection, [seal(connection)])
    keeper.keep(engine, Notary(tmp_path, SIGNER), NOW)
    with engine.connect() as connection:
        hashed = json.loads(connection.execute(select(LEAF.c.data)).scalar_one())
    before = json.loads(CliRunner().invoke(audit, ["export"]).output)
    listed = CliRunner().invoke(audit, ["verify", "--list"]).output
    with engine.begin() as connection:
        vault.destroy(connection, ANNA, 1)
    after = json.loads(CliRunner().invoke(audit, ["export"]).output)

    assert before["record"] == after["record"] == hashed
    assert (before["reading"], after["reading"]) == ({"tier": 1, "emotion": "sadness", "level": 810}, "erased")
    assert "emotion=sadness" in listed
    assert "reading=erased" in CliRunner().invoke(audit, ["verify", "--list"]).output


@given(st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9)))
def test_whatever_was_sealed_comes_back(facts: dict[str, str | int | bool | None]) -> None:
    engine = create_engine("sqlite://", future=True)
    store.prepare(engine)
    told = replace(TOLD, facts={})
    felt = replace(TOLD, facts={name: value for name, value in facts.items() if value is not None and name != SEALED})
    with engine.begin() as connection:
        sealed = vault.sealed(connection, told, felt, os.urandom)
        again = from_json(sealed.canonical().decode())

        assert again == sealed
        assert vault.opener(connection)(sealed) == felt
