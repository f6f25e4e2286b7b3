"""The action that acknowledges, run as the action server runs it."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from attune.reply.wording import ACKNOWLEDGEMENTS
from attune_actions.acknowledge import AttuneAcknowledge


async def said(reading: dict[str, Any] | None) -> list[str]:
    message = {"text": "…"} | ({"attune": reading} if reading else {})
    tracker = Tracker("someone", {}, message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    assert await AttuneAcknowledge().run(dispatcher, tracker, {}) == []
    return [message["response"] for message in dispatcher.messages]


@pytest.mark.parametrize(("reading", "response"), [
    ({"emotion": "frustration", "intensity": 720}, "utter_acknowledge_frustration_strong"),
    ({"emotion": "frustration", "intensity": 600}, "utter_acknowledge_frustration_strong"),
    ({"emotion": "sadness", "intensity": 599}, "utter_acknowledge_sadness_light"),
    ({"emotion": "confusion", "intensity": 400}, "utter_acknowledge_confusion_light"),
    ({"emotion": "anger", "intensity": 1000}, "utter_acknowledge_anger_strong"),
    ({"emotion": "anxiety", "intensity": 450}, "utter_acknowledge_anxiety_light"),
])
async def test_a_feeling_is_acknowledged_as_strongly_as_it_shows(reading: dict[str, Any], response: str) -> None:
    assert response in ACKNOWLEDGEMENTS
    assert await said(reading) == [response]


@pytest.mark.parametrize("reading", [
    None, {}, {"emotion": "neutral", "intensity": 900}, {"emotion": "gratitude", "intensity": 900},
    {"emotion": "anger", "intensity": 100},
])
async def test_where_nothing_was_felt_nothing_is_said(reading: dict[str, Any] | None) -> None:
    assert await said(reading) == []
