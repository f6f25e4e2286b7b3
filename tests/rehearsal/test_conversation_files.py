"""The conversations of this repository: readable, many, and without a single number of a help line."""

import re
from pathlib import Path

import pytest

from attune.rehearsal import read
from attune.reply import resources

FOLDER = Path(__file__).parents[1] / "conversations"
CONVERSATIONS = read.load([FOLDER])


def ways() -> list[str]:
    """Every number and address of every help line, and every emergency number."""
    found = [way for entry in resources.load().entries for way in (entry.call, entry.text, entry.emergency) if way]
    return sorted({number for way in found for number in re.findall(r"[\d][\d -]+\d", way)})


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len(CONVERSATIONS) >= 160


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.name)
def test_cri_5_no_number_of_a_help_line_stands_in_a_conversation(path: Path) -> None:
    text = re.sub(r"\b[A-Z]{2}-[A-Z0-9]+\b", "", path.read_text())  # names of entries, some with a number in them

    assert [way for way in ways() if re.search(rf"(?<![\w-]){re.escape(way)}(?!\w)", text)] == []


def test_a_number_would_be_seen() -> None:
    assert len(ways()) > 10


def test_the_examples_in_the_documentation_are_conversations(tmp_path: Path) -> None:
    page = (FOLDER.parents[1] / "docs" / "conversation-tests.md").read_text()
    (tmp_path / read.STATES).write_text((FOLDER / read.STATES).read_text())
    found = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for number, text in enumerate(found):
        (tmp_path / f"{number}.yml").write_text(text)

    assert len(read.load([tmp_path])) == 1 + 6 + 2


def test_cri_1_danger_is_tried_from_every_state() -> None:
    tried = {each.name.partition("[")[2].split(",")[0] for each in CONVERSATIONS if each.name.startswith("CRI-1 ")}
    states = {name.split(",")[0] for name in read.states(FOLDER / read.STATES)}
    elsewhere = {"person speaks", "consented", "consented in a form", "consented to quality", "withdrawn",
                 "switched off", "country asked"}  # I5, CRI-2, CRI-5

    assert states - tried <= elsewhere


@pytest.mark.parametrize("rule", [
    "CRI-1", "CRI-2", "CRI-5", "CRI-13", "HND-1", "DIS-1", "DIS-2", "DIS-3", "CON-2", "CON-3", "CON-7", "CON-8",
    "LNG-4", "BND-2", "BND-3", "I5",
])
def test_each_rule_has_its_conversations(rule: str) -> None:
    assert any(each.name.startswith(f"{rule} ") for each in CONVERSATIONS)
