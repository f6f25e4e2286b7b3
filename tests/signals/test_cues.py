from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.errors import InvalidFile
from attune.signals import cues
from attune.signals.cues import Cues
from attune.signals.read import read

TABLES = Path(__file__).parents[1] / "tables" / "signals"


def table(name: str) -> Any:
    return YAML(typ="safe").load((TABLES / f"{name}.yml").read_text(encoding="utf-8"))


CRISIS, PERSON, ABUSE = table("crisis"), table("person"), table("abuse")


@pytest.mark.parametrize("case", CRISIS["heard"], ids=lambda case: case["text"][:40])
def test_danger_is_heard(ear: Cues, case: dict[str, Any]) -> None:
    crisis = read(case["text"], ear).crisis

    assert crisis.tier >= case["tier"]
    assert case["kind"] in crisis.kinds


@pytest.mark.parametrize("text", CRISIS["not_heard"])
def test_figures_of_speech_are_no_danger(ear: Cues, text: str) -> None:
    assert read(text, ear).crisis.tier == 0


@pytest.mark.parametrize("text", CRISIS["lowered_by_time"])
def test_what_was_long_ago_is_possible_danger_and_no_more(ear: Cues, text: str) -> None:
    assert read(text, ear).crisis.tier == 1


@pytest.mark.parametrize("text", PERSON["wanted"])
def test_a_wish_for_a_person_is_heard(ear: Cues, text: str) -> None:
    assert read(text, ear).wants_person


@pytest.mark.parametrize("text", PERSON["not_wanted"])
def test_talk_about_people_is_no_wish_for_one(ear: Cues, text: str) -> None:
    assert not read(text, ear).wants_person


@pytest.mark.parametrize("text", ABUSE["abusive"])
def test_insults_are_heard(ear: Cues, text: str) -> None:
    assert read(text, ear).abusive


@pytest.mark.parametrize("text", ABUSE["not_abusive"])
def test_complaints_are_no_insults(ear: Cues, text: str) -> None:
    assert not read(text, ear).abusive


@pytest.mark.parametrize(("message", "words"), [
    ("Hi. I’m gonna k1ll my self tonight, ok?", "k1ll my self"),
    ("well: k i l l  myself", "k i l l  myself"),
    ("order 12 … i wanna KMS now", "KMS"),
    ("ﬁne. I want to d\u200bie", "I want to d\u200bie"),
])
def test_a_cue_points_at_the_words_as_they_were_typed(ear: Cues, message: str, words: str) -> None:
    crisis = [found for found in ear.find(message) if found.cue.kind]

    assert any(words in message[found.start:found.end] for found in crisis)


WORDS = st.sampled_from(["i", "want", "to", "die", "kill", "myself", "not", "STILL", "human", "agent", "you",
                         "idiot", "...", "!!", "k1ll", "’", "😭", "ten", "years", "ago", "thanks", "\u200b",
                         "\ud800", "(", "~", "\n"])


@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=25).map(" ".join))
def test_every_cue_lies_inside_the_message(ear: Cues, message: str) -> None:
    assert all(0 <= found.start < found.end <= len(message) for found in ear.find(message))


@given(st.lists(WORDS, max_size=15).map(" ".join))
def test_the_same_message_always_gives_the_same_cues(ear: Cues, message: str) -> None:
    assert ear.find(message) == ear.find(message)


GOOD = """cues:
  - id: one.cue
    kind: suicide
    tier: 1
    patterns:
      - i want out
"""


@pytest.mark.parametrize(("page", "line", "says"), [
    (GOOD.replace("tier: 1", "tier: 3"), 4, "3 is not one of"),
    (GOOD.replace("i want out", "<nobody> out"), 2, "no list <nobody>"),
    (GOOD.replace("i want out", "(i want out"), 2, "cannot be read from"),
    (GOOD.replace("i want out", "(out)? ..."), 2, "match any message"),
    (GOOD.replace("id: one.cue", "id: One"), 2, "does not match"),
    (GOOD + GOOD.removeprefix("cues:\n"), 7, "was used before"),
    (GOOD.replace("    kind", "   kind"), 3, "YAML"),
    (GOOD.replace("    patterns:\n      - i want out\n", "    regex: '('\n"), 2, "cannot be read"),
    (GOOD.replace("kind: suicide", "colour: red"), 2, "not valid|colour"),
])
def test_a_broken_cue_file_is_named_with_its_line(tmp_path: Path, page: str, line: int, says: str) -> None:
    (tmp_path / "own.yml").write_text(page)

    with pytest.raises(InvalidFile, match=says) as caught:
        cues.load([tmp_path])

    assert caught.value.line == line
    assert caught.value.path.endswith("own.yml")


def test_an_adopter_adds_cue_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(GOOD)
    own, shipped = cues.load([cues.FOLDER, tmp_path]), cues.load()

    assert [found.cue.id for found in own.find("I want out!")] == ["one.cue"]
    assert own.hash != shipped.hash
