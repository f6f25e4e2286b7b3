"""Only an unmistakable yes is a yes, and a withdrawal is heard at any turn."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.consent.answers import answer, withdrawal
from attune.consent.permission import PURPOSES

TABLES = Path(__file__).parents[1] / "tables" / "consent"
ANSWERS = YAML(typ="safe").load(TABLES / "answers.yml")
WITHDRAWALS = YAML(typ="safe").load(TABLES / "withdrawals.yml")
DOUBTS = ["?", "...", "…", " 🙄", ' "', " if", " but", " not", " no", " whatever"]
YESES = ["yes", "yes please", "of course", "go ahead", "i agree", "you may"]


@pytest.mark.parametrize("text", ANSWERS["yes"])
def test_an_unmistakable_yes_is_a_yes(text: str) -> None:
    assert answer(text) == "yes"


@pytest.mark.parametrize("text", ANSWERS["no"])
def test_con_2_everything_else_is_a_no(text: str) -> None:
    assert answer(text) == "no"


@pytest.mark.parametrize("case", WITHDRAWALS["takes_back"], ids=lambda case: case["says"])
def test_con_3_a_withdrawal_is_heard(case: dict[str, object]) -> None:
    assert list(withdrawal(str(case["says"])) or ()) == case["purposes"]


@pytest.mark.parametrize("text", WITHDRAWALS["takes_nothing_back"])
def test_what_only_looks_like_a_withdrawal_is_none(text: str) -> None:
    assert withdrawal(text) is None


@pytest.mark.parametrize("case", WITHDRAWALS["takes_back"], ids=lambda case: case["says"])
def test_nobody_consents_by_withdrawing(case: dict[str, object]) -> None:
    assert answer(str(case["says"])) == "no"


@given(st.text(max_size=600))
def test_any_text_gets_an_answer_and_no_text_an_error(text: str) -> None:
    assert answer(text) in ("yes", "no")
    assert set(withdrawal(text) or ()) <= set(PURPOSES)


@given(st.sampled_from(YESES), st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=4, max_size=12))
def test_one_word_nobody_knows_makes_a_yes_a_no(yes: str, word: str) -> None:
    assert answer(f"{yes} {word}") == "no"
    assert answer(f"{word} {yes}") == "no"


@given(st.sampled_from(YESES), st.sampled_from(DOUBTS))
def test_whatever_casts_doubt_makes_a_yes_a_no(yes: str, doubt: str) -> None:
    assert answer(yes + doubt) == "no"


@given(st.sampled_from(YESES), st.sampled_from(["", ".", "!", "!!", " ", ", thanks", " please"]))
def test_how_a_yes_is_written_does_not_matter(yes: str, end: str) -> None:
    assert answer(yes.upper() + end) == answer(f"  {yes.title()}{end}\n") == "yes"


def test_a_long_message_is_read_in_little_time_and_a_withdrawal_found_at_its_end() -> None:
    story = "I have been waiting for the parcel since Monday and nobody told me anything. " * 200

    assert withdrawal(story + "Please withdraw my consent.") == PURPOSES
    assert answer("yes " * 5000) == "no"
