"""The brand's voice: names and formality from one place, in every wording of the layer."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.policy.protocol import Voice, load
from attune.reply.voice import in_names, spoken
from reply.test_wordings import WRITTEN

VOICE = load().voice


@pytest.mark.parametrize(("text", "voice", "said"), [
    ("I'm an [assistant].", VOICE, "I'm an automated assistant."),
    ("I'm an [assistant].", replace(VOICE, assistant="shop bot"), "I'm a shop bot."),
    ("A [colleague] can join.", replace(VOICE, colleague="adviser"), "An adviser can join."),
    ("my [colleague], the [assistant]", replace(VOICE, colleague="teammate"), "my teammate, the automated assistant"),
    ("[person] and {attune_topic} stay", VOICE, "[person] and {attune_topic} stay"),
])
def test_names_stand_in_their_places_with_the_article_they_need(text: str, voice: Voice, said: str) -> None:
    assert in_names(text, voice) == said


@pytest.mark.parametrize("formality", ["formal", "plain", "casual"])
def test_every_response_has_something_to_say_in_every_style(formality: str) -> None:
    said = spoken(WRITTEN, replace(VOICE, formality=formality))

    assert set(said) == set(WRITTEN)
    assert all(said.values())
    assert not re.search(r"\[(assistant|colleague)\]|formality", repr(said))


def test_a_wording_of_another_style_is_not_said() -> None:
    variations = [{"text": "Yeah.", "metadata": {"formality": "casual"}}, {"text": "Yes."},
                  {"text": "Certainly.", "metadata": {"formality": "formal"}}]

    for formality, texts in (("plain", ["Yes."]), ("casual", ["Yeah.", "Yes."]), ("formal", ["Yes.", "Certainly."])):
        assert [each["text"] for each in spoken({"x": variations}, replace(VOICE, formality=formality))["x"]] == texts


def test_where_only_another_style_is_written_that_is_said_after_all() -> None:
    variations = [{"text": "Yeah.", "metadata": {"formality": "casual"}}]

    assert [each["text"] for each in spoken({"x": variations}, VOICE)["x"]] == ["Yeah."]


def test_each_feeling_has_a_wording_of_each_style() -> None:
    for name, variations in WRITTEN.items():
        if name.startswith("utter_acknowledge_"):
            assert {"formal", "casual"} <= {(each.get("metadata") or {}).get("formality") for each in variations}, name


@given(st.text())
def test_text_without_a_marker_stays_as_it_is(text: str) -> None:
    assert "[assistant]" in text or "[colleague]" in text or in_names(text, VOICE) == text
