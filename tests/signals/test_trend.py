"""What a customer does over several turns, in calm words or not."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.settings import LAYER
from attune.signals.reading import EMOTIONS
from attune.signals.trend import BEHAVIOURS, NO_REQUEST, STEADY, Behaviour, Turn, Weights, trend

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/signals/trend.yml").read_text())
CASES = [
    (f"{behaviour}: {case['case']}", case["turns"], case.get("behaviours", [behaviour] * (half == "shows")))
    for behaviour, halves in TABLE["behaviours"].items() for half, cases in halves.items() for case in cases
] + [(case["case"], case["turns"], case["behaviours"]) for case in TABLE["together"]]
DIRECTIONS = [(direction, moods) for direction, cases in TABLE["directions"].items() for moods in cases]
SHOP = Weights(may_repeat=frozenset({"greet", "inform", "product_question"}))


def turn(case: dict) -> Turn:
    return Turn(**{**case, "entities": tuple(case.get("entities", {}).items())})


@pytest.mark.parametrize(("turns", "behaviours"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_conduct_is_told_from_the_turns(turns: list[dict], behaviours: list[Behaviour]) -> None:
    assert trend([turn(each) for each in turns], SHOP).behaviours == tuple(behaviours)


def test_every_behaviour_has_both_halves() -> None:
    assert list(TABLE["behaviours"]) == list(BEHAVIOURS)
    assert all(halves["shows"] and halves["shows_not"] for halves in TABLE["behaviours"].values())


@pytest.mark.parametrize(("direction", "moods"), DIRECTIONS)
def test_a_mood_has_a_direction(direction: str, moods: list[tuple]) -> None:
    turns = [Turn("some words", emotion=emotion, intensity=intensity) for emotion, intensity in moods]

    assert trend(turns).direction == direction


def test_conduct_has_a_direction_too() -> None:
    asked = Turn("where is my order", "order_status")
    again = [asked, replace(asked, text="so where is it"), replace(asked, text="WHERE IS MY ORDER")]

    assert [trend(again[:end]).direction for end in (1, 2, 3)] == ["steady", "steady", "rising"]
    assert trend([*again, Turn("ok thanks", "thanks")]).direction == "settling"


def test_what_counts_nothing_is_not_named() -> None:
    loud = [Turn("WHERE IS MY ORDER", "order_status")]

    assert trend(loud, Weights({"shouting": 0})) == STEADY


@pytest.mark.parametrize(("behaviours", "together"), [
    ((), 0), (("shouting",), 400), (("form_left", "shouting"), 450), (("shouting", "form_left"), 450),
    (("repeated_request", "shouting", "form_left"), 1000),
])
def test_several_at_once_count_for_more(behaviours: tuple[Behaviour, ...], together: int) -> None:
    weights = Weights({"repeated_request": 950, "shouting": 400, "form_left": 300}, each_further=50)

    assert weights.together(behaviours) == together


def test_every_intent_of_the_layer_is_known_as_no_request() -> None:
    intents = yaml.safe_load((LAYER / "domain.yml").read_text())["intents"]

    assert {name for intent in intents for name in intent} | {"nlu_fallback"} == NO_REQUEST


TURNS = st.builds(
    Turn,
    text=st.one_of(st.text(), st.sampled_from(["where is my order", "WHERE IS MY ORDER!", "\ud83d\ude2d", "!" * 5000])),
    intent=st.sampled_from([None, "order_status", "inform", "nlu_fallback"]),
    entities=st.sampled_from([(), (("order_number", "1042"),)]),
    emotion=st.sampled_from(EMOTIONS), intensity=st.integers(0, 1000), fallback=st.booleans(),
    active_form=st.sampled_from([None, "return_form"]), asked_slot=st.sampled_from([None, "order_number"]),
    answered=st.booleans(), left_form=st.booleans(),
)


@given(st.lists(TURNS, max_size=12))
def test_whatever_is_written_has_a_trend(turns: list[Turn]) -> None:
    found = trend(turns)

    assert found.direction in ("rising", "settling", "steady")
    assert list(found.behaviours) == [each for each in BEHAVIOURS if each in found.behaviours]
    assert 0 <= Weights().together(found.behaviours) <= 1000


@given(st.lists(TURNS, min_size=1, max_size=12))
def test_only_what_is_written_now_or_repeats_it_is_conduct(turns: list[Turn]) -> None:
    quiet = replace(turns[-1], text="ok", fallback=False, asked_slot=None)
    before = [replace(each, left_form=False) for each in turns[:-1]]

    assert trend([*before, replace(quiet, left_form=False)]).behaviours == ()


@given(st.text())
def test_small_letters_never_shout(text: str) -> None:
    assert "shouting" not in trend([Turn(text.lower(), "inform")]).behaviours
