"""The same rights where Attune's tables and Rasa's lie in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attune import database
from attune.audit import keeper, signing
from attune.audit.checkpoints import notary
from attune.audit.verify import verify
from attune.rights import dossier, erasure, markdown, orphans, retention, stores
from attune.rights.places import PLACES, rows
from attune.rights.retention import DAY
from attune.rights.stores import Stores
from fixtures.postgres import postgres
from fixtures.stack import free_ports
from rights.planted import NOW, plant

pytestmark = pytest.mark.stack

RASAS_TABLE = """CREATE TABLE events (id SERIAL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,
type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"""


@pytest.fixture
def place(var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """An installation with one conversation, all of it in PostgreSQL."""
    [port] = free_ports(1)
    with postgres(port) as server:
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
