"""`action_attune_consent` says what became of the consent, and does nothing else."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from attune_actions.consent import AttuneConsent


def slot(name: str, value: str | None) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": 1.0}


USER = {"event": "user", "text": "yes"}
AGENT, QUALITY = "attune_consent_agent", "attune_consent_quality"


@pytest.mark.parametrize(("events", "said"), [
    ([USER, slot(AGENT, "granted")], ["utter_consent_granted"]),
    ([USER, slot(AGENT, "refused")], ["utter_consent_refused"]),
    ([USER, slot(QUALITY, "withdrawn")], ["utter_consent_withdrawn"]),
    ([slot(QUALITY, "granted"), USER, slot(AGENT, "refused"), slot("order_id", "1042")], ["utter_consent_refused"]),
    ([slot(AGENT, "granted"), USER, slot(AGENT, "withdrawn")], ["utter_consent_withdrawn"]),
    ([USER, slot(AGENT, "withdrawn"), slot(QUALITY, "refused")], ["utter_consent_withdrawn"]),
    ([slot(AGENT, "withdrawn"), USER, slot(QUALITY, "granted")], ["utter_consent_granted"]),
    ([slot(QUALITY, "granted"), USER], []),
    ([USER, slot(AGENT, "asked")], []),
    ([USER, slot(AGENT, None)], []),
    ([USER, slot("order_id", "granted")], []),
    ([], []),
])
async def test_con_3_it_speaks_of_what_this_message_changed(events: list[dict[str, Any]], said: list[str]) -> None:
    dispatcher, tracker = CollectingDispatcher(), Tracker("anna", {}, {}, events, False, None, {}, None)
    changes = await AttuneConsent().run(dispatcher, tracker, {})

    assert [message["response"] for message in dispatcher.messages] == said
    assert changes == []


def test_the_layer_knows_it_by_its_name() -> None:
    assert AttuneConsent().name() == "action_attune_consent"
