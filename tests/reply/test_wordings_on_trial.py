"""In Rasa: who agreed hears the wording the lot gives them, its Record says which, and nobody else is tried on."""

from collections.abc import Collection
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from attune.audit.mapping import records
from attune.audit.record import Record, Seal
from attune.audit.thread import Thread
from attune.reply.experiments import AS_BEFORE, Experiment
from attune.reply.nlg import VariedResponses
from attune.reply.trials import Running, Trials
from attune.signals.reading import KEY

pytestmark = pytest.mark.rasa

ANGER = "utter_acknowledge_anger_light"
TRIAL = Experiment("warmer", ("utter_acknowledge_*", "utter_hours", "utter_in_*", "utter_o*"), {"warm": 500},
                   "escalated", (), 1000, 90, running=True)
PLAIN: dict[str, Any] = {"text": "plain"}
WARM: dict[str, Any] = {"text": "warm", "metadata": {"variant": "warm"}}
RESPONSES = {
    ANGER: [{"text": "plain"}, {"text": "plainer"}, {"text": "warm", "metadata": {"variant": "warm"}}],
    "utter_hours": [{"text": "nine to five"}, {"text": "from nine, do come", "metadata": {"variant": "warm"}}],
    "utter_in_public": [PLAIN, WARM | {"condition": [{"type": "slot", "name": "attune_public", "value": True}]}],
    "utter_on_web": [PLAIN, WARM | {"channel": "collector"}],
    "utter_of_order": [{"text": "your order {order}"}, WARM],
}
DOMAIN = Domain.from_dict({
    "slots": {name: {"type": "any", "mappings": [{"type": "custom"}]}
              for name in ("attune_consent_quality", "attune_public", "order")},
    "responses": RESPONSES,
})
AGREED = SlotSet("attune_consent_quality", "granted")
KEYS = Seal("a" * 32, "b" * 32)


def hears(arm: str) -> str:
    """Somebody to whom the lot gives that."""
    return next(name for name in map(str, range(1000)) if TRIAL.arm(name) == arm)


async def utters(who: str, *events: Event, response: str = ANGER, ended: Collection[str] = ()) -> BotUttered:
    """What Rasa puts into the tracker when an action says the response."""
    generator = VariedResponses(domain=DOMAIN, choose=lambda places: places[-1],
                                trials=Trials(lambda: Running((TRIAL,), ended)))
    tracker = DialogueStateTracker.from_events(who, list(events), DOMAIN.slots)
    answer = {"response": response, "text": None, "buttons": [], "custom": {}}
    [uttered] = await RemoteAction._utter_responses([answer], CollectingOutputChannel(), generator, tracker)
    return uttered  # type: ignore[no-any-return]


def on_record(uttered: BotUttered, may: bool) -> Record:
    [record] = records({**uttered.as_dict(), "sender_id": "someone"}, Thread(), KEYS, may)
    return record


@pytest.mark.parametrize(("arm", "text"), [("warm", "warm"), (AS_BEFORE, "plainer")])
async def test_who_agreed_hears_what_the_lot_gives_them_and_it_is_on_record(arm: str, text: str) -> None:
    uttered = await utters(hears(arm), AGREED)

    assert uttered.text == text
    assert on_record(uttered, may=True).facts["variant"] == TRIAL.label(arm)
    assert "variant" not in uttered.metadata.get("metadata", {})


@pytest.mark.parametrize("response", [ANGER, "utter_hours"])
async def test_con_4_what_was_tried_is_sealed(response: str) -> None:
    assert "variant" not in on_record(await utters(hears("warm"), AGREED, response=response), may=False).facts


IN_DANGER = UserUttered("I want to end it", parse_data={KEY: {"crisis": {"tier": 2}}})


@pytest.mark.parametrize("events", [
    [], [SlotSet("attune_consent_quality", "refused")],
    [AGREED, SlotSet("attune_consent_quality", "withdrawn")],
    [AGREED, BotUttered("help", metadata={"utter_action": "utter_crisis_help_now"})],
    [AGREED, BotUttered("help", metadata={"utter_action": "utter_crisis_help"})],    # as stored without a yes
    [AGREED, BotUttered("lines", metadata={"utter_action": "utter_help_lines"})],
    [AGREED, IN_DANGER],                                                              # said to an agent, perhaps
], ids=["not asked", "refused", "withdrawn", "danger", "danger, stored", "asked for help lines", "no help was said"])
async def test_on_nobody_else_is_anything_tried(events: list[Event]) -> None:
    uttered = await utters(hears("warm"), *events)

    assert (uttered.text, "id" in uttered.metadata) == ("plainer", False)


async def test_what_was_ended_is_said_to_nobody() -> None:
    uttered = await utters(hears("warm"), AGREED, ended={TRIAL.label("warm")})

    assert (uttered.text, "id" in uttered.metadata) == ("plainer", False)


async def test_a_projects_own_response_is_tried_alike() -> None:
    uttered = await utters(hears("warm"), AGREED, response="utter_hours")

    assert uttered.text == "from nine, do come"
    assert on_record(uttered, may=True).facts["variant"] == TRIAL.label("warm")


@pytest.mark.parametrize(("response", "events", "said"), [
    ("utter_in_public", [SlotSet("attune_public", True)], "plain"),
    ("utter_on_web", [], "plain"),
    ("utter_of_order", [], "your order None"),                   # as Rasa says it where there is nothing better
])
@pytest.mark.parametrize("agreed", [[], [AGREED]], ids=["not asked", "agreed"])
async def test_a_variant_that_fits_better_is_still_for_nobody_outside_its_trial(
    response: str, events: list[Event], said: str, agreed: list[Event],
) -> None:
    uttered = await utters(hears("warm"), *agreed, *events, response=response)

    assert (uttered.text, "id" in uttered.metadata) == (said, False)
