"""An answer is judged by what a customer reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.rehearsal.judge import Judge, UnknownHelpLine, is_response, plain
from attune.rehearsal.script import Bubble, Button, Check, Expected
from attune.reply import resources
from attune.reply.resources import choose, emergency_in_words, in_words

REGISTRY = resources.load()
JUDGE = Judge(REGISTRY)
TALK = Button("Talk to a person", "/request_human")
HELLO = Bubble("Hello, I’m an automated assistant.", (TALK,), "utter_disclosure")
ORDER = Bubble("Order 1042 is late.", (), "utter_order_delayed")
ANSWER = (HELLO, ORDER)


def words(text: str) -> Check:
    return Check("words", text)


def help_shown(country: str | None) -> Bubble:
    """Help as a customer of this country reads it."""
    found = choose(country, REGISTRY)
    return Bubble(f"Please call {in_words(found)}. In danger, contact {emergency_in_words(found)}.")


@pytest.mark.parametrize("check", [
    words("AUTOMATED"), words("I'm an"), words("order 1042"), Check("response", "utter_order"), Check("re", r"\d{4}"),
    Check("response", "utter_disclosure"), Check("button", "talk to a person"),
    Check("any of", among=(words("nothing"), words("late"))),
])
def test_what_is_there_is_found(check: Check) -> None:
    assert list(JUDGE.problems(Expected(must=(check,)), ANSWER)) == []
    assert len(list(JUDGE.problems(Expected(must_not=(check,)), ANSWER))) == 1


@pytest.mark.parametrize("check", [
    words("sorry"), Check("response", "utter_ord"), Check("re", r"\d{5}"), Check("button", "Yes"),
    Check("any of", among=(words("nothing"), words("sorry"))), Check("help line", "GB-SAM"), Check("emergency", "GB"),
])
def test_what_is_not_there_is_missed(check: Check) -> None:
    assert len(list(JUDGE.problems(Expected(must=(check,)), ANSWER))) == 1
    assert list(JUDGE.problems(Expected(must_not=(check,)), ANSWER)) == []


def test_first_and_last_look_at_one_bubble() -> None:
    expected = Expected(first=(words("automated"), words("late")), last=(words("late"), words("automated")))

    assert list(JUDGE.problems(expected, ANSWER)) == ["first: “late”", "last: “automated”"]


@pytest.mark.parametrize(("expected", "problems"), [
    (Expected(bubbles=2), []), (Expected(bubbles=1), ["at most 1 bubbles"]),
    (Expected(bubbles=0), ["the bot is silent"]),
    (Expected(words=5), []), (Expected(words=4), ["at most 4 words in a bubble, but one has 5"]),
])
def test_what_is_too_much_is_said(expected: Expected, problems: list[str]) -> None:
    assert list(JUDGE.problems(expected, ANSWER)) == problems


@pytest.mark.parametrize("entry", [each for each in REGISTRY.entries if each.reachable], ids=lambda each: each.id)
def test_cri_5_a_help_line_is_shown_when_its_name_and_its_ways_are(entry: resources.HelpLine) -> None:
    shown = [help_shown(None if entry.country == "*" else entry.country)]

    assert JUDGE.shows(Check("help line", entry.id), shown) == (entry in choose(entry.country, REGISTRY).lines)
    assert not JUDGE.shows(Check("help line", entry.id), [ORDER])


def test_cri_5_one_way_to_reach_a_line_is_enough_to_be_the_wrong_one() -> None:
    [line] = [entry for entry in REGISTRY.entries if entry.id == "US-988"]

    assert JUDGE.hints(Check("help line", line.id), [Bubble(f"You can call {line.call} now.")])
    assert not JUDGE.hints(Check("help line", line.id), [help_shown("GB"), help_shown(None)])
    assert not JUDGE.hints(Check("help line", line.id), [Bubble(f"Order 1{line.call}7 is late.")])


def test_an_emergency_number_is_the_countrys_own() -> None:
    assert JUDGE.shows(Check("emergency", "GB"), [help_shown("GB")])
    assert not JUDGE.shows(Check("emergency", "GB"), [help_shown("US")])
    assert not JUDGE.shows(Check("emergency", "XX"), [help_shown(None)])


def test_a_help_line_nobody_knows_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownHelpLine, match="GB-SAM"):
        JUDGE.shows(Check("help line", "GB-NONE"), ANSWER)


@pytest.mark.parametrize(("name", "wanted", "expected"), [
    ("utter_crisis_help_now", "utter_crisis_help", True), ("utter_crisis_help", "utter_crisis_help", True),
    ("utter_crisis_helpful", "utter_crisis_help", False), (None, "utter_crisis_help", False),
    ("utter_crisis_help", "utter_crisis_help_now", False),
])
def test_a_family_stands_for_each_of_its_responses(name: str | None, wanted: str, expected: bool) -> None:
    assert is_response(name, wanted) == expected


@given(st.text())
def test_text_is_compared_the_same_however_often_it_was_made_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
def test_what_was_said_is_found_whatever_stands_around_it(said: str, before: str, after: str) -> None:
    assert JUDGE.shows(words(said.strip()), [Bubble(f"{before} {said} {after}")])
