"""The project's endpoints.yml is copied with this installation's addresses, and nothing else is touched."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from attune.up.endpoints import derive
from attune.up.installation import here
from fixtures.stack import own_environment

ACTIONS = "action_endpoint:\n  url: http://elsewhere:5055/webhook\n"


def derived(project: Path, endpoints: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    (project / "config.yml").touch()
    if endpoints is not None:
        (project / "endpoints.yml").write_text(endpoints)
    environ = own_environment(project / "var")
    with here(project, environ) as place:
        content: dict[str, Any] = YAML(typ="safe").load(derive(place))
    return content, environ


@pytest.mark.parametrize("endpoints", [None, "", "# only a comment\n", ACTIONS])
def test_actions_are_called_on_their_port(tmp_path: Path, endpoints: str | None) -> None:
    content, environ = derived(tmp_path, endpoints)

    assert content["action_endpoint"] == {"url": f"http://127.0.0.1:{environ['ATTUNE_ACTIONS_PORT']}/webhook"}


@pytest.mark.parametrize(("store", "expected"), [
    ("{type: SQL, dialect: sqlite, db: var/tracker.db}", "{var}/tracker.db"),
    ("{type: attune.consent.tracker_store.ConsentTrackerStore}", "{var}/rasa.db"),
    ("{type: SQL, dialect: postgresql, url: db, db: rasa}", "rasa"),
])
def test_conversations_on_sqlite_lie_in_the_var_folder(tmp_path: Path, store: str, expected: str) -> None:
    content, _ = derived(tmp_path, f"tracker_store: {store}\n")

    assert content["tracker_store"]["db"] == expected.format(var=tmp_path / "var")


def test_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    written = "event_broker:\n  type: a.b.Broker\nlock_store:\n  type: redis\n  url: cache\n"
    content, _ = derived(tmp_path, written)

    assert content["event_broker"] == {"type": "a.b.Broker"}
    assert content["lock_store"] == {"type": "redis", "url": "cache"}
    assert (tmp_path / "endpoints.yml").read_text() == written


def test_the_scratch_folder_is_gone_afterwards(tmp_path: Path) -> None:
    derived(tmp_path, None)

    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["endpoints.yml", "secret"]
