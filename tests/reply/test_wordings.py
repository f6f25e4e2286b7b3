"""The layer's everyday wordings: short, varied, tentative, and complete (LNG-1..5, DIS-1, CON-2)."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.policy import decision
from attune.policy.protocol import load
from attune.reply.document import read
from attune.reply.voice import spoken
from attune.reply.wording import ACKNOWLEDGEMENTS, LAYER_RESPONSES, least_said, sayable
from attune.settings import LAYER

WRITTEN: dict[str, list[dict[str, Any]]] = {
    name: variations for file in sorted((LAYER / "responses").glob("*.yml"))
    for name, variations in read(file).data["responses"].items()
}
SHIPPED = load().voice
RESPONSES = spoken(WRITTEN, SHIPPED)
SORRY = re.compile(r"\b(sorry|apolog\w+)\b", re.IGNORECASE)


def test_every_response_of_the_layer_is_there_and_no_other() -> None:
    assert set(RESPONSES) == set(LAYER_RESPONSES)


def test_whatever_the_judgement_says_can_be_said() -> None:
    asked = {value for value in vars(decision).values() if isinstance(value, str) and value.startswith("utter_")}

    assert asked
    assert asked <= set(LAYER_RESPONSES)


@pytest.mark.parametrize("name", ACKNOWLEDGEMENTS)
def test_lng_4_an_acknowledgement_is_short_varied_and_at_most_one_sorry(name: str) -> None:
    texts = [variation["text"].replace("{attune_topic}", "one two three four") for variation in RESPONSES[name]]

    assert len(set(texts)) == len(texts)
    assert all(len(text.split()) <= 25 for text in texts)
    assert all(len(SORRY.findall(text)) <= 1 for text in texts)
    assert [text for text in texts if "?" in text or "{" in text] == []


@pytest.mark.parametrize("formality", ["formal", "plain", "casual"])
@pytest.mark.parametrize("name", ACKNOWLEDGEMENTS)
def test_a_feeling_has_six_wordings_that_need_nothing_two_that_name_the_wish_and_one_for_the_public(
    name: str, formality: Any,
) -> None:
    variations = spoken(WRITTEN, replace(SHIPPED, formality=formality))[name]
    private = [variation["text"] for variation in variations if "condition" not in variation]

    assert sum("{" not in text for text in private) >= 6
    assert sum("{attune_topic}" in text for text in private) >= 2
    assert len(variations) > len(private)
    assert all("{" not in variation["text"] for variation in variations if "condition" in variation)


@pytest.mark.parametrize("name", ACKNOWLEDGEMENTS)
def test_lng_5_an_acknowledgement_names_the_situation_not_the_person(name: str) -> None:
    assert [v["text"] for v in RESPONSES[name] if re.search(r"\byou('re| are| seem| sound| look)\b", v["text"])] == []


@pytest.mark.parametrize("name", ACKNOWLEDGEMENTS)
def test_variations_do_not_open_alike(name: str) -> None:
    together = [variation for variation in RESPONSES[name] if "condition" not in variation]
    openings = [" ".join(variation["text"].split()[:3]) for variation in together]

    assert len(set(openings)) == len(openings)


def test_no_two_acknowledgements_are_the_same() -> None:
    texts = [variation["text"] for name in ACKNOWLEDGEMENTS for variation in RESPONSES[name]]

    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("name", ["utter_disclosure", "utter_is_automated", "utter_bot_resumes"])
def test_dis_1_no_wording_leaves_open_what_is_speaking(name: str) -> None:  # DIS-1..3
    for variation in RESPONSES[name]:
        assert "automated assistant" in variation["text"]
        assert re.search(r"not a person|no person", variation["text"])


def test_con_1_the_disclosure_is_notice_too() -> None:
    text = RESPONSES["utter_disclosure"][0]["text"]

    assert "how messages sound" in text
    assert "switch that off under Privacy" in text
    assert "person" in text.split(".")[-2]


def test_con_2_consent_is_asked_with_a_yes_and_a_no() -> None:
    question, = RESPONSES["utter_ask_consent_agent"]

    assert [button["payload"] for button in question["buttons"]] == [
        '/attune_consent{{"attune_purpose":"agent","attune_answer":"yes"}}',
        '/attune_consent{{"attune_purpose":"agent","attune_answer":"no"}}',
    ]
    assert "same either way" in question["text"]


@pytest.mark.parametrize("name", ["utter_handing_off", "utter_in_queue", "utter_handoff_failed"])
def test_hnd_3_nobody_is_told_how_long_it_takes(name: str) -> None:
    for variation in RESPONSES[name]:
        assert not re.search(r"\b(minute|hour|shortly|soon|moment,)\b|right away", variation["text"])


SAYABLE = [
    (["all of it"], {}, ["all of it"]),
    (["about {wish}", "plain"], {}, ["plain"]),
    (["about {wish}", "plain"], {"wish": None}, ["plain"]),
    (["about {wish}", "plain"], {"wish": "a refund"}, ["about {wish}", "plain"]),
    (["{wish} by {day}", "about {wish}", "for {wish}"], {}, ["about {wish}", "for {wish}"]),
    (["braces {{wish}} stay"], {}, ["braces {{wish}} stay"]),
]


@pytest.mark.parametrize(("texts", "values", "left"), SAYABLE)
def test_lng_2_nothing_is_said_that_no_value_stands_behind(
    texts: list[str], values: dict[str, Any], left: list[str],
) -> None:
    assert [each["text"] for each in sayable([{"text": text} for text in texts], values)] == left


@given(st.lists(st.text(), min_size=1), st.dictionaries(st.text(), st.text()))
def test_there_is_always_something_to_say(texts: list[str], values: dict[str, Any]) -> None:
    assert sayable([{"text": text} for text in texts], values)


TEXTS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True)


@given(TEXTS, st.lists(st.sampled_from("abcdefg"), max_size=20))
def test_the_last_wording_is_never_said_again_at_once(texts: list[str], said: list[str]) -> None:
    fresh = least_said(texts, said)
    last = next((text for text in reversed(said) if text in texts), None)

    assert fresh
    assert len(texts) == 1 or last not in [texts[index] for index in fresh]


@given(TEXTS.filter(lambda texts: len(texts) > 1), st.randoms(use_true_random=False))
def test_all_wordings_are_used_before_one_is_used_twice(texts: list[str], dice: Any) -> None:
    said: list[str] = []
    for _ in texts:
        said.append(texts[dice.choice(least_said(texts, said))])

    assert sorted(said) == sorted(texts)


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_positions_are_always_positions(texts: list[str], said: list[str]) -> None:
    assert set(least_said(texts, said)) <= set(range(len(texts)))
