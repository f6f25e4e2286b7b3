"""Bytes of an erased customer: keys and what they opened, restored backups, guessed names (AUD-10)."""

import hashlib
import hmac
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from attune.audit import checkpoints, keeper, signing, spool, store, tombstones, vault
from attune.audit.checkpoints import notary
from attune.audit.store import KEYS
from attune.audit.verify import Verdict
from attune.audit.verify import verify as check
from attune.rights import erasure
from attune.rights.replay import replay
from attune.rights.stores import Stores
from rights.conftest import on_disk
from rights.planted import CANARIES, NOW, plant

LATER = NOW + 100
NUMBERS = 1_000_000


def verify(place: Stores, *copies: Path) -> Verdict:
    return check(place.engine, place.settings.var, signing.public(place.settings), copies)


def keys(engine: Engine, pseudonym: str) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(KEYS.c.key).where(KEYS.c.conversation == pseudonym)).scalars())


def found(place: Stores, *words: str) -> list[str]:
    data = on_disk(place.settings.var)
    return [word for word in (*CANARIES, "anna-1", *words) if word.encode() in data]


def test_aud_10_neither_a_key_nor_what_it_opened_is_left_in_files_free_pages_log_spool_or_checkpoints(
    place: Stores,
) -> None:
    plant(place)
    with place.engine.begin() as connection:  # free pages of the same file
        connection.exec_driver_sql("CREATE TABLE big (words TEXT)")
        connection.exec_driver_sql("INSERT INTO big VALUES (?)", ("anna-1 " * 20_000,))
        connection.exec_driver_sql("DROP TABLE big")
    [key] = keys(place.engine, place.seal.pseudonym("anna-1"))
    before = found(place, "sadness", key)
    erasure.forget(place, "anna-1", LATER)
    with place.engine.connect() as connection:
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()

    assert before == [*CANARIES, "anna-1", "sadness", key]
    assert found(place, "sadness", key) == []
    assert bytes.fromhex(key) not in on_disk(place.settings.var)
    assert free and (place.settings.var / checkpoints.FILE).exists() and (place.settings.var / spool.FILE).exists()


def test_aud_10_an_auditors_checkpoint_from_before_still_holds_after_an_erasure(place: Stores, tmp_path: Path) -> None:
    plant(place)
    kept = shutil.copy(place.settings.var / checkpoints.FILE, tmp_path / "kept.jsonl")
    erasure.forget(place, "anna-1", LATER)
    keeper.keep(place.engine, notary(place.settings), LATER)

    assert verify(place, Path(kept)).is_whole


def back_up(place: Stores) -> dict[Path, bytes]:
    """Whole databases, as copied from a stopped installation."""
    list(erasure.overwrite(place))  # empties the logs into their files
    return {path: path.read_bytes() for path in place.settings.var.glob("*.db")}


def restore(place: Stores, files: dict[Path, bytes]) -> None:
    for engine in (place.engine, *(engine for engine, _ in place.trackers)):
        engine.dispose()
    for path, data in files.items():
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.write_bytes(data)


def test_aud_10_a_restored_backup_of_the_whole_database_does_not_bring_the_erased_back(place: Stores) -> None:
    plant(place)
    plant(place, "bob-2")
    backup, name = back_up(place), place.seal.pseudonym("anna-1")
    [key] = keys(place.engine, name)
    erasure.forget(place, "anna-1", LATER)
    keeper.checkpoint(place.engine, notary(place.settings), LATER)
    keeper.keep(place.engine, notary(place.settings), LATER)
    keeper.checkpoint(place.engine, notary(place.settings), LATER)
    restore(place, backup)
    came_back = (found(place, key)[-1], keys(place.engine, name))
    with place.engine.connect() as connection:
        stone = vault.buried(connection, name)
    done = replay(place, LATER + 10)
    erased = [problem.what for problem in verify(place).problems]

    assert (came_back, stone) == ((key, [key]), None)  # the backup knows of no erasure; the file beside it does
    assert (done.keys, done.again) == (1, ("anna-1",))
    assert [word for word in ("anna-1", key) if word.encode() in on_disk(place.settings.var)] == []
    assert keys(place.engine, place.seal.pseudonym("bob-2"))
    assert len(erased) == 1 and "the end is gone" in erased[0]  # that an older ledger was put back is not hidden


def test_what_stands_outside_the_database_names_nobody_and_knows_the_latest_date(place: Stores) -> None:
    for at in (LATER, LATER + 900):
        plant(place, at=at - 100)
        erasure.forget(place, "anna-1", at)
    with place.tombstones.open("a") as file:
        file.write('not a stone\n["x"]\n{"conversation": "half"}\n')

    assert tombstones.read(place.tombstones) == {place.seal.pseudonym("anna-1"): round((LATER + 900) * 1_000_000)}
    assert "anna" not in place.tombstones.read_text()
    assert tombstones.read(place.settings.var / "none") == {}


@pytest.mark.slow
def test_aud_10_a_million_phone_numbers_hashed_without_the_key_hit_no_pseudonym(place: Stores) -> None:
    numbers = [b"%d" % number for number in range(353_850_000_000, 353_850_000_000 + NUMBERS)]
    sender = numbers[654_321].decode()
    plant(place, sender)
    stored = {str(record.conversation) for record in store.records(place.engine)}
    raw = {bytes.fromhex(name) for name in stored}

    assert stored == {place.seal.pseudonym(sender)}
    assert [number for number in numbers if place.seal.pseudonym(number.decode()) in stored] == [sender.encode()]
    assert not any(hashlib.sha256(number).digest() in raw for number in numbers)
    for guess in (b"", b"attune", b"audit-pseudonym"):
        assert not any(hmac.digest(guess, number, "sha256") in raw for number in numbers)
