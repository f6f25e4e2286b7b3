"""A customer who is erased is nowhere, byte by byte, and everybody else is as they were (CON-8, AUD-10)."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.house import REPOSITORY
from attune.audit import keeper, signing, store
from attune.audit.checkpoints import notary
from attune.audit.record import from_json
from attune.audit.verify import verify
from attune.channel.mailbox import Mailbox
from attune.rights import erasure, trackers, wishes
from attune.rights.erasure import STEPS, StillOpen
from attune.rights.places import PLACES, rows
from attune.rights.replay import replay
from attune.rights.stores import Stores, here
from rights.conftest import on_disk
from rights.planted import CANARIES, NOW, plant

LATER = NOW + 100


def found(place: Stores, *words: str) -> list[str]:
    data = on_disk(place.settings.var)
    return [word for word in (*CANARIES, *words) if word.encode() in data]


def in_places(place: Stores, subject: str) -> list[str]:
    with place.engine.connect() as connection:
        return [one.table for one in PLACES if list(rows(connection, one, subject))]


def test_the_planted_conversation_left_something_everywhere(place: Stores) -> None:
    plant(place)

    assert found(place, "anna-1") == [*CANARIES, "anna-1"]
    assert in_places(place, "anna-1") == [one.table for one in PLACES]


def test_con_8_after_an_erasure_no_byte_of_the_customer_is_in_any_file(place: Stores) -> None:
    plant(place)
    done = erasure.forget(place, "anna-1", LATER)

    assert found(place, "anna-1") == []
    assert done.left == []
    assert set(done.counts) == {"tracker store", "audit spool", "corrections", "audit keys",
                                *(one.table for one in PLACES)}


def test_aud_10_the_audit_holds_who_was_erased_by_no_name_and_verifies(place: Stores) -> None:
    plant(place)
    before = verify(place.engine, place.settings.var, signing.public(place.settings))
    erasure.forget(place, "anna-1", LATER)
    keeper.keep(place.engine, notary(place.settings), LATER)
    after = verify(place.engine, place.settings.var, signing.public(place.settings))
    last = list(store.records(place.engine))[-1]

    assert (last.kind, last.conversation, dict(last.facts)) == (
        "erased", place.seal.pseudonym("anna-1"), {"why": "asked"})
    assert before.is_whole and after.is_whole
    assert after.size == before.size + 1


def test_nobody_else_is_touched(place: Stores) -> None:
    plant(place, "bob-2")
    before, told = in_places(place, "bob-2"), list(place.events("bob-2"))
    plant(place, "anna-1")
    erasure.forget(place, "anna-1", LATER)

    assert in_places(place, "bob-2") == before
    assert list(place.events("bob-2")) == told
    assert found(place, "bob-2") == [*CANARIES, "bob-2"]


@pytest.mark.slow
def test_many_conversations_and_values_that_changed_leave_nothing_in_corners_of_the_files(place: Stores) -> None:
    for number in range(24):
        plant(place, f"other-{number}")
    for number in range(0, 24, 2):
        erasure.forget(place, f"other-{number}", LATER)

    data = on_disk(place.settings.var)
    assert [number for number in range(0, 24, 2) if f'other-{number}"'.encode() in data] == []
    for number in range(1, 24, 2):
        erasure.forget(place, f"other-{number}", LATER)
    assert found(place, "other-") == []


def test_erasing_twice_is_erasing_once(place: Stores) -> None:
    plant(place)
    erasure.forget(place, "anna-1", LATER)
    again = erasure.forget(place, "anna-1", LATER + 1)
    keeper.keep(place.engine, notary(place.settings), LATER)

    assert again.counts == {}
    assert [record.kind for record in store.records(place.engine)].count("erased") == 1


def test_whoever_is_not_known_leaves_no_trace_by_being_asked_for(place: Stores) -> None:
    before = place.engine.url.database and Path(place.engine.url.database).read_bytes()
    done = erasure.forget(place, "nobody", LATER)

    assert done.counts == {}
    assert before and b"nobody" not in on_disk(place.settings.var)
    assert list(store.records(place.engine)) == []


@pytest.mark.parametrize("words", ["waits for a person", "is with a person"])
def test_nothing_is_erased_under_the_hands_of_a_person(place: Stores, words: str) -> None:
    plant(place, given_back=False)
    if words == "waits for a person":
        with place.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE attune_owner SET kind = 'queue', agent = NULL")

    with pytest.raises(StillOpen, match=f"{words}.*--even-open"):
        erasure.forget(place, "anna-1", LATER)
    assert "canaryletter" in found(place)
    erasure.forget(place, "anna-1", LATER, even_open=True)
    assert found(place, "anna-1") == []


def test_a_reader_that_holds_old_pages_is_told_of(place: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attune.rights.pages.TRIES", 2)
    plant(place)
    reader = sqlite3.connect(str(place.engine.url.database), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM attune_mailbox").fetchall()
    held = erasure.forget(place, "anna-1", LATER)
    reader.execute("ROLLBACK")

    assert [sentence.split(": ")[1] for sentence in held.left] == [
        "another process still reads old pages. Run this again later."]
    assert erasure.forget(place, "anna-1", LATER).left == []
    assert found(place, "anna-1") == []


def test_a_log_that_names_the_conversation_is_told_of(place: Stores) -> None:
    plant(place)
    log = place.settings.var / "log" / "rasa.log"
    log.parent.mkdir()
    log.write_text("INFO anna-1 said hello\n")

    assert "rasa.log still names" in erasure.forget(place, "anna-1", LATER).left[0]


def test_a_plain_store_that_does_not_overwrite_is_written_anew(var: Path) -> None:
    """Rasa's own SQLTrackerStore leaves deleted words in the file."""
    (var.parent / "endpoints.yml").write_text("tracker_store:\n  type: SQL\n  db: var/plain.db\n")
    plain = sqlite3.connect(var / "plain.db")
    plain.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, timestamp REAL, "
                  "data TEXT)")
    plain.executemany("INSERT INTO events (sender_id, data) VALUES ('anna-1', ?)",
                      [('{"event": "user", "text": "canaryplain"}',)] * 50)
    plain.execute("DELETE FROM events WHERE id < 20")  # these stay behind as free space
    plain.commit()
    plain.close()
    erasure.forget(here(), "anna-1", LATER)

    assert b"canaryplain" not in on_disk(var)


def test_aud_10_a_restored_backup_does_not_bring_the_erased_back(place: Stores) -> None:
    plant(place)
    [(engine, _)] = place.trackers
    events = list(trackers.events(engine, "anna-1"))
    erasure.forget(place, "anna-1", LATER)
    Mailbox(place.engine).append("anna-1", "customer", "canaryletter", message_id="m1", at=NOW)
    with engine.begin() as connection:
        statement = "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, 'user', ?, ?)"
        connection.exec_driver_sql(statement, ("anna-1", NOW, json.dumps(events[3][1])))
    done = replay(place, LATER + 10)

    assert (done.again, done.written_since) == (("anna-1",), ())
    assert found(place, "anna-1") == []


def test_a_customer_who_wrote_again_is_not_erased_by_a_replay(place: Stores) -> None:
    plant(place)
    erasure.forget(place, "anna-1", LATER)
    plant(place, at=LATER + 500)

    assert replay(place, LATER + 600).written_since == ("anna-1",)
    assert "canaryletter" in found(place)


def test_aud_10_a_backup_from_before_the_second_erasure_does_not_bring_back_who_had_returned(place: Stores) -> None:
    plant(place)
    erasure.forget(place, "anna-1", LATER)
    plant(place, at=LATER + 500)
    erasure.forget(place, "anna-1", LATER + 600)
    Mailbox(place.engine).append("anna-1", "customer", "canaryletter", message_id="m9", at=LATER + 450)

    assert replay(place, LATER + 700).again == ("anna-1",)
    assert found(place, "anna-1") == []


CUT = """
import os, signal, sys
from attune.rights import erasure, stores
number = int(sys.argv[1])
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
erasure.STEPS = (*erasure.STEPS[:number], die)
erasure.forget(stores.here(), "anna-1", float(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", range(len(STEPS) + 1))
def test_an_erasure_killed_between_any_two_steps_is_completed_by_the_next(place: Stores, step: int) -> None:
    plant(place)
    ended = subprocess.run([sys.executable, "-c", CUT, str(step), str(LATER)], check=False,
                           env={**os.environ, "PYTHONPATH": str(REPOSITORY / "bot")})
    known = wishes.asked(place.engine, "anna-1")
    erasure.forget(place, "anna-1", LATER + 5)
    keeper.keep(place.engine, notary(place.settings), LATER)

    assert ended.returncode == -signal.SIGKILL
    assert known == (LATER if step < len(STEPS) else None)
    assert found(place, "anna-1") == []
    assert [record.kind for record in store.records(place.engine)].count("erased") == 1
    assert verify(place.engine, place.settings.var, signing.public(place.settings)).is_whole


def test_every_record_left_is_readable(place: Stores) -> None:
    plant(place)
    erasure.forget(place, "anna-1", LATER)

    with place.engine.connect() as connection:
        texts = [row.data for row in connection.execute(store.LEAF.select())]
    assert all(from_json(text) for text in texts)
