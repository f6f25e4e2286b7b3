"""A wish to be called back, and the answer to when and how (HND-2)."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.policy.call_back import LONGEST, tells, wants
from attune.policy.rating import chosen

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/policy/call_back.yml").read_text())


@pytest.mark.parametrize(("half", "expected"), [("asks", True), ("asks_nothing", False)])
def test_hnd_2_who_would_rather_be_called_back_is_understood(half: str, expected: bool) -> None:
    assert {text: wants(text) for text in TABLE[half]} == dict.fromkeys(TABLE[half], expected)


@pytest.mark.parametrize(("half", "expected"), [("tells", True), ("tells_nothing", False)])
def test_a_time_a_number_or_an_address_is_an_answer(half: str, expected: bool) -> None:
    assert {text: tells(text) for text in TABLE[half]} == dict.fromkeys(TABLE[half], expected)


@given(st.text(), st.from_regex(r"[0-9]{5,12}", fullmatch=True))
def test_whatever_stands_around_a_number_it_is_an_answer(around: str, number: str) -> None:
    said = f"{around} {number}"

    assert tells(said) == (len(said) <= LONGEST)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert wants(text) in (True, False)
    assert not tells(text + "1" * (LONGEST + 1))


@pytest.mark.parametrize(("intent", "entities", "expected"), [
    ("attune_rating", {"attune_rating": "1"}, 1),
    ("attune_rating", {"attune_rating": "5"}, 5),
    ("attune_rating", {"attune_rating": "skip"}, "skip"),
    ("attune_rating", {"attune_rating": "6"}, None),
    ("attune_rating", {"attune_rating": "٣"}, None),
    ("attune_rating", {}, None),
    ("affirm", {"attune_rating": "5"}, None),
    (None, {"attune_rating": "5"}, None),
])
def test_a_rating_is_one_of_six_buttons_and_nothing_else(
    intent: str | None, entities: dict[str, str], expected: object,
) -> None:
    assert chosen(intent, entities) == expected
