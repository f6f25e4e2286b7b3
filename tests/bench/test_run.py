"""A run with those peers that need no training, over the project's own tables."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from attune.signals.lines import Line
from attune.signals.reading import Crisis, Reading
from detection.command import main
from detection.peers import PEERS
from detection.peers.attune import answer
from detection.workshop import Workshop

pytestmark = pytest.mark.rasa


def test_the_table_has_a_peer_and_its_figures_by_kind() -> None:
    result = CliRunner().invoke(main, ["--quick", "--peers", "keywords", "--by", "kind"])

    assert result.exit_code == 0, result.output
    assert f"{'messages':>9}{PEERS['keywords']:>19}" in result.output
    assert "\n    veiled " in result.output


def test_two_peers_stand_in_one_table() -> None:
    result = CliRunner().invoke(main, ["--quick", "--peers", "keywords,vader"])

    assert f"{PEERS['keywords']:>19}{PEERS['vader']:>19}" in result.output


def test_the_figures_come_as_json_too(tmp_path: Path) -> None:
    (tmp_path / "benign_support.jsonl").write_text('{"text": "hello", "label": "benign"}\n')
    result = CliRunner().invoke(main, ["--quick", "--peers", "keywords", "--json", "--eval", str(tmp_path)])
    own, other = json.loads(result.stdout)["sections"]

    assert {each["messages"] for each in other["figures"]} == {1}
    assert own["folder"] == "Own tables"


def test_an_unknown_peer_is_refused_with_those_there_are() -> None:
    result = CliRunner().invoke(main, ["--peers", "oracle"])

    assert result.exit_code == 2
    assert "oracle; choose among attune, keywords" in result.output


@pytest.mark.parametrize(("reading", "said"), [
    (Reading("sadness", 900, {"sadness": 800, "anxiety": 100}, Crisis(2, ("suicide",), 900)), (True, True, False, 1.9)),
    (Reading("anxiety", 500, {"anxiety": 600, "neutral": 400}), (False, True, False, 0.6)),
    (Reading("confusion", 500, {"confusion": 700, "sadness": 50}), (False, False, True, 0.05)),
    (Reading(), (False, False, False, 0.0)),
])
def test_a_reading_answers_the_questions(reading: Reading, said: tuple[bool, bool, bool, float]) -> None:
    heard = answer(reading)

    assert (heard.crisis, heard.distress, heard.frustration) == said[:3]
    assert heard.distress_share == pytest.approx(said[3])


def test_what_was_learned_from_the_same_lines_is_made_once(tmp_path: Path) -> None:
    made: list[Path] = []
    line = Line("hello", "neutral")
    for lines, facts in (([line], "a"), ([line], "a"), ([line], "b"), ([line, line], "a")):
        folder = Workshop(lines, tmp_path).made("peer", facts, made.append)
        assert folder.is_dir()

    assert len(made) == 3
