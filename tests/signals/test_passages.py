from hypothesis import given
from hypothesis import strategies as st

from attune.signals.passages import LONGEST, passages


def test_a_short_message_is_read_as_a_whole_only() -> None:
    assert passages("Where is it? I asked twice. Please.") == []


def test_sentences_are_passages() -> None:
    assert passages("I ordered two lamps in March. One of them is blue!\nWhen do you open on Sunday?") == [
        "I ordered two lamps in March.", "One of them is blue!", "When do you open on Sunday?",
    ]


def test_a_sentence_too_short_to_say_much_is_read_with_the_next() -> None:
    text = "Hi. Me again. I ordered two lamps in March and one is blue. When do you open on Sunday? Thanks."

    assert passages(text) == [
        "Hi. Me again. I ordered two lamps in March and one is blue.", "When do you open on Sunday?", "Thanks.",
    ]


def test_where_nobody_set_a_full_stop_stretches_overlap() -> None:
    words = [f"w{number}" for number in range(100)]
    found = passages(" ".join(words))

    assert all(len(passage.split()) <= LONGEST for passage in found)
    assert found[0].split()[20:] == found[1].split()[:20]
    assert found[-1].endswith("w99")


@given(st.text(st.sampled_from("ab .!?\n"), max_size=400))
def test_no_word_is_lost(text: str) -> None:
    found = passages(text)

    assert not found or set(" ".join(found).split()) == set(text.split())
