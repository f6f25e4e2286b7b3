"""An installation of its own for every test, with a tracker store as Rasa lays it out."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from attune import database
from attune.rights import stores
from attune.rights.stores import Stores
from attune.rights.trackers import EVENTS

RASAS_TABLE = """CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,
type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"""
SECRET = "a secret for tests, long enough for anybody"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation whose conversations lie in tracker.db."""
    folder = tmp_path / "var"
    monkeypatch.setenv("ATTUNE_VAR", str(folder))
    monkeypatch.setenv("ATTUNE_SECRET", SECRET)
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    folder.mkdir()
    (tmp_path / "endpoints.yml").write_text(
        "tracker_store:\n  type: attune.consent.tracker_store.ConsentTrackerStore\n  dialect: sqlite\n"
        "  db: var/tracker.db\n",
    )
    with database.engine(f"sqlite:///{folder / 'tracker.db'}").begin() as connection:
        connection.exec_driver_sql(RASAS_TABLE)
    return folder


@pytest.fixture
def place(var: Path) -> Stores:
    """Everything of that installation."""
    return stores.here()


def remember(place: Stores, subject: str, events: Iterable[Mapping[str, Any]]) -> None:
    """Put events into the tracker store as Rasa does."""
    [(engine, _)] = place.trackers
    with engine.begin() as connection:
        for event in events:
            row = {"sender_id": subject, "type_name": event["event"], "timestamp": event.get("timestamp", 0.0),
                   "action_name": event.get("name")}
            connection.execute(insert(EVENTS).values(**row, data=json.dumps(event)))


def on_disk(var: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(path.read_bytes() for path in var.rglob("*") if path.is_file())
