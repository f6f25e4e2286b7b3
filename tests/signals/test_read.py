from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.signals.cues import Cues
from attune.signals.read import last_resort, read
from attune.signals.reading import EMOTIONS, Kind, Reading, from_dict
from attune.signals.trained import Opinion, TrainedReader

ODD = st.one_of(
    st.text(), st.text(st.characters()),
    st.text(st.sampled_from("\u200b\u200f\u202e\u2066\u0007\x1b\ud83d\ude2dא😭 a.")),
    st.sampled_from(["", " ", "😭" * 50, "\ud83d", "\x00", "?" * 999, "a" * 5000, "\u202ekill\u202c", "\n" * 300]),
)


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


class Says:
    """A model that gives one opinion of the whole, another of the passage with a word in it, and knows every word."""

    hash = "says"

    def __init__(self, opinion: Opinion, word: str = "\x00", of_passage: Opinion | None = None) -> None:
        self.opinion, self.word, self.of_passage = opinion, word, of_passage or opinion

    def opinions(self, texts: Sequence[str]) -> list[Opinion]:
        return [self.opinion, *(self.of_passage if self.word in part else CALM for part in texts[1:])]

    def telling(self, texts: Sequence[str], count: int) -> Sequence[str]:
        return texts[:count]

    def knows(self, word: str) -> bool:
        return True


CALM = Opinion({"neutral": 1.0})


def danger(share: float, stated: float = 0.0, kind: Kind = "suicide") -> Opinion:
    return Opinion({"sadness": 1.0}, {kind: share}, stated)


@given(ODD)
def test_no_text_is_too_odd_to_read(ear: Cues, reader: TrainedReader, text: str) -> None:
    assert sane(read(text, ear, reader), text)
    assert sane(read(text, ear), text)


def test_a_very_long_message_is_read_to_its_end(ear: Cues, reader: TrainedReader) -> None:
    text = "my parcel is late and I would like to know where it is. " * 1800 + "I want to die."
    reading = read(text, ear, reader)

    assert len(text) > 100_000
    assert sane(reading, text)
    assert reading.crisis.tier == 1


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_danger_is_heard_whatever_stands_in_the_sentences_around_it(ear: Cues, text: str) -> None:
    assert read(f"{text}\n. I have suicidal thoughts. \n{text}", ear).crisis.tier >= 1 or "suici" in text


def test_the_same_words_are_louder_when_shouted(ear: Cues, reader: TrainedReader) -> None:
    calm, loud = read("this is ridiculous", ear, reader), read("this is RIDICULOUS!!! AND ALWAYS THE SAME", ear, reader)

    assert loud.intensity > calm.intensity


def test_the_reader_is_named_after_cues_and_model(ear: Cues, reader: TrainedReader) -> None:
    assert len({read("hi", ear, model).reader for model in (reader, Says(CALM), None)}) == 3
    assert read("hi", ear, reader).reader == read("bye", ear, reader).reader


def test_weak_remarks_count_together_only(ear: Cues) -> None:
    alone = read("I'm dying to know when it ships", ear)

    assert (alone.crisis.tier, alone.cues) == (0, ())
    assert read("I hate myself", ear).crisis.tier == 0
    assert read("I hate myself, I feel hopeless, nobody cares about me", ear).crisis.tier == 1


@pytest.mark.parametrize(("opinion", "tier"), [
    (danger(0.95), 1), (danger(0.95, 0.9), 2), (danger(0.3), 0), (danger(0.0), 0), (CALM, 0),
])
def test_danger_no_cue_foresaw_is_heard_by_the_trained_reader(ear: Cues, opinion: Opinion, tier: int) -> None:
    crisis = read("the box by the window is packed", ear, Says(opinion)).crisis

    assert (crisis.tier, crisis.kinds) == (tier, ("suicide",) if tier else ())


def test_one_sentence_of_a_long_message_is_enough(ear: Cues) -> None:
    text = "I ordered two lamps in March and one of them is blue. My things are given away. When do you open on Sunday?"

    assert read(text, ear, Says(CALM, "given away", danger(0.95))).crisis.tier == 1
    assert read(text, ear, Says(CALM, "given away", danger(0.5))).crisis.tier == 0


def test_cues_and_trained_reader_strengthen_each_other(ear: Cues) -> None:
    assert read("I hate myself", ear, Says(danger(0.45))).crisis.tier == 1
    assert read("I hate Mondays", ear, Says(danger(0.45))).crisis.tier == 0


def test_a_figure_of_speech_the_trained_reader_knows_is_no_danger(ear: Cues) -> None:
    assert read("another password, kill me now", ear).crisis.tier == 1
    assert read("another password, kill me now", ear, Says(danger(0.01))).crisis.tier == 0
    assert read("another password, kill me now", ear, Says(danger(0.2))).crisis.tier == 1


def test_the_trained_reader_cannot_silence_a_stated_intent(ear: Cues) -> None:
    assert read("I am going to kill myself tonight", ear, Says(danger(0.0))).crisis.tier == 1
    assert read("I am going to kill myself tonight", ear, Says(danger(0.5))).crisis.tier == 2


def test_in_a_message_too_long_to_read_closely_the_cues_are_believed(ear: Cues) -> None:
    text = "The lamp I ordered in March is blue and not white. " * 20 + "Another password, kill me now."

    assert read(text, ear, Says(danger(0.01))).crisis.tier == 1


@pytest.mark.parametrize(("text", "tier"), [("I want to die", 1), ("SUICIDE", 1), ("where is my parcel", 0), ("", 0)])
def test_the_last_resort_still_hears_plain_danger(text: str, tier: int) -> None:
    assert last_resort(text).crisis.tier == tier


def test_cues_decide_where_the_model_is_silent(ear: Cues) -> None:
    silent = Says(Opinion({}))

    assert read("I am furious", ear, silent).emotion == "anger"
    assert sane(read("the box is blue", ear, silent), "the box is blue")
