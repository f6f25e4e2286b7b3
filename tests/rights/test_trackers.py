"""Tracker stores are found where Rasa keeps them, or it is said that they cannot be."""

from dataclasses import replace
from pathlib import Path

import pytest

from attune import database
from attune.rights import quotable, stores, trackers
from attune.rights.stores import NoEndpoints, Stores
from attune.rights.trackers import UnknownStore
from rights.conftest import RASAS_TABLE, remember

OURS = "attune.consent.tracker_store.ConsentTrackerStore"


def test_a_conversation_is_read_in_order_and_erased(place: Stores) -> None:
    remember(place, "anna", [{"event": "user", "timestamp": 1.0}, {"event": "bot", "timestamp": 2.0}])
    remember(place, "bob", [{"event": "user", "timestamp": 5.0}])
    [(engine, ours)] = place.trackers

    assert ours
    assert [event["event"] for _, event in trackers.events(engine, "anna")] == ["user", "bot"]
    assert trackers.subjects(engine) == {"anna": 2.0, "bob": 5.0}
    assert trackers.erase(engine, "anna") == 2
    assert trackers.subjects(engine) == {"bob": 5.0}


def test_a_file_that_is_not_there_yet_is_not_made(var: Path) -> None:
    (var / "tracker.db").unlink()

    assert stores.here().trackers == ()
    assert not (var / "tracker.db").exists()


def test_a_file_without_rasas_table_holds_nobody(var: Path) -> None:
    (var / "tracker.db").unlink()
    (var / "tracker.db").touch()
    [(engine, _)] = stores.here().trackers

    assert trackers.subjects(engine) == {}
    assert list(trackers.events(engine, "anna")) == []
    assert trackers.erase(engine, "anna") == 0


def test_the_file_that_attune_up_derived_counts_and_a_store_named_twice_is_one(var: Path) -> None:
    (var / "endpoints.yml").write_text(f"tracker_store: {{type: {OURS}, db: {var / 'tracker.db'}}}\n")

    assert len(stores.here().trackers) == 1


def test_names_in_the_file_are_filled_in_from_the_environment(
    var: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STORE", "var/tracker.db")
    (var.parent / "endpoints.yml").write_text("tracker_store: {type: SQL, db: \"${STORE}\"}\n")
    [(_, ours)] = stores.here().trackers

    assert not ours


@pytest.fixture
def moved(var: Path) -> tuple[Stores, Stores, Stores]:
    """An installation whose assistant moved to a second store; that store by itself, then the one it left."""
    with database.engine(f"sqlite:///{var / 'newer.db'}").begin() as connection:
        connection.exec_driver_sql(RASAS_TABLE)
    (var / "endpoints.yml").write_text(f"tracker_store: {{type: {OURS}, db: {var / 'newer.db'}}}\n")
    both = stores.here()
    newer, older = (replace(both, trackers=(one,)) for one in both.trackers)
    return both, newer, older


def test_con_3_what_was_taken_back_in_the_newer_of_two_stores_is_read_after_the_yes_in_the_older(
    moved: tuple[Stores, Stores, Stores],
) -> None:
    both, newer, older = moved
    answer = {"event": "slot", "name": "attune_consent_quotes"}
    remember(older, "anna", [{**answer, "value": "asked", "timestamp": 1.0},
                             {**answer, "value": "granted", "timestamp": 2.0}])
    remember(newer, "anna", [{**answer, "value": "withdrawn", "timestamp": 3.0}])

    assert [event["value"] for event in both.events("anna")] == ["asked", "granted", "withdrawn"]
    assert not quotable.stands(list(both.events("anna")))


def test_the_order_of_one_store_stands_whatever_times_its_events_bear(moved: tuple[Stores, Stores, Stores]) -> None:
    both, newer, older = moved
    late, early = {"event": "user", "timestamp": 5.0}, {"event": "bot", "timestamp": 4.0}
    remember(newer, "anna", [late, {"event": "slot"}, early])
    remember(older, "anna", [{"event": "session_started", "timestamp": 1.0}, {"event": "restart", "timestamp": 6.0}])

    told = [event["event"] for event in both.events("anna")]
    assert told == ["session_started", "user", "slot", "bot", "restart"]


@pytest.mark.parametrize("text", ["", "action_endpoint: {url: x}\n", "tracker_store: {db: x}\n"])
def test_without_a_store_rasa_keeps_nothing_on_disk(var: Path, text: str) -> None:
    (var.parent / "endpoints.yml").write_text(text)

    assert stores.here().trackers == ()


def test_outside_the_project_nothing_is_left_out_in_silence(var: Path) -> None:
    (var.parent / "endpoints.yml").unlink()

    with pytest.raises(NoEndpoints, match=r"neither .*var/endpoints.yml nor .*/endpoints.yml, .* the project's folder"):
        stores.here()


@pytest.mark.parametrize("kind", ["redis", "mongod", "dynamo", "my.own.Store"])
def test_another_kind_of_store_is_refused_with_what_to_do(var: Path, kind: str) -> None:
    (var.parent / "endpoints.yml").write_text(f"tracker_store: {{type: {kind}, url: localhost}}\n")

    with pytest.raises(UnknownStore, match=rf"endpoints.yml keeps .* in a store of type '{kind}'.*use {OURS}"):
        stores.here()
