"""Who asks for their data, or for its erasure, is heard; who speaks of orders and baskets is not mistaken for them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.consent.requests import WISHES, requested

TABLE = YAML(typ="safe").load(Path(__file__).parents[1] / "tables" / "consent" / "rights.yml")
HEARD = [(wish, text) for wish in WISHES for text in TABLE[wish]]


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(set(HEARD)) >= 60
    assert len(set(TABLE["neither"])) >= 60


@pytest.mark.parametrize(("wish", "text"), HEARD)
def test_con_7_con_8_a_wish_is_heard_however_it_is_put(wish: str, text: str) -> None:
    assert requested(text) == wish


@pytest.mark.parametrize("text", TABLE["neither"])
def test_what_only_sounds_like_a_wish_is_none(text: str) -> None:
    assert requested(text) is None


@pytest.mark.parametrize(("wish", "text"), [pair for pair in HEARD if not pair[1].startswith("/")])
def test_how_a_wish_is_written_does_not_matter(wish: str, text: str) -> None:
    assert requested(f"  {text.upper().replace(chr(39), '’')} \n") == wish


def test_who_asks_for_both_gets_the_copy_first() -> None:
    assert requested("Send me a copy of my data and then delete everything you have about me.") == "export"


@given(st.text(max_size=600))
def test_any_text_gets_an_answer_and_no_text_an_error(text: str) -> None:
    assert requested(text) in (None, *WISHES)


def test_a_long_message_is_read_in_little_time_and_a_wish_found_at_its_end() -> None:
    story = "I have been waiting for the parcel since Monday and nobody told me anything about it. " * 200

    assert requested(story + "Please delete all my data.") == "forget"
