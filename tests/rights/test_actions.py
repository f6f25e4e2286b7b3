"""The two actions: a copy where only its owner can fetch it, and a wish that somebody else carries out."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from attune.channel.copies import Copies
from attune.channel.ownership import Ownership
from attune.consent.requests import INTENTS, requested
from attune.reply.document import read
from attune.rights import jobs, wishes
from attune.rights.stores import Stores
from attune.rights.trackers import UnknownStore
from attune.settings import LAYER
from attune_actions.rights import LINK, AttuneExport, AttuneForget
from rights.conftest import on_disk
from rights.planted import NOW, plant

USER: dict[str, Any] = {"event": "user", "text": "send me my data", "input_channel": "web", "timestamp": NOW,
                        "parse_data": {"text": "send me my data", "intent": {"name": None}}}


async def run(action: AttuneExport | AttuneForget, channel: str = "web") -> list[dict[str, Any]]:
    event = {**USER, "input_channel": channel}
    tracker = Tracker("anna-1", {}, event["parse_data"], [event], False, None, {}, None)
    tracker.latest_input_channel = channel  # type: ignore[attr-defined]
    dispatcher = CollectingDispatcher()
    run.events = await action.run(dispatcher, tracker, {})  # type: ignore[attr-defined]
    return dispatcher.messages


async def test_con_7_on_the_web_the_copy_waits_behind_a_link(place: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(place)
    monkeypatch.setattr("attune_actions.rights.time.time", lambda: NOW)
    [message] = await run(AttuneExport())

    assert (message["response"], message["link"]) == ("utter_export_ready", LINK)
    assert "canaryletter" in (Copies(place.engine).ready("anna-1", NOW + 1) or "")


async def test_con_7_elsewhere_a_person_sees_to_it(place: Stores) -> None:
    [message] = await run(AttuneExport(), "telegram")

    assert message["response"] == "utter_export_elsewhere"
    assert Ownership(place.engine).owner("anna-1").kind == "queue"
    assert Copies(place.engine).ready("anna-1", NOW) is None


async def test_con_7_where_the_copy_cannot_be_made_by_trying_again_a_person_sees_to_it(
    place: Stores, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("attune_actions.rights.stores.here", elsewhere)
    [message] = await run(AttuneExport())

    assert message["response"] == "utter_export_elsewhere"
    assert Ownership(place.engine).owner("anna-1").kind == "queue"


def elsewhere(*_: object) -> Stores:
    raise UnknownStore("redis", Path("endpoints.yml"))


async def test_con_8_a_wish_is_noted_and_nothing_is_erased_in_the_turn_itself(place: Stores) -> None:
    plant(place)
    [message] = await run(AttuneForget())

    assert message["response"] == "utter_forget_noted"
    assert b"canaryletter" in on_disk(place.settings.var)
    asked = wishes.asked(place.engine, "anna-1")
    assert asked
    assert jobs.erase_asked(place.settings, asked + jobs.REST) == 1
    assert b"canaryletter" not in on_disk(place.settings.var)


@pytest.mark.parametrize(("action", "said"), [
    (AttuneForget(), "utter_forget_failed"), (AttuneExport(), "utter_export_failed"),
])
async def test_with_the_database_away_nothing_is_promised(
    var: Path, monkeypatch: pytest.MonkeyPatch, action: AttuneExport | AttuneForget, said: str,
) -> None:
    (var / "away").touch()
    monkeypatch.setenv("ATTUNE_DB_URL", f"sqlite:///{var / 'away' / 'attune.db'}")
    [message] = await run(action)

    assert message["response"] == said


def test_the_layer_knows_both_by_name_and_has_words_for_all_they_say() -> None:
    domain = read(LAYER / "domain.yml", "domain").data
    responses = read(LAYER / "responses" / "rights.yml", "responses").data["responses"]
    intents = {name for one in domain["intents"] for name in ([one] if isinstance(one, str) else one)}
    buttons = responses["utter_ask_forget"][0]["buttons"]
    payloads = {button["payload"].replace("{{", "{").replace("}}", "}") for button in buttons}

    assert {AttuneExport().name(), AttuneForget().name()} <= set(domain["actions"])
    assert {name.removeprefix("/").split("{")[0] for name in {*INTENTS, *payloads}} <= intents
    assert {requested(payload) for payload in payloads} == {None}  # an answer is no new wish
    assert "{link}" in responses["utter_export_ready"][0]["text"]
