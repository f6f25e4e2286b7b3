"""Some words belong nowhere, and some in one file only."""

import re
from pathlib import Path

import pytest

from architecture.house import ATTUNE, REPOSITORY

WRITTEN = {".py", ".md", ".yml", ".yaml", ".json", ".html", ".css", ".js", ".toml", ".sh", ".csv", ".jsonl"}
FOLDERS = ("bot", "actions", "data", "tests", "bench", "tools", "docs")
MACHINE = re.compile(r"/(?:home|Users|root|work)/\w")
PROMISE = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
NUMBER = re.compile(r"(?<![\w.])\+?\d[\d ()-]{5,}\d(?!\w)")  # seven digits or more, however they are set
HELP_LINES = ATTUNE / "layer" / "help_lines.yml"


def written(*suffixes: str) -> list[Path]:
    roots = [REPOSITORY / folder for folder in FOLDERS]
    inside = [path for root in roots for path in root.rglob("*") if path.is_file()]
    return sorted(path for path in (*inside, *REPOSITORY.glob("*.*")) if path.suffix in (suffixes or WRITTEN))


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(REPOSITORY)}:{number}: {match.group()}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        for match in pattern.finditer(line)
    ]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert found(MACHINE, written()) == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    assert found(PROMISE, written()) == []


@pytest.mark.skipif(not HELP_LINES.exists(), reason="no help lines yet")
def test_cri_5_help_line_numbers_stand_in_one_file() -> None:  # a number said elsewhere would escape the reviewer
    lines = {re.sub(r"\D", "", number) for number in NUMBER.findall(HELP_LINES.read_text())}
    elsewhere = [path for path in written(".py", ".yml", ".yaml", ".html", ".js") if path != HELP_LINES]

    assert lines
    assert [hit for hit in found(NUMBER, elsewhere) if re.sub(r"\D", "", hit.rsplit(":", 1)[1]) in lines] == []


@pytest.mark.parametrize(("pattern", "text", "expected"), [
    (MACHINE, "see /home/" "ann/x", True), (MACHINE, "GET /workers/1", False),
    (PROMISE, "# TO" "DO later", True), (PROMISE, "a to-do list", False),
    (NUMBER, "call 0800 123 4567", True), (NUMBER, "order 1042", False),
])
def test_words_are_told_apart(pattern: re.Pattern[str], text: str, expected: bool) -> None:
    assert bool(pattern.search(text)) == expected
