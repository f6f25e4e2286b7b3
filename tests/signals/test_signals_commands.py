"""`attune score` and `attune say`, without a trained model where none is needed."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from attune.errors import InvalidFile
from attune.signals.commands import explained, rows, say, score, scored
from attune.signals.cues import Cues
from attune.signals.parser import NoModel
from attune.signals.read import read
from attune.signals.reading import KEY

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize(("name", "content"), [
    ("rows.jsonl", '{"id": 1, "text": "hi"}\n\n{"id": 2, "text": "still, \\"waiting\\""}\n'),
    ("rows.csv", 'id,text\n1,hi\n2,"still, ""waiting"""\n'),
    ("bom.csv", '\ufeffid,text\r\n1,hi\r\n2,"still, ""waiting"""\r\n'),
])
def test_rows_come_from_jsonl_and_csv(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")

    assert [(str(row["id"]), row["text"]) for row in rows(path)] == [("1", "hi"), ("2", 'still, "waiting"')]


@pytest.mark.parametrize(("name", "content", "line"), [
    ("a.jsonl", '{"text": "hi"}\nnonsense\n', 2), ("b.jsonl", '{"text": "hi"}\n[1]\n', 2),
    ("c.jsonl", '{"texts": "hi"}\n', 1),
    ("d.csv", "id,message\n1,hi\n", 2), ("e.jsonl", '{"text": 5}\n', 1),
])
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, name: str, content: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(InvalidFile) as caught:
        list(rows(path))

    assert caught.value.line == line


def test_a_row_keeps_what_it_had_and_gains_reading_and_intent(ear: Cues) -> None:
    def parse(text: str) -> dict[str, object]:
        return {KEY: read(text, ear).as_dict(), "intent": {"name": "greet"}}

    row = scored({"id": 7, "text": "this is ridiculous"}, parse)

    assert (row["id"], row["intent"], row[KEY]["emotion"]) == (7, {"name": "greet"}, "frustration")


def test_a_reading_is_explained_with_its_words(ear: Cues) -> None:
    text = "you idiots, get me a human, this is ridiculous"
    told = "\n".join(explained(text, read(text, ear), {"name": "nlu_fallback"}, {"row": "offer a person"}))

    for part in ("nlu_fallback", "strong", "wants a person, abusive", "'ridiculous'", "row: offer a person"):
        assert part in told


@pytest.mark.parametrize("command", [score, say])
def test_help_shows_an_example(command: object) -> None:
    assert "Example: attune" in CliRunner().invoke(command, ["--help"]).output  # type: ignore[arg-type]


def test_without_a_model_the_error_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(say, ["hi", "--model", str(tmp_path / "none")])

    assert isinstance(result.exception, NoModel)
    assert "rasa train" in str(result.exception)
