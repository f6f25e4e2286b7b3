"""A correction becomes a training line when a person says so, and not otherwise."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from attune.cli import main
from attune.errors import AttuneError
from attune.handoff.redact import redact
from attune.signals import line_file, review
from attune.signals.lines import Line, from_folder
from attune.signals.review import Correction
from attune.signals.review_session import shown
from attune.signals.train_data import train_data_command

TODAY = date(2026, 11, 20)
CALM = Correction("still nothing, write to jo@example.org", "frustration", at="2026-11-19", by="QA", consent="ours")
GRAVE = Correction("i want it all to end", "sadness", 2, "suicide", True, at="2026-11-19", consent="quality yes")
LEARNED = [Line("still nothing, write to [e-mail]", "frustration"), GRAVE.line]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an assistant, with nothing in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path / "var"))
    return tmp_path


@pytest.fixture
def waiting(here: Path) -> Path:
    """A review file with two corrections."""
    path = here / "var" / review.FILE
    for one in (CALM, GRAVE):
        review.append(path, one)
    return path


@pytest.fixture
def editor(here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes an editor that replaces one text with another."""
    def of(old: str, new: str) -> None:
        script = here / "editor.py"
        script.write_text("import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\ntext = path.read_text()\n"
                          f"assert {old!r} in text, text\npath.write_text(text.replace({old!r}, {new!r}))\n")
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")

    return of


def train_data(*words: str, answers: str = "", somebody: bool = True) -> Result:
    """The command with a person at the terminal, as far as it can tell."""
    command = train_data_command(redact, lambda: TODAY, lambda: somebody)
    return CliRunner().invoke(command, words, input=answers)


def taught(here: Path) -> list[Line]:
    return line_file.read(here / line_file.FILE)


def test_a_correction_waits_without_personal_data(here: Path) -> None:
    result = CliRunner().invoke(main, [
        "train-data", "correct", "mail me at jo@example.org", "--emotion", "anger", "--consent", "ours", "--by", "QA"])
    kept, = review.read(here / "var" / review.FILE)

    assert result.exit_code == 0, result.output
    assert (kept.text, kept.emotion, kept.by, kept.consent) == ("mail me at [e-mail]", "anger", "QA", "ours")
    assert kept.at == date.today().isoformat()
    assert taught(here) == []


def test_a_correction_says_how_grave_it_is(here: Path) -> None:
    file = here / "other.jsonl"
    train_data("correct", "no more", "--emotion", "sadness", "--tier", "1", "--kind", "suicide", "--wants-person",
               "--consent", "ours", "--file", str(file))

    assert review.read(file) == [
        Correction("no more", "sadness", 1, "suicide", True, at="2026-11-20", consent="ours")]


@pytest.mark.parametrize(("words", "said"), [
    (["--emotion", "anger"], "Missing option '--consent'"), (["--consent", "ours"], "Missing option '--emotion'"),
    (["--emotion", "rage", "--consent", "ours"], "'rage' is not one of"),
    (["--emotion", "anger", "--consent", "ours", "--tier", "1"], "--tier and --kind go together"),
    (["--emotion", "anger", "--consent", "ours", "--kind", "suicide"], "--tier and --kind go together"),
    (["--emotion", "anger", "--consent", " "], "Nothing says that these words may be kept"),
])
def test_a_correction_that_lacks_something_is_refused(here: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["train-data", "correct", "still nothing", *words])

    assert result.exit_code != 0
    assert said in result.output
    assert not (here / "var" / review.FILE).exists()


def test_what_waits_is_listed_without_personal_data(waiting: Path) -> None:
    assert train_data("list").output == (
        "2026-11-19  frustration                              ours         QA  still nothing, write to [e-mail]\n"
        "2026-11-19  sadness, suicide tier 2, wants a person  quality yes  -   i want it all to end\n")
    rows = [json.loads(line) for line in train_data("list", str(waiting), "--json").output.splitlines()]
    assert rows == [{**asdict(CALM), "text": LEARNED[0].text}, asdict(GRAVE)]


def test_nothing_waits_where_nobody_corrected_anything(here: Path) -> None:
    assert "Nothing waits in" in train_data("list").output
    assert train_data("list", "--json").output == ""
    assert "Nothing was changed" in train_data("add").output


@pytest.mark.parametrize("answers", ["add\nadd\n", "a\nA\n", "yes\n\nadd\nadd\n"])
def test_what_a_person_adds_is_learned(waiting: Path, here: Path, answers: str) -> None:
    result = train_data("add", answers=answers)

    assert result.exit_code == 0, result.output
    assert taught(here) == LEARNED
    assert review.read(waiting) == []
    text = (here / line_file.FILE).read_text()
    assert "consent: quality yes\n      reviewed: '2026-11-20'" in text
    assert "jo@example.org" not in text
    assert "2 added to attune_lines.yml. Nothing waiting" in result.output
    assert "`rasa train`" in result.output
    assert "`python bench/detection`" in result.output


def test_a_person_sees_the_words_as_learned_the_label_and_the_basis(waiting: Path) -> None:
    said = train_data("add", answers="s\ns\n").output

    for part in ("1 of 2", "“still nothing, write to [e-mail]”", "frustration", "may be kept: ours",
                 "corrected 2026-11-19 by QA", "sadness, suicide tier 2, wants a person"):
        assert part in said
    assert "jo@example.org" not in said


@pytest.mark.parametrize(("answers", "left", "learned"), [
    ("skip\ndrop\n", [CALM], []), ("drop\nskip\n", [GRAVE], []), ("quit\n", [CALM, GRAVE], []),
    ("add\nquit\n", [GRAVE], LEARNED[:1]), ("drop\nadd\n", [], LEARNED[1:]),
])
def test_what_is_skipped_waits_on_and_what_is_dropped_is_gone(
    waiting: Path, here: Path, answers: str, left: list[Correction], learned: list[Line],
) -> None:
    result = train_data("add", answers=answers)

    assert result.exit_code == 0
    assert (review.read(waiting), taught(here)) == (left, learned)
    assert ("rasa train" in result.output) == bool(learned)


def test_who_leaves_in_the_middle_keeps_what_was_decided(waiting: Path, here: Path) -> None:
    result = train_data("add", answers="add\n")  # then nothing more comes

    assert (result.exit_code, review.read(waiting), taught(here)) == (1, [GRAVE], LEARNED[:1])


def test_without_a_terminal_nothing_is_asked_and_nothing_learned(waiting: Path, here: Path) -> None:
    result = CliRunner().invoke(main, ["train-data", "add"], input="add\nadd\n")

    assert result.exit_code == 1
    assert "A person must look at every line" in result.output
    assert (review.read(waiting), taught(here)) == ([CALM, GRAVE], [])


def test_no_option_answers_for_a_person() -> None:
    words = CliRunner().invoke(main, ["train-data", "add", "--help"]).output

    assert "There is no option that answers for you" in " ".join(words.split())
    assert {line.split()[0] for line in words.splitlines() if line.startswith("  -")} <= {"--to", "-h,", "--help"}


@pytest.mark.parametrize("command", [[], ["correct"], ["list"], ["add"]])
def test_help_has_an_example(command: list[str]) -> None:
    assert "Example" in CliRunner().invoke(main, ["train-data", *command, "--help"]).output.split("Options")[1]


def test_a_person_may_change_words_and_label(
    waiting: Path, here: Path, editor: Callable[[str, str], None],
) -> None:
    editor("text: still nothing, write to [e-mail]\nemotion: frustration",
           "text: 'still nothing! call me on 020 7946 0958'\nemotion: anger")
    train_data("add", answers="edit\nadd\nquit\n")

    assert taught(here) == [Line("still nothing! call me on [phone number]", "anger")]
    assert review.read(waiting) == [GRAVE]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("emotion: frustration", "emotion: rage", "'rage' is not one of"), ("\ntier: 0\n", "\ntier: 1\n", "kind: None"),
    ("\ntier: 0\n", "\ntier: 0\nmood: low\n", "'mood' was unexpected"), ("\ntier:", "\n- tier:", "It stays as it was."),
    ("text: still nothing, write to [e-mail]", "text: 2026-13-01", "It stays as it was."),
    ("text:", "text: [", "It stays as it was."),
])
def test_an_edit_that_cannot_be_used_changes_nothing(
    waiting: Path, here: Path, editor: Callable[[str, str], None], old: str, new: str, said: str,
) -> None:
    editor(old, new)
    result = train_data("add", answers="edit\nadd\nquit\n")

    assert said in result.output
    assert taught(here) == LEARNED[:1]


def test_an_edit_cannot_change_the_basis(waiting: Path, here: Path, editor: Callable[[str, str], None]) -> None:
    editor("\ntier: 0\n", "\ntier: 0\nconsent: they surely agree\n")
    train_data("add", answers="edit\nadd\nquit\n")

    assert "consent: ours" in (here / line_file.FILE).read_text()


@pytest.mark.parametrize("where", ["the layer", "the file", "this sitting"])
def test_what_is_a_training_line_already_is_said_and_dropped(here: Path, where: str) -> None:
    path, line = here / "var" / review.FILE, from_folder()[0] if where == "the layer" else LEARNED[0]
    double = Correction(**asdict(line), at="2026-11-19", consent="ours")
    if where == "the file":
        line_file.append(here / line_file.FILE, line, "ours", "2026-11-01")
    for _ in range(2):
        review.append(path, double)
    before = len(taught(here))
    result = train_data("add", answers="add\n" if where == "this sitting" else "")

    assert "It is among the training lines already; dropped." in result.output
    assert review.read(path) == []
    assert len(taught(here)) == before + (where == "this sitting")


def test_the_same_words_with_another_label_are_a_persons_to_judge(here: Path) -> None:
    path, line = here / "var" / review.FILE, from_folder()[0]
    review.append(path, Correction(line.text, "gratitude", at="2026-11-19", consent="ours"))
    result = train_data("add", answers="skip\n")

    assert f"The same words are a training line already, as {line.emotion}." in result.output
    assert len(review.read(path)) == 1


def test_words_of_which_nothing_is_left_are_dropped(here: Path) -> None:
    path = here / "var" / review.FILE
    review.append(path, Correction("\x00\ud83d", "anger", at="2026-11-19", consent="ours"))

    assert "No words are left; dropped." in train_data("add").output
    assert (review.read(path), taught(here)) == ([], [])


def test_what_somebody_else_settled_meanwhile_is_not_learned_twice(waiting: Path, here: Path) -> None:
    def colleague(text: str) -> str:
        if text == CALM.text and review.read(waiting)[0] == CALM:
            with review.taking(waiting, CALM):
                pass
        return redact(text)

    command = train_data_command(colleague, lambda: TODAY, lambda: True)
    said = CliRunner().invoke(command, ["add"], input="add\nadd\n").output

    assert "Somebody else has settled this one meanwhile." in said
    assert taught(here) == LEARNED[1:]


@pytest.mark.parametrize("broken", ["review", "lines"])
def test_a_broken_file_is_named_before_anything_is_asked(waiting: Path, here: Path, broken: str) -> None:
    path = waiting if broken == "review" else here / line_file.FILE
    with path.open("a") as file:
        file.write("nlu: nonsense\n")
    result = train_data("add", answers="add\nadd\n")

    assert isinstance(result.exception, AttuneError)
    assert str(result.exception).startswith(f"{path if broken == 'review' else path.name}:")
    assert "1 of 2" not in result.output
    assert "nlu: nonsense" in path.read_text()


@given(st.text(st.characters()))
def test_no_address_is_shown_whatever_stands_around_it(text: str) -> None:
    said = shown(replace(CALM, text=f"{text} someone@example.org {text}"), redact).text

    assert "someone@example.org" not in said
