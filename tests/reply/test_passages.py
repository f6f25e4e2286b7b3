"""Wordings are found wherever they stand; whatever a file holds gives wordings or a sentence that names the line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.errors import AttuneError, InvalidFile
from attune.reply.breach import judged
from attune.reply.commands import line
from attune.reply.lint import load
from attune.reply.passages import Passage, in_file, in_lines, in_objects


def found(path: Path) -> list[tuple[int, str | None, str, str]]:
    return [(each.line, each.response, each.scope, each.text) for each in in_file(path, "non-crisis")]


def test_plain_text_is_one_wording_a_line(tmp_path: Path) -> None:
    file = tmp_path / "drafts.txt"
    file.write_bytes("\ufeffFirst.\r\n\r\n  Second.  \n".encode())

    assert found(file) == [(1, None, "non-crisis", "First."), (3, None, "non-crisis", "Second.")]


def test_an_object_may_name_its_response_or_its_scope(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text('{"text": "A", "response": "utter_a"}\n\n{"text": "B", "scope": "crisis"}\n{"text": "C", "x": 1}\n')

    assert found(file) == [
        (1, "utter_a", "non-crisis", "A"), (3, None, "crisis", "B"), (4, None, "non-crisis", "C")]


def test_the_responses_of_every_yaml_file_in_a_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("responses:\n  utter_a:\n  - text: A\n    buttons: [{title: B}]\n")
    (tmp_path / "b.yml").write_text("stories: []\n")
    (tmp_path / "notes.txt").write_text("Calm down.\n")

    assert found(tmp_path) == [(3, "utter_a", "all", "A"), (4, "utter_a", "all", "B")]


@pytest.mark.parametrize(("content", "number", "problem"), [
    ('{"text": "A"}\n{"text": \n', 2, "not a JSON object"),
    ('["A"]\n', 1, "must be a JSON object"),
    ('{"text": 1}\n', 1, "must be a JSON object"),
    ('{"said": "A"}\n', 1, "must be a JSON object"),
    ('{"text": "A", "response": 1}\n', 1, '"response" must be the name'),
    ('{"text": "A", "scope": "somewhere"}\n', 1, '"scope" must be one of all, crisis, non-crisis'),
    ('{"text": "A", "scope": ["crisis"]}\n', 1, '"scope" must be one of'),
    ("[" * 100_000 + "\n", 1, "not a JSON object"),
    ('{"text": ' + "1" * 5000 + "}\n", 1, "must be a JSON object|not a JSON object"),
])
def test_an_object_that_is_none_is_named_with_its_line(
    tmp_path: Path, content: str, number: int, problem: str
) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text(content)

    with pytest.raises(InvalidFile, match=problem) as error:
        found(file)
    assert error.value.line == number


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.yml"])
def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidFile, match="UTF-8"):
        found(tmp_path / name)


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["text", "scope", "response", "x"]), inner, max_size=4))


@given(JSON)
def test_any_json_gives_a_wording_or_a_sentence(value: object) -> None:
    try:
        wordings = list(in_objects("x.jsonl", [json.dumps(value)], "all"))
    except AttuneError as error:
        assert str(error).startswith("x.jsonl:1: ")
    else:
        assert len(wordings) == 1


@given(st.text())
def test_any_plain_text_gives_findings_on_lines_it_has(text: str) -> None:
    lines = text.splitlines()

    for breach in judged(in_lines("x.txt", lines, "all"), load()):
        assert 1 <= breach.line <= len(lines)
        assert "\n" not in line(breach)


@given(st.text(), st.sampled_from(["utter_greet", "utter_acknowledge_anger_light", "utter_crisis_help_now"]))
def test_any_response_gives_findings_that_say_what_to_do(text: str, response: str) -> None:
    for breach in judged([Passage("domain.yml", 3, response, "all", text)], load()):
        assert breach.found
        assert breach.instead in line(breach)


@given(st.text(st.characters(blacklist_categories=())))
def test_any_yaml_gives_wordings_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_bytes(b"responses:\n  utter_a:\n  - text: " + text.encode("utf-8", "surrogatepass") + b"\n")
    try:
        list(judged(in_file(file, "all"), load()))
    except AttuneError as error:
        assert str(error).startswith(f"{file}:")
