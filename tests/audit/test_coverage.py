"""AUD-8: whatever is done is on record, one Record each; the lists are read from domain, actions and policy."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from rasa_sdk import Action
from ruamel.yaml import YAML

import attune_actions
from attune.audit.mapping import NOTHING_DONE, STEPS, records
from attune.audit.record import Kind, Seal
from attune.audit.thread import CONSENT_SLOTS, Thread
from attune.handoff.steps import Name, Step
from attune.policy import decision
from attune.settings import LAYER

KEYS = Seal("pseudonym key", "wording key")


def made(event: dict[str, Any], may: bool = False) -> list[Kind]:
    told = {"sender_id": "anna", "timestamp": 1000.25, **event}
    return [record.kind for record in records(told, Thread(), KEYS, may)]


def actions() -> Iterator[str]:
    """The names of every custom action there is in the layer's package."""
    for module in pkgutil.iter_modules(attune_actions.__path__):
        for _, one in inspect.getmembers(importlib.import_module(f"attune_actions.{module.name}"), inspect.isclass):
            if issubclass(one, Action) and one is not Action:
                yield one().name()


CUSTOM = sorted({*actions(), *YAML(typ="safe").load(LAYER / "domain.yml")["actions"]})
STEPS_OF_CARE = sorted({value for name, value in vars(decision).items()
                        if name.isupper() and isinstance(value, str)} | set(decision.ASKS_CONSENT))


def test_the_lists_are_not_empty() -> None:
    assert {"action_attune_hand_off", "action_attune_export"} <= set(CUSTOM)
    assert {"utter_crisis_help_now", "action_attune_acknowledge", "utter_ask_consent_agent"} <= set(STEPS_OF_CARE)


@pytest.mark.parametrize("may", [False, True])
@pytest.mark.parametrize("name", CUSTOM)
def test_aud_8_each_custom_action_makes_one_record(name: str, may: bool) -> None:
    assert len(made({"event": "action", "name": name}, may)) == 1


@pytest.mark.parametrize("may", [False, True])
@pytest.mark.parametrize("step", STEPS_OF_CARE)
def test_aud_8_each_step_of_care_makes_one_record(step: str, may: bool) -> None:
    event = {"event": "action", "name": step} if step.startswith("action_") else {
        "event": "bot", "text": "x", "metadata": {"utter_action": step}}

    assert len(made(event, may)) == 1


@pytest.mark.parametrize("name", sorted(NOTHING_DONE))
def test_what_only_keeps_the_dialogue_going_makes_none(name: str) -> None:
    assert made({"event": "action", "name": name}) == []


@pytest.mark.parametrize("slot", sorted(CONSENT_SLOTS))
def test_aud_8_each_word_on_consent_makes_one_record(slot: str) -> None:
    assert made({"event": "slot", "name": slot, "value": "granted"}) == ["consent"]


@pytest.mark.parametrize("step", get_args(Name))
def test_aud_8_each_step_the_desk_can_tell_makes_one_record(step: Name) -> None:
    event = {"event": "slot", "name": "attune_owner", "value": "queue", "metadata": Step(step).metadata()}

    assert made(event) == ["owner", "handover"]
    assert set(get_args(Name)) == STEPS
