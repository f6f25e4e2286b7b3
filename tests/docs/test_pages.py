"""What the pages say can be done, can be done."""

from pathlib import Path

import pytest
from sybil import Example

from docs.snippets import REPOSITORY, broken_links, examples

PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
FOUND = [example for page in PAGES for example in examples(page)]


@pytest.mark.rasa  # to know a command's options is to import it
@pytest.mark.parametrize("example", FOUND, ids=lambda found: f"{Path(found.path).name}:{found.line}")
def test_every_snippet_holds(example: Example) -> None:
    example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_the_readme_has_the_two_commands() -> None:
    said = "\n".join(example.parsed for example in FOUND if Path(example.path).name == "README.md")

    assert "make run" in said
    assert "make test" in said


@pytest.mark.parametrize(("language", "text", "holds"), [
    ("bash", "make run\nmake check  # quick", True),
    ("bash", "make coffee", False),
    ("bash", "$ attune up --no-train\nATTUNE_DESK_PORT=1 attune up", True),
    ("bash", "attune fly", False),
    ("bash", "attune up --faster", False),
    ("bash", "frobnicate x", False),
    ("bash", "python bench/nlu.py", True),
    ("bash", "python bench/nothing.py", False),
    ("yaml", "importers:\n- name: attune.up.stack.Stack", True),
    ("yaml", "importers:\n- name: attune.up.stack.Tower", False),
    ("yaml", "a: b: c", False),
    ("python", "from attune.settings import load", True),
    ("python", "assert 1 == 2", False),
])
def test_a_wrong_snippet_is_seen(tmp_path: Path, language: str, text: str, holds: bool) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n```{language}\n{text}\n```\n")
    [example] = examples(page)

    assert _holds(example) == holds


def test_a_link_to_nowhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](page.md) [b](gone.md#x) ![c](gone.png) [d](https://example.org)")

    assert broken_links(page) == ["gone.md", "gone.png"]


def _holds(example: Example) -> bool:
    try:
        example.evaluate()
    except Exception:
        return False
    return True
