"""What `attune up` says when it cannot begin: one sentence, exit code 1, nothing started."""

import os
import socket
from pathlib import Path

import pytest

from fixtures.attune_command import attune
from fixtures.stack import own_environment

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The least that counts as a Rasa project with custom actions."""
    (tmp_path / "config.yml").write_text("language: en\n")
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "__init__.py").touch()
    return tmp_path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return own_environment(tmp_path / "var")


@pytest.mark.parametrize("variable", ["ATTUNE_RASA_PORT", "ATTUNE_ACTIONS_PORT", "ATTUNE_DESK_PORT"])
def test_a_taken_port_is_named_with_the_setting_that_changes_it(
    project: Path, environ: dict[str, str], variable: str,
) -> None:
    with socket.create_server(("127.0.0.1", int(environ[variable]))):
        said = attune("up", folder=project, environ=environ)

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.count("\n") == 1
    assert f"Port {environ[variable]} " in said.stderr
    assert f"set {variable} to a free port" in said.stderr


def test_an_address_the_machine_lacks_is_named(project: Path, environ: dict[str, str]) -> None:
    secret = "9f86d081884c7d659a2feaa0c55ad015"
    settings = {**environ, "ATTUNE_HOST": "203.0.113.9", "ATTUNE_SECRET": secret}  # RFC 5737: nobody has it

    said = attune("up", folder=project, environ=settings)

    assert said.returncode == 1
    assert "cannot listen on 203.0.113.9" in said.stderr
    assert "ATTUNE_HOST" in said.stderr


def test_without_a_model_and_forbidden_to_train_it_says_so(project: Path, environ: dict[str, str]) -> None:
    said = attune("up", "--no-train", folder=project, environ=environ)

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("Error: There is no trained model at ")
    assert said.stderr.count("\n") == 1


def test_outside_a_project_it_says_where_to_go(tmp_path: Path, environ: dict[str, str]) -> None:
    said = attune("up", folder=tmp_path, environ=environ)

    assert said.returncode == 1
    assert "holds no config.yml" in said.stderr
    assert not (tmp_path / "var").exists()


def test_two_packages_of_actions_are_a_question_not_a_guess(project: Path, environ: dict[str, str]) -> None:
    (project / "actions" / "__init__.py").unlink()
    for name in ("attune_actions", "shop", "stock"):
        (project / "actions" / name).mkdir()
        (project / "actions" / name / "__init__.py").touch()

    said = attune("up", folder=project, environ=environ)

    assert said.returncode == 1
    assert "(shop, stock)" in said.stderr
    assert "--actions" in said.stderr


def test_help_shows_examples(project: Path) -> None:
    said = attune("up", "--help", folder=project, environ=os.environ)

    assert said.returncode == 0
    assert "attune up --no-train" in said.stdout


def test_cri_6_production_starts_nothing_while_help_lines_are_unreviewed(
    project: Path, environ: dict[str, str],
) -> None:
    said = attune("up", "--production", folder=project, environ=environ)

    assert (said.returncode, said.stdout) == (1, "")
    assert "help_lines.yml:" in said.stderr
    assert "help line GB-SAM has not been reviewed" in said.stderr
    assert said.stderr.splitlines()[-1].startswith("Error: Nothing was started: ")
