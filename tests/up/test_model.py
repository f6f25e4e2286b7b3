"""A model is trained again exactly when something it was trained from has changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from attune.up.model import fingerprint
from fixtures.attune_command import attune
from fixtures.stack import own_environment


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "config.yml").write_text("language: en\n")
    (tmp_path / "protocol.yml").write_text("voice: {formality: plain}\n")
    (tmp_path / "domain.yml").write_text("intents: [bye]\nresponses: {utter_bye: [{text: bye}]}\n")
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "nlu" / "talk.yml").write_text("nlu: []\n")
    return tmp_path


CHANGES: dict[str, Callable[[Path], object]] = {
    "config": lambda folder: (folder / "config.yml").write_text("language: de\n"),
    "the protocol": lambda folder: (folder / "protocol.yml").write_text("voice: {formality: casual}\n"),
    "the protocol gone": lambda folder: (folder / "protocol.yml").unlink(),
    "domain": lambda folder: (folder / "domain.yml").write_text("intents: [greet]\n"),
    "an example": lambda folder: (folder / "data" / "nlu" / "talk.yml").write_text("nlu: [x]\n"),
    "a new file": lambda folder: (folder / "data" / "rules.yml").write_text("rules: []\n"),
    "a file gone": lambda folder: (folder / "data" / "nlu" / "talk.yml").unlink(),
    "a file renamed": lambda folder: (folder / "data" / "nlu" / "talk.yml").rename(folder / "data" / "talk.yml"),
}
NO_CHANGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "the readme": lambda folder: (folder / "README.md").write_text("hello"),
    "an action": lambda folder: (folder / "actions.py").write_text("X = 1\n"),
    "a database beside the data": lambda folder: (folder / "data" / "shop.db").write_bytes(b"\0"),
    "only the time": lambda folder: (folder / "config.yml").touch(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_matters_changes_the_fingerprint(project: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint(project, project / "protocol.yml")
    change(project)

    assert fingerprint(project, project / "protocol.yml") != before


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
def test_what_does_not_matter_does_not(project: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint(project, project / "protocol.yml")
    change(project)

    assert fingerprint(project, project / "protocol.yml") == before


@pytest.mark.rasa
def test_training_that_fails_ends_in_one_sentence_with_the_reason(project: Path) -> None:
    (project / "data" / "nlu" / "talk.yml").write_text("nlu: [{intent: bye, examples: '- bye'}]\n")
    (project / "config.yml").write_text("recipe: default.v1\nlanguage: en\npipeline: [{name: NoSuchReader}]\n")

    said = attune("up", "--train-only", folder=project, environ=own_environment(project / "var"))

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.splitlines()[-1].startswith("Error: Training failed: ")
    assert "NoSuchReader" in said.stderr
    assert "Traceback" not in said.stderr
    assert not list((project / "models").glob("*.fingerprint"))
