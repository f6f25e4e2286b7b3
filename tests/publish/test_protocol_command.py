"""`attune protocol` at a terminal, for the assistant in this repository."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from attune import database, settings
from attune.audit import keeper
from attune.audit.checkpoints import notary
from attune.cli import main
from attune.reply import resources
from attune.settings import LAYER
from publish.test_counts import many

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own."""
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    monkeypatch.delenv("ATTUNE_PROTOCOL", raising=False)
    monkeypatch.chdir(PROJECT)
    return tmp_path


def run(*arguments: str) -> Result:
    """The command's result; anything but success fails the test."""
    result = CliRunner().invoke(main, ["protocol", *arguments])
    assert result.exit_code == 0, result.output
    return result


def changed(monkeypatch: pytest.MonkeyPatch, place: Path, *edits: tuple[str, str]) -> None:
    """Run by an edited copy of the protocol from now on."""
    text = (LAYER / "protocol.yml").read_text()
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    (place / "edited.yml").write_text(text)
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(place / "edited.yml"))


def test_cri_12_the_public_page_names_every_line_in_use_and_every_wording(installation: Path) -> None:
    run("page", "--out", str(installation / "page.html"))
    page = (installation / "page.html").read_text()

    registry = resources.load()
    for country in (*registry.countries, None):
        assert all(line.name.replace("&", "&amp;") in page for line in resources.choose(country, registry).lines)
    assert page.count("<small>possible-") + page.count("<small>now-") == 8
    assert "{" not in page.split("</style>")[1]
    assert "clinically validated" in page


def test_cri_6_the_page_says_that_nobody_has_reviewed_it_yet() -> None:
    assert "Not reviewed." in run("page").output


def test_cri_12_the_page_follows_the_protocol(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run("page").output
    changed(monkeypatch, installation, ('safety_question: "off"', "safety_question: once"),
            ("assistant: automated assistant", "assistant: shop <bot>"))
    after = run("page").output

    assert "asked once whether they are safe" in after
    assert "asked once whether they are safe" not in before
    assert "shop &lt;bot&gt;" in after
    assert "shop <bot>" not in after


def test_cri_12_counts_come_from_the_audit() -> None:
    found = settings.load()
    engine = database.engine(found.db_url)
    keeper.put(engine, many(12, "a", "GB-SAM GB-SHOUT"))
    keeper.keep(engine, notary(found), time.time())

    assert json.loads(run("counts", "--year", "2026", "--json").output)["by_country"] == {"GB": 12}
    assert "Help was shown 12 times in 2026, in 12 conversations." in run("counts", "--year", "2026").output
    assert "Help was shown 0 times in 2025" in run("counts", "--year", "2025").output


@pytest.mark.parametrize("paper", ["records", "dpia"])
def test_con_9_the_papers_about_data_hold_every_purpose_and_its_period(paper: str) -> None:
    text = run(paper).output

    assert MarkdownIt("commonmark").enable("table").render(text).count("<table>") == (2 if paper == "records" else 1)
    for purpose in ("Answering customers", "Recognising danger", "Fitting the answer", "Improving the service"):
        assert purpose in text
    assert "365 days" in text
    assert "To be filled in" in text


@pytest.mark.parametrize("paper", ["records", "dpia"])
def test_con_9_a_changed_configuration_is_another_version(
    paper: str, installation: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = run(paper).output
    changed(monkeypatch, installation, ("handoff: 90", "handoff: 60"), ("adapt: notice", "adapt: opt_in"))
    after = run(paper).output

    assert version(before) != version(after)
    assert "60 days" in after
    assert "told at the start" in before
    assert "told at the start" not in after


def version(text: str) -> str:
    return text.partition("Version ")[2].partition(",")[0]
