"""The trained reader's own workings, on few lines and without an encoder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.signals.encoder import Encoder
from attune.signals.lines import Line
from attune.signals.reading import EMOTIONS, KINDS
from attune.signals.trained import OtherEncoder, TrainedReader, load, train

FEW = [
    Line("where is it, again", "frustration"), Line("where is it now", "frustration"), Line("where is it", "neutral"),
    Line("the blue one", "neutral"), Line("thank you", "gratitude"), Line("thanks a lot", "gratitude"),
    Line("I want to die", "sadness", 1, "suicide"), Line("they hit me, I want out", "anxiety", 1, "abuse_danger"),
]


def test_training_again_gives_the_same_reader(tmp_path: Path) -> None:
    one, other = train(FEW), train(FEW[::-1])
    assert one
    assert other
    one.save(tmp_path)
    stored = load(tmp_path)

    assert stored
    assert one.hash == other.hash == stored.hash
    assert one.opinions(["again?"]) == other.opinions(["again?"]) == stored.opinions(["again?"])


@pytest.mark.parametrize("lines", [[], [Line("hi", "neutral")], [Line("hi", "neutral"), Line("you", "neutral")]])
def test_without_lines_nothing_is_learned(lines: list[Line]) -> None:
    assert train(lines) is None


def test_an_empty_folder_holds_no_reader(tmp_path: Path) -> None:
    assert load(tmp_path) is None


def test_lines_without_danger_teach_emotion_alone() -> None:
    reader = train(FEW[:6])
    assert reader
    [opinion] = reader.opinions(["thank you"])

    assert opinion.danger == opinion.stated == opinion.wants_person == 0
    assert max(opinion.emotions, key=lambda each: opinion.emotions[each]) == "gratitude"


@given(st.lists(st.text(), max_size=4))
def test_shares_are_shares(reader: TrainedReader, texts: list[str]) -> None:
    opinions = reader.opinions(texts) if texts else []

    assert len(opinions) == len(texts)
    for opinion in opinions:
        assert set(opinion.emotions) <= set(EMOTIONS)
        assert set(opinion.kinds) <= set(KINDS)
        assert sum(opinion.emotions.values()) == pytest.approx(1)
        assert 0 <= opinion.stated <= opinion.danger + 1e-9 <= 1.001


def test_a_reader_is_not_used_with_another_encoder(tmp_path: Path) -> None:
    alone = train(FEW)
    assert alone
    alone.save(tmp_path)
    other = Encoder("other weights", None, lambda ids, mask: ids)  # type: ignore[arg-type]

    with pytest.raises(OtherEncoder, match="Train again"):
        load(tmp_path, other)


def test_the_passages_that_show_most_are_looked_at_closely(reader: TrainedReader) -> None:
    calm = [f"could you send the invoice for order {number} to my office" for number in range(40)]

    chosen = reader.telling([*calm[:20], "i want to kill myself", *calm[20:]], 3)

    assert "i want to kill myself" in chosen
    assert len(chosen) == 3


def test_words_of_the_lines_are_known(reader: TrainedReader) -> None:
    assert reader.knows("order")
    assert not reader.knows("bestellung")


def test_without_an_encoder_no_line_is_near(reader: TrainedReader) -> None:
    assert reader.nearest("where is my order") == []
