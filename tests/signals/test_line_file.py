"""The file of taught lines is a person's file: what is added leaves everything else where it was."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attune.errors import InvalidFile
from attune.signals import line_file
from attune.signals.line_file import one_line
from attune.signals.lines import Line
from attune.signals.reading import EMOTIONS, KINDS

GRAVE = Line("i want it to end", "sadness", 2, "suicide", wants_person=True)
PLAIN = Line("still nothing", "frustration")
EDITED = """\
# Ours.
version: "3.1"   # Rasa's

nlu:
  # Quiet ones.
  - intent: attune_emotion
    metadata: {emotion: anxiety, tier: 1, kind: suicide}   # read twice
    examples: |
      - a long line that goes on and on and on, and on and on and on, and on and on and on, and on and on and on, and on
      - two "three"
  # Loud ones.
  - intent: attune_emotion
    examples:
      # the first
      - text: 'WHERE is it'
        metadata: {emotion: anger}   # and how
"""
ADDED = """\
      - text: still nothing
        metadata:
          emotion: frustration
          consent: ours
          reviewed: '2026-11-20'
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / line_file.FILE


def test_a_new_file_says_what_it_is_and_holds_the_line(path: Path) -> None:
    line_file.append(path, GRAVE, "quality yes 2026-11-19", "2026-11-20")

    assert path.read_text().endswith("""\
nlu:
- intent: attune_emotion
  examples:
  - text: i want it to end
    metadata:
      emotion: sadness
      tier: 2
      kind: suicide
      wants_person: true
      consent: quality yes 2026-11-19
      reviewed: '2026-11-20'
""")
    assert "basis" in path.read_text().split("nlu:")[0]
    assert line_file.read(path) == [GRAVE]


def test_an_edited_file_keeps_its_comments_its_order_and_its_look(path: Path) -> None:
    path.write_text(EDITED)
    line_file.append(path, PLAIN, "ours", "2026-11-20")

    assert path.read_text() == EDITED + ADDED
    assert [line.text for line in line_file.read(path)][-2:] == ["WHERE is it", "still nothing"]


@pytest.mark.parametrize("examples", ["|\n    - no more", "\n  - text: no more"])
def test_a_line_takes_no_label_from_the_block_above_it(path: Path, examples: str) -> None:
    path.write_text("nlu:\n- intent: attune_emotion\n  metadata: {emotion: sadness, tier: 1, kind: suicide}\n"
                    f"  examples: {examples}\n")
    line_file.append(path, PLAIN, "ours", "2026-11-20")

    assert line_file.read(path)[-1] == PLAIN


def test_a_comment_stays_over_the_block_it_speaks_of(path: Path) -> None:
    more = "  # Spelling.\n  - synonym: refund\n    examples: |\n      - money back\n"
    path.write_text(EDITED + more)
    line_file.append(path, PLAIN, "ours", "2026-11-20")

    assert path.read_text() == EDITED + more + "  - intent: attune_emotion\n    examples:\n" + ADDED


@given(st.lists(st.text(st.characters()), min_size=1, max_size=3), st.sampled_from(EMOTIONS))
@example(["C:\\users \U0001f621", "yes", "1e3", "- - x", "", "[a][b](c){d}", "\ud83d\u2028\x1b[1m\ufffe"], "anger")
def test_whatever_was_said_is_learned_as_it_was_shown(texts: list[str], emotion: str) -> None:
    lines = [Line(words, emotion) for text in texts if (words := one_line(text))]  # type: ignore[arg-type]
    with TemporaryDirectory() as folder:
        path = Path(folder, line_file.FILE)
        for line in lines:
            line_file.append(path, line, line.text, "2026-11-20")

        assert line_file.read(path) == lines


@pytest.mark.parametrize(("text", "line"), [
    ("  two\n\twords ", "two words"), ("red \x1b[31malert", "red [31malert"), ("a\u202eb\u2066c", "a b c"),
    ("half \ud83d", "half"), ("- - a list", "a list"), ("-5 degrees", "-5 degrees"),
    ("[e-mail](home)", "[e-mail] (home)"), ("[e-mail][phone number]", "[e-mail] [phone number]"), ("[x]{y}", "[x] {y}"),
    ("\x00", ""),
    ("grüße 😡 👩‍👧", "grüße 😡 👩‍👧"), ("it's [nothing] (really)", "it's [nothing] (really)"),
])
def test_what_a_screen_or_rasa_would_take_for_something_else_is_made_plain(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text(st.characters()))
def test_plain_words_stay_plain(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ("anger", "rage", 16, "'rage' is not one of"), (", kind: suicide", "", 7, "'kind' is a dependency of 'tier'"),
    ("{emotion: anger}", "{emotion: anger, mood: low}", 16, "'mood' was unexpected"), ("nlu:", "nlu: [", 0, "YAML"),
])
def test_a_wrong_file_is_named_with_its_line_and_left_alone(
    path: Path, old: str, new: str, line: int, said: str,
) -> None:
    broken = EDITED.replace(old, new)
    path.write_text(broken)

    for use in (lambda: line_file.read(path), lambda: line_file.append(path, PLAIN, "ours", "2026-11-20")):
        with pytest.raises(InvalidFile, match=said) as caught:
            use()
        assert caught.value.path == str(path)
        assert line in (0, caught.value.line)
    assert path.read_text() == broken


def test_permissions_and_a_link_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yml", tmp_path / line_file.FILE
    real.write_text(EDITED)
    real.chmod(0o640)
    link.symlink_to(real)
    line_file.append(link, PLAIN, "ours", "2026-11-20")

    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert line_file.read(real)[-1] == PLAIN
    assert sorted(file.name for file in tmp_path.iterdir()) == [line_file.FILE, "real.yml"]


def test_the_schema_knows_every_emotion_and_kind() -> None:
    known = json.loads(line_file.SCHEMA.read_text())["definitions"]

    assert known["label"]["properties"]["emotion"]["enum"] == list(EMOTIONS)
    assert known["kind"]["enum"] == list(KINDS)
