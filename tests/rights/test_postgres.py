"""The same rights where Attune's tables and Rasa's lie in PostgreSQL."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from architecture.house import REPOSITORY
from attune import database
from attune.audit import keeper, signing, tombstones
from attune.audit.checkpoints import notary
from attune.audit.store import KEYS
from attune.audit.verify import verify
from attune.rights import dossier, erasure, jobs, markdown, orphans, retention, stores
from attune.rights.places import PLACES, rows
from attune.rights.retention import DAY
from attune.rights.stores import Stores
from fixtures.postgres import Postgres, postgres
from fixtures.stack import free_ports
from rights.planted import NOW, plant

pytestmark = pytest.mark.stack

RASAS_TABLE = """CREATE TABLE events (id SERIAL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,
type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"""


@pytest.fixture
def server() -> Iterator[Postgres]:
    [port] = free_ports(1)
    with postgres(port) as one:
        yield one


@pytest.fixture
def place(server: Postgres, var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """An installation with one conversation, all of it in PostgreSQL."""
    monkeypatch.setenv("ATTUNE_DB_URL", server.url)
    (var.parent / "endpoints.yml").write_text(
        f"tracker_store: {{type: attune.consent.tracker_store.ConsentTrackerStore, url: '{server.url}'}}\n")
    with database.engine(server.url).begin() as connection:
        connection.exec_driver_sql(RASAS_TABLE)
    opened = stores.here()
    plant(opened)
    yield opened
    opened.engine.dispose()


def left(place: Stores) -> list[str]:
    with place.engine.connect() as connection:
        found = [one.table for one in PLACES if list(rows(connection, one, "anna-1"))]
    return [*found, *(["events"] if list(place.events("anna-1")) else [])]


def test_con_7_con_8_con_10_a_copy_retention_and_an_erasure_do_there_what_they_do_on_sqlite(place: Stores) -> None:
    before, copy = left(place), markdown.write(dossier.gather(place, "anna-1", NOW))
    gone = retention.run(place, NOW + 31 * DAY)
    between = left(place)
    done = erasure.forget(place, "anna-1", NOW + 31 * DAY)
    keeper.keep(place.engine, notary(place.settings), NOW + 31 * DAY)

    assert before == [*(one.table for one in PLACES), "events"]
    assert [word for word in ("canaryletter", "canarynote", "canarypacket") if word not in copy] == []
    assert (gone["conversation"], "events" in between, "attune_desk_note" in between) == (1, False, True)
    assert done.counts["audit keys"] == 1
    assert (left(place), orphans.look(place)) == ([], [])
    assert verify(place.engine, place.settings.var, signing.public(place.settings)).is_whole


def test_aud_10_each_machine_on_one_database_notes_within_the_hour_whom_another_erased(
    place: Stores, tmp_path: Path,
) -> None:
    other = replace(place.settings, var=tmp_path / "other")
    erasure.forget(place, "anna-1", NOW + 100)
    jobs.retain(other, NOW + 101)
    noted = tombstones.read(other.var / tombstones.FILE)

    assert noted == tombstones.read(place.tombstones)
    assert noted.keys() == {place.seal.pseudonym("anna-1")}


def in_files(server: Postgres, *words: str) -> dict[str, set[str]]:
    """In which folders of the data directory each word stands, once PostgreSQL has written everything down."""
    found: dict[str, set[str]] = {word: set() for word in words}
    for path in filter(Path.is_file, server.data.rglob("*")):
        data = path.read_bytes()
        for word in words:
            if word.encode() in data:
                found[word].add(path.relative_to(server.data).parts[0])
    return found


def overwriting() -> list[str]:
    """The SQL docs/audit-database.md tells an operator to run."""
    page = (REPOSITORY / "docs" / "audit-database.md").read_text()
    [block] = re.findall(r"```sql\n(ALTER SYSTEM.*?)```", page, re.DOTALL)
    return [statement.strip() for statement in re.sub(r"--.*", "", block).split(";") if statement.strip()]


def test_aud_10_the_operators_page_says_what_takes_the_erased_out_of_postgresqls_files(
    place: Stores, server: Postgres,
) -> None:
    plant(place, "bob-2")
    with place.engine.connect() as connection:
        pseudonym = place.seal.pseudonym("anna-1")
        key = connection.execute(select(KEYS.c.key).where(KEYS.c.conversation == pseudonym)).scalar_one()
    with create_engine(server.url, isolation_level="AUTOCOMMIT").connect() as operator:
        for statement in ("ANALYZE", "CHECKPOINT"):
            operator.exec_driver_sql(statement)
        planted = in_files(server, "anna-1", key)
        told = erasure.forget(place, "anna-1", NOW + 100).left
        for statement in ("VACUUM", "CHECKPOINT"):
            operator.exec_driver_sql(statement)
        vacuumed = in_files(server, "anna-1", key)
        for statement in overwriting():
            operator.exec_driver_sql(statement)
        after = in_files(server, "anna-1", key, "bob-2")

    assert planted == {"anna-1": {"base", "pg_wal"}, key: {"base", "pg_wal"}}
    assert "base" in vacuumed["anna-1"] and "pg_wal" in vacuumed[key]  # VACUUM alone overwrites by chance
    assert after == {"anna-1": set(), key: set(), "bob-2": {"base"}}
    assert any("until VACUUM FULL" in sentence for sentence in told)
