import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.signals.fold import fold

TRICKS = {
    "K1LL": "kill", "su1c1de": "suicide", "k i l l": "kill", "s.u.i.c.i.d.e": "suicide", "killlll": "kill",
    "don’t": "don't", "ｋｉｌｌ": "kill", "dï\u00e9": "die", "d\u200bie": "die", "d!e": "die", "кill me": "кill me",
    "order 1042": "order 1042", "a b c": "a b c", "2day": "2day", "A1": "a1", "hello\nthere": "hello there",
}


@pytest.mark.parametrize(("typed", "folded"), TRICKS.items())
def test_tricks_are_undone_and_plain_text_is_left_alone(typed: str, folded: str) -> None:
    assert fold(typed).text == folded


@given(st.text())
def test_every_folded_character_comes_from_the_message_in_order(message: str) -> None:
    folded = fold(message)

    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(0 <= index < len(message) for index in folded.origin)


@given(st.text(st.characters(codec="ascii")))
def test_folding_twice_changes_nothing_more_than_spacing(message: str) -> None:
    once = fold(message).text

    assert unicodedata.normalize("NFKC", once) == once
