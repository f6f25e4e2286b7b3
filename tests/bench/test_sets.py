"""How the bench reads its messages."""

import json
from pathlib import Path

import pytest

from detection.sets import NAMES, OWN, load, row


@pytest.mark.parametrize(("data", "explicit"), [
    ({"text": "I took all her pills"}, True),
    ({"text": "I'm going to hang myself"}, True),
    ({"text": "nobody would notice if I was gone"}, False),
    ({"text": "I am a diet expert in Shotton"}, False),
    ({"text": "I took all her pills", "explicit": False}, False),
    ({"text": "gone soon", "explicit": True}, True),
])
def test_a_file_says_what_is_explicit_or_its_words_do(data: dict[str, object], explicit: bool) -> None:
    assert row({**data, "label": "crisis"}).explicit == explicit


@pytest.mark.parametrize(("label", "positive"), [
    ("crisis", True), ("not_crisis", False), ("benign", False), ("frustrated", True), ("not_frustrated", False),
    ("human_request", True), ("other", False), ("distress", True),
])
def test_labels_say_whether_a_message_is_what_its_set_is_about(label: str, positive: bool) -> None:
    assert row({"text": "x", "label": label}).positive == positive


@pytest.mark.parametrize(("source", "short"), [
    ("a/b:data/test.csv", "a/b:data"), ("a/b:c/d/e.json", "a/b:c"), ("a/b:file.csv", "a/b"), ("", ""),
])
def test_a_source_is_named_down_to_its_first_folder(source: str, short: str) -> None:
    assert row({"text": "x", "label": "benign", "source": source}).source == short


def test_a_category_stands_in_for_a_kind() -> None:
    assert row({"text": "x", "label": "crisis", "category": "abuse_danger"}).kind == "abuse_danger"


def test_a_set_without_a_file_is_empty_and_others_can_be_thinned(tmp_path: Path) -> None:
    lines = [json.dumps({"text": str(number), "label": "benign"}) for number in range(7)]
    (tmp_path / "benign_support.jsonl").write_text("\n".join(lines) + "\n")
    sets = load(tmp_path, every=3)

    assert [each.text for each in sets["benign_support"]] == ["0", "3", "6"]
    assert [name for name, rows in sets.items() if rows] == ["benign_support"]


def test_the_projects_own_tables_hold_every_set() -> None:
    sets = load(OWN)

    assert [name for name in NAMES if not sets[name]] == []
    assert {each.explicit for each in sets["crisis_positive"]} == {True, False}
    assert all(each.kind for rows in sets.values() for each in rows)
