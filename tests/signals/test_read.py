from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.signals.cues import Cues
from attune.signals.emotion import EmotionModel, Line, load, train
from attune.signals.read import last_resort, level, read
from attune.signals.reading import EMOTIONS, Reading, from_dict

TABLE = Path(__file__).parents[1] / "tables" / "signals" / "emotion.yml"
CASES: list[dict[str, Any]] = YAML(typ="safe").load(TABLE.read_text(encoding="utf-8"))

ODD = st.one_of(st.text(), st.text(st.characters()), st.sampled_from(["", " ", "😭" * 50, "\ud83d", "\x00", "?" * 999]))


def sane(reading: Reading, text: str) -> bool:
    return (
        reading.emotion in EMOTIONS
        and 0 <= reading.intensity <= 1000
        and sum(reading.scores.values()) == 1000
        and all(0 <= share <= 1000 for share in reading.scores.values())
        and 0 <= reading.crisis.score <= 1000
        and bool(reading.crisis.tier) == bool(reading.crisis.kinds)
        and all(0 <= cue.start < cue.end <= len(text) for cue in reading.cues)
        and from_dict(reading.as_dict()) == reading
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_the_emotion_is_named(ear: Cues, reader: EmotionModel, case: dict[str, Any]) -> None:
    reading = read(case["text"], ear, reader)

    assert reading.emotion == case["emotion"]
    assert level(reading.intensity) == case.get("level", level(reading.intensity))


@given(ODD)
def test_no_text_is_too_odd_to_read(ear: Cues, reader: EmotionModel, text: str) -> None:
    assert sane(read(text, ear, reader), text)
    assert sane(read(text, ear), text)


def test_a_very_long_message_is_read_to_its_end(ear: Cues, reader: EmotionModel) -> None:
    text = "my parcel is late and I would like to know where it is. " * 180 + "I want to die."
    reading = read(text, ear, reader)

    assert len(text) > 10_000
    assert sane(reading, text)
    assert reading.crisis.tier == 1


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_danger_is_heard_whatever_stands_in_the_sentences_around_it(ear: Cues, text: str) -> None:
    assert read(f"{text}\n. I have suicidal thoughts. \n{text}", ear).crisis.tier >= 1 or "suici" in text


def test_the_same_words_are_louder_when_shouted(ear: Cues, reader: EmotionModel) -> None:
    calm, loud = read("this is ridiculous", ear, reader), read("this is RIDICULOUS!!! AND ALWAYS THE SAME", ear, reader)

    assert loud.intensity > calm.intensity


def test_the_reader_is_named_after_cues_and_model(ear: Cues, reader: EmotionModel) -> None:
    other = train([Line("oh no", "anxiety"), Line("oh yes", "gratitude")])

    assert len({read("hi", ear, model).reader for model in (reader, other, None)}) == 3
    assert read("hi", ear, reader).reader == read("bye", ear, reader).reader


def test_weak_remarks_count_together_only(ear: Cues) -> None:
    alone = read("I'm dying to know when it ships", ear)

    assert (alone.crisis.tier, alone.cues) == (0, ())
    assert read("I hate myself", ear).crisis.tier == 0
    assert read("I hate myself, I feel hopeless, nobody cares about me", ear).crisis.tier == 1


@pytest.mark.parametrize(("text", "tier"), [("I want to die", 1), ("SUICIDE", 1), ("where is my parcel", 0), ("", 0)])
def test_the_last_resort_still_hears_plain_danger(text: str, tier: int) -> None:
    assert last_resort(text).crisis.tier == tier


def test_training_again_gives_the_same_reader(tmp_path: Path) -> None:
    lines = [Line("where is it, again", "frustration"), Line("where is it", "neutral"), Line("thank you", "gratitude")]
    one, other = train(lines), train(lines[::-1])
    assert one
    assert other
    one.save(tmp_path)
    stored = load(tmp_path)

    assert stored
    assert one.hash == other.hash == stored.hash
    assert one.scores("again?") == other.scores("again?") == stored.scores("again?")


@pytest.mark.parametrize("lines", [[], [Line("hi", "neutral")], [Line("hi", "neutral"), Line("you", "neutral")]])
def test_without_lines_nothing_is_learned(lines: list[Line]) -> None:
    assert train(lines) is None


def test_an_empty_folder_holds_no_reader(tmp_path: Path) -> None:
    assert load(tmp_path) is None


class Silent:
    """A model that never decides."""

    hash = "silent"

    def scores(self, text: str) -> Mapping[str, int]:
        return dict.fromkeys(EMOTIONS, 0)


def test_cues_decide_where_the_model_is_silent(ear: Cues) -> None:
    assert read("I am furious", ear, Silent()).emotion == "anger"
    assert sane(read("the box is blue", ear, Silent()), "the box is blue")
