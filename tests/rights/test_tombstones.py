"""Who was erased stands beside the database too, whatever happened to that file, for the next restore (AUD-10)."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from attune.audit import tombstones, vault
from attune.rights import erasure, jobs
from attune.rights.replay import replay
from attune.rights.stores import Stores
from rights.conftest import on_disk
from rights.planted import CANARIES, NOW, plant

LATER = NOW + 100
DATABASES = ("attune.db", "tracker.db")


def copied(from_folder: Path, to_folder: Path) -> None:
    """Back up both databases, or restore them."""
    to_folder.mkdir(exist_ok=True)
    for name in DATABASES:
        source, target = sqlite3.connect(from_folder / name), sqlite3.connect(to_folder / name)
        with closing(source), closing(target):
            source.backup(target)


def is_there(place: Stores) -> bool:
    data = on_disk(place.settings.var)
    return any(word.encode() in data for word in CANARIES)


def buried(place: Stores) -> dict[str, int]:
    """Who stands as erased in the database."""
    with place.engine.connect() as connection:
        return vault.stones(connection)


def erased(place: Stores) -> None:
    plant(place)
    erasure.forget(place, "anna-1", LATER)


@pytest.mark.parametrize("what", ["the file was lost", "the file knows an older erasure", "the file is whole"])
def test_aud_10_what_the_file_lacks_is_added_every_hour_and_a_backup_does_not_bring_them_back(
    place: Stores, tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str,
) -> None:
    plant(place)
    copied(place.settings.var, tmp_path / "backup")
    erasure.forget(place, "anna-1", LATER)
    if what != "the file is whole":
        place.tombstones.unlink()
    if what == "the file knows an older erasure":
        tombstones.note(place.tombstones, place.seal.pseudonym("anna-1"), 1)
    with caplog.at_level(logging.WARNING):
        jobs.retain(place.settings, LATER + 1)
    copied(tmp_path / "backup", place.settings.var)
    restored = is_there(place)
    done = replay(place, LATER + 2)

    assert ("lacked 1 of those who were erased" in caplog.text) == (what != "the file is whole")
    assert restored
    assert (done.again, done.left) == (("anna-1",), ())
    assert not is_there(place)


def test_aud_10_a_replay_adds_what_the_database_alone_knows_and_says_that_there_was_no_file(place: Stores) -> None:
    erased(place)
    place.tombstones.unlink()
    first, second = replay(place, LATER + 1), replay(place, LATER + 2)

    assert [sentence.partition(":")[0] for sentence in first.left] == [f"There was no {place.tombstones}"]
    assert second.left == ()
    assert tombstones.read(place.tombstones) == buried(place) != {}


def test_what_the_file_knows_later_than_the_database_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / tombstones.FILE
    for name, at in (("a", 5), ("b", 5)):
        tombstones.note(file, name, at)

    assert tombstones.complete(file, {"a": 4, "b": 6, "c": 0}) == 2
    assert tombstones.read(file) == {"a": 5, "b": 6, "c": 0}
    assert tombstones.complete(file, {"a": 4, "b": 6, "c": 0}) == 0


def a_folder(file: Path) -> None:
    file.mkdir()


def a_full_disk(file: Path) -> None:
    file.symlink_to("/dev/full")


@pytest.mark.parametrize(("spoil", "mend"), [(a_folder, Path.rmdir), (a_full_disk, Path.unlink)])
def test_con_8_a_file_that_cannot_be_written_keeps_nobody_from_being_erased(
    place: Stores, spoil: Callable[[Path], None], mend: Callable[[Path], None],
) -> None:
    plant(place)
    spoil(place.tombstones)
    done = erasure.forget(place, "anna-1", LATER)
    there = is_there(place)
    mend(place.tombstones)
    jobs.retain(place.settings, LATER + 1)

    assert not there
    assert done.counts["audit keys"] == 1
    assert [sentence.partition(" (")[0] for sentence in done.left] == [f"{place.tombstones} could not be written"]
    assert tombstones.read(place.tombstones) == buried(place) != {}


def test_retention_goes_on_while_the_file_cannot_be_written_and_says_so(
    place: Stores, caplog: pytest.LogCaptureFixture,
) -> None:
    plant(place)
    a_folder(place.tombstones)

    assert jobs.retain(place.settings, NOW + 31 * 86_400)["conversation"] == 1
    assert f"{place.tombstones} could not be written (Is a directory)" in caplog.text
