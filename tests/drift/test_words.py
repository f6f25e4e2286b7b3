"""What a wording is, what is measured of it, and what became of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from attune.cli import main
from attune.drift import approved, merged
from attune.drift.merged import NoBaseline, Source
from attune.drift.word_history import between
from attune.drift.words import Wording, changes, figures, paired, variety, wording
from attune.reply.lint import load

REPOSITORY = Path(__file__).parents[2]
LINTS = load()
COLD, WARM = "Your refund is late.", "Sorry your refund is late."


def said(text: str, response: str = "utter_refund", **more: object) -> Wording:
    return wording(response, {"text": text, **more})


@pytest.mark.parametrize(("other", "same"), [
    ({"text": COLD}, True),
    ({"text": COLD, "metadata": {"reviewed_by": "somebody", "review_due": "2030-01-01"}}, True),
    ({"id": "refund-1", "text": COLD}, True),
    ({"text": WARM}, False),
    ({"text": COLD, "buttons": [{"title": "Go on", "payload": "/go_on"}]}, False),
    ({"text": COLD, "channel": "telegram"}, False),
    ({"text": COLD, "condition": [{"type": "slot", "name": "attune_public", "value": True}]}, False),
    ({"text": COLD, "metadata": {"formality": "casual"}}, False),
    ({"text": COLD, "custom": {"size": 1.5}}, False),
])
def test_a_hash_is_of_what_decides_what_a_customer_reads(other: dict[str, object], same: bool) -> None:
    assert (wording("utter_refund", other).digest == said(COLD).digest) == same


def test_a_wording_belongs_to_the_locale_it_is_said_in() -> None:
    german = [{"type": "slot", "name": "attune_locale", "value": "de"}]

    assert (said("Hallo", condition=german).locale, said("Hello").locale) == ("de", "en")


def test_figures_count_words_apologies_and_lints() -> None:
    found = figures(said("Sorry, we apologise. Please calm down, {attune_topic} is no difficulty.",
                         "utter_acknowledge_anger_light"), LINTS)

    assert (found.words, found.apologies) == (10, 2)
    assert "L03 calm-down" in found.findings
    assert found.lix == round(10 / 2 + 100 * 2 / 10)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2), max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["text", "buttons", "condition", "metadata", "custom", "channel"]), ANYTHING))
def test_whatever_stands_in_a_file_has_a_hash_and_figures(variation: dict[str, object]) -> None:
    assert len(wording("utter_x", variation).digest) == 64
    assert figures(wording("utter_x", variation), LINTS).words >= 0


def test_variety_falls_when_every_wording_begins_alike() -> None:
    alike = variety([said("I see that it is late."), said("I see that it is wrong.")])
    varied = variety([said("That is late."), said("What a long wait.")])

    assert (alike.openings, varied.openings) == (500, 1000)
    assert alike.types < varied.types


def test_a_reworded_wording_is_told_with_its_figures_before_and_after() -> None:
    other = said("Anything else?", "utter_more")

    [change] = changes([said(WARM), other], [said(COLD), other], LINTS)

    assert (change.happened, change.response) == ("reworded", "utter_refund")
    assert [each.apologies for each in change.figures if each] == [1, 0]


def test_a_wording_with_nothing_in_common_came_and_another_went() -> None:
    found = changes([said(COLD)], [said("Who would like tea?")], LINTS)

    assert sorted(change.happened for change in found) == ["added", "removed"]


def test_the_id_says_what_became_of_a_wording_whatever_its_words() -> None:
    old, new = said(COLD, id="one"), said("Who would like tea?", id="one")

    assert list(paired([old], [said(COLD, id="two"), new])) == [(old, new), (None, said(COLD, id="two"))]


TEXTS = st.lists(st.sampled_from(["a b c", "a b d", "x y", "x", "", "ä ö"]), max_size=5)


@given(TEXTS, TEXTS)
def test_every_wording_that_came_or_went_is_told_once(before: list[str], after: list[str]) -> None:
    were, are = [said(text) for text in before], [said(text) for text in after]

    found = changes(were, are, LINTS)

    assert {each.after.text for each in found if each.after} == set(after) - set(before)
    assert {each.before.text for each in found if each.before} == set(before) - set(after)


@given(TEXTS)
def test_the_baseline_is_the_same_bytes_in_any_order_and_read_back_is_what_was_approved(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str],
) -> None:
    every = [said(text) for text in texts]
    path = tmp_path_factory.getbasetemp() / approved.FILE
    path.write_text(approved.written(every), encoding="utf-8")

    assert approved.written(every) == approved.written(reversed(every))
    assert changes(approved.load(path), every, LINTS) == ()


def test_an_assistants_own_response_stands_for_the_layers() -> None:
    own = Source("domain.yml", {"responses": {"utter_boundary": [{"text": "Mine."}]}})
    others = {"utter_boundary": [{"text": "Its."}], "utter_more": [{"text": "More."}]}
    layer = Source("layer.yml", {"responses": others})

    assert [(each.file, each.text) for each in merged.merged([own], [layer])] == [
        ("domain.yml", "Mine."), ("layer.yml", "More.")]


def test_without_a_baseline_the_error_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(NoBaseline, match="attune words approve"):
        approved.load(tmp_path / approved.FILE)


def test_drf_3_the_demos_wordings_are_those_approved() -> None:
    found = changes(approved.load(REPOSITORY / approved.FILE), merged.now(REPOSITORY), LINTS)

    assert [(each.happened, each.response) for each in found] == [], "read them, then run: attune words approve"


def git(folder: Path, *words: str, at: str = "2001-01-02T12:00:00Z") -> str:
    dates = {**os.environ, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True,
                          env=dates).stdout.strip()


def domain(folder: Path, text: str) -> None:
    (folder / "domain.yml").write_text(f"responses:\n  utter_refund:\n  - text: {text}\n", encoding="utf-8")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["words", *words])
    return done.exit_code, done.output


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three commits: approved, gone cold, and one that has nothing to do with wordings."""
    git(tmp_path, "init", "-q")
    domain(tmp_path, WARM)
    run("--project", str(tmp_path), "approve")
    for text, message in ((WARM, "approved"), (COLD, "cold")):
        domain(tmp_path, text)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", message)
    (tmp_path / "notes.txt").write_text("nothing to do with it")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "notes")
    return tmp_path


def test_what_is_not_approved_is_told_with_its_place_and_its_commit(project: Path) -> None:
    code, told = run("--project", str(project))

    assert code == 1
    assert f"domain.yml:3: utter_refund reworded in {git(project, 'rev-parse', 'HEAD~1')[:10]}" in told
    assert "apologies 1 → 0" in told


def test_the_history_names_each_commit_and_what_is_in_none(project: Path) -> None:
    domain(project, "Your refund is very late.")

    code, told = run("--project", str(project), "--since", "HEAD~2", "--json")

    assert code == 0
    assert [each["commit"] for each in json.loads(told)] == [git(project, "rev-parse", "HEAD~1"), None]


def test_without_git_the_wordings_are_still_compared(project: Path) -> None:
    shutil.rmtree(project / ".git")

    code, told = run("--project", str(project))
    no_history, problem = run("--project", str(project), "--since", "HEAD")

    assert (code, no_history) == (1, 1)
    assert "domain.yml:3: utter_refund reworded\n" in told
    assert "Leave --since out" in problem


def test_approving_makes_it_well_again(project: Path) -> None:
    run("--project", str(project), "approve")

    assert run("--project", str(project)) == (0, f"{len(merged.now(project))} wordings, all as approved.\n")


def test_a_report_gets_the_changes_of_its_time(project: Path) -> None:
    day = 86_400_000_000
    domain(project, WARM)
    git(project, "commit", "-q", "-a", "-m", "warm again", at="2001-01-03T12:00:00Z")
    begin = 978_480_000_000_000  # 2001-01-03

    found = between(project, begin, begin + day, LINTS)

    assert [each.after.text for each in found if each.after] == [WARM]
    assert between(project, begin + day, begin + 2 * day, LINTS) == ()
    assert between(project.parent, begin, begin + day, LINTS) == ()


def test_an_unknown_revision_is_a_sentence(project: Path) -> None:
    code, told = run("--project", str(project), "--since", "never")

    assert code == 1
    assert told.startswith("Error: Git cannot tell")
