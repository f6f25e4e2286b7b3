"""`attune lint`, run as a designer runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from attune.reply.commands import documents, lint
from attune.reply.passages import in_responses
from attune.settings import LAYER

LAYER_WORDINGS = sum(1 for document in documents([LAYER / "responses"]) for _ in in_responses(document))
FAULTY = """responses:
  utter_late:
  - text: It was entirely our fault.
  - text: You are clearly angry.
"""


def run(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch, stdin: str | bytes | None = None) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(lint, arguments, input=stdin)


def test_a_clean_assistant_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "domain.yml").write_text("responses:\n  utter_hi:\n  - text: Hello.\n")

    result = run(tmp_path, monkeypatch=monkeypatch)

    assert (result.exit_code, result.output) == (0, f"{LAYER_WORDINGS + 1} wordings, no breach.\n")


def test_an_error_gives_file_line_rule_and_another_wording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "responses.yml").write_text(FAULTY)

    result = run(tmp_path, monkeypatch=monkeypatch)

    assert result.exit_code == 1
    first, second, last = result.output.splitlines()
    assert first.startswith("data/responses.yml:3: error L07 liability: “our fault” in utter_late")
    assert first.endswith("Say rather: “I'm sorry for the trouble this has caused you.”")
    assert second.startswith("data/responses.yml:4: warn L15 asserted-emotion")
    assert last == f"{LAYER_WORDINGS + 2} wordings, 1 error and 1 warning."


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


def test_files_alone_are_judged_by_the_names_they_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yml").write_text(FAULTY)
    (tmp_path / "drafts.jsonl").write_text('{"text": "Please calm down.", "response": "utter_hush"}\n')
    (tmp_path / "drafts.txt").write_text("Hello.\nI've been there.\n")

    result = run(tmp_path, "mine.yml", "drafts.jsonl", "drafts.txt", monkeypatch=monkeypatch)

    assert result.exit_code == 1
    assert [line.split(" ")[:3] for line in result.output.splitlines()] == [
        ["mine.yml:3:", "error", "L07"], ["mine.yml:4:", "warn", "L15"], ["drafts.jsonl:1:", "error", "L03"],
        ["drafts.txt:2:", "error", "L02"], ["5", "wordings,", "3"]]
    assert "in utter_hush: “Please calm down.”" in result.output


def test_a_dash_reads_lines_from_the_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, "-", monkeypatch=monkeypatch, stdin="Hello.\nCalm down.\n")

    assert result.exit_code == 1
    assert result.output.startswith(
        "<stdin>:2: error L03 calm-down: “calm down”: “Calm down.” Say rather: “Take the time you need.”\n")


@pytest.mark.parametrize(("scope", "code"), [("crisis", 1), ("all", 1), ("non-crisis", 0), ("distress", 0)])
def test_the_scope_says_where_lines_will_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str, code: int
) -> None:
    said = "Why do you want to die?\n"

    assert run(tmp_path, "--scope", scope, "-", monkeypatch=monkeypatch, stdin=said).exit_code == code


def test_a_finding_without_a_response_says_so_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, "--json", "-", monkeypatch=monkeypatch, stdin="You are clearly angry.")

    assert result.exit_code == 0
    assert [(found["response"], found["severity"]) for found in json.loads(result.output)] == [(None, "warn")]


@pytest.mark.parametrize(("arguments", "said"), [
    (("gone.txt",), "does not exist"),
    (("--scope", "somewhere", "-"), "'somewhere' is not one of all, crisis, non-crisis"),
    (("--domain", ".", "-"), "Give either FILE or --domain"),
    (("--loud",), "No such option"),
])
def test_a_wrong_command_ends_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    result = run(tmp_path, *arguments, monkeypatch=monkeypatch)

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.jsonl", b'{"text": 1}\n', "a.jsonl:1: must be a JSON object"),
    ("a.txt", b"\xff\n", "a.txt:1: is not UTF-8 text"),
    ("a.yml", b"responses: {\n", "a.yml:2: not valid YAML"),
])
def test_a_file_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    result = run(tmp_path, name, monkeypatch=monkeypatch)

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {said}")


def test_half_a_character_can_be_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "Calm down \\ud800"}\n')
    (tmp_path / "a.yml").write_text('responses:\n  utter_a:\n  - text: "Calm down \\ud800"\n')

    result = run(tmp_path, "a.jsonl", "a.yml", monkeypatch=monkeypatch)

    assert result.exit_code == 1
    assert result.output.count("“Calm down \\ud800”") == 2


@given(st.binary())
def test_whatever_comes_in_there_is_no_traceback(said: bytes) -> None:
    result = CliRunner().invoke(lint, ["-", "--scope", "all"], input=said)

    assert result.exit_code in {0, 1}
    assert result.exception is None or isinstance(result.exception, SystemExit)
