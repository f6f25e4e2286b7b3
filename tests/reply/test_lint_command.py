"""`attune lint`, run as a designer runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from attune.reply.commands import lint

FAULTY = """responses:
  utter_late:
  - text: It was entirely our fault.
  - text: You are clearly angry.
"""


def run(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(lint, arguments)


def test_a_clean_assistant_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "domain.yml").write_text("responses:\n  utter_hi:\n  - text: Hello.\n")

    result = run(tmp_path, monkeypatch=monkeypatch)

    assert (result.exit_code, result.output) == (0, "Every wording keeps the rules.\n")


def test_an_error_gives_file_line_rule_and_another_wording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "responses.yml").write_text(FAULTY)

    result = run(tmp_path, monkeypatch=monkeypatch)

    assert result.exit_code == 1
    first, second, last = result.output.splitlines()
    assert first.startswith("data/responses.yml:3: error L07 liability: “entirely our fault” in utter_late")
    assert first.endswith("Say rather: “I'm sorry for the trouble this has caused you.”")
    assert second.startswith("data/responses.yml:4: warn L15 asserted-emotion")
    assert last == "1 errors, 1 warnings."


def test_a_warning_alone_does_not_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "domain.yml").write_text("responses:\n  utter_hi:\n  - text: You are clearly angry.\n")

    assert run(tmp_path, monkeypatch=monkeypatch).exit_code == 0


def test_the_findings_come_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(FAULTY)

    result = run(tmp_path, "--json", "--domain", str(file), monkeypatch=monkeypatch)

    assert result.exit_code == 1
    assert [(found["rule"], found["line"]) for found in json.loads(result.output)] == [("L07", 3), ("L15", 4)]


def test_an_overridden_response_of_the_layer_is_judged_by_its_new_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "domain.yml").write_text("responses:\n  utter_acknowledge_sadness_light:\n  - text: Take 10% off.\n")

    result = run(tmp_path, monkeypatch=monkeypatch)

    assert result.exit_code == 1
    assert "L12" in result.output


def test_a_broken_file_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "domain.yml").write_text("responses: [\n")

    result = run(tmp_path, monkeypatch=monkeypatch)

    assert result.exit_code == 1
    assert "domain.yml:2: not valid YAML" in result.output
