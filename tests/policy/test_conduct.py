"""What a customer does, as Rasa's own events tell it, with the real actions behind the small assistant's."""

import asyncio
from typing import Any

import pytest
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.types import DomainDict

from attune.consent.discreet import split
from attune.policy import conduct
from attune.signals.reading import Crisis, Reading
from attune.signals.trend import Turn
from attune_actions.acknowledge import AttuneAcknowledge
from policy.conftest import Conversation

pytestmark = pytest.mark.rasa
ACKNOWLEDGED, OFFERED = "action_attune_acknowledge", "utter_offer_person"
LIGHT, STRONG = "utter_acknowledge_frustration_light", "utter_acknowledge_frustration_strong"
REFUSED: dict[str, Any] = {"attune_purpose": "adapt", "attune_answer": "no"}


class ValidateParcelForm(FormValidationAction):
    """Keeps nothing but digits."""

    def name(self) -> str:
        """The name Rasa expects for the form."""
        return "validate_parcel_form"

    def validate_parcel_number(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, object]:
        """Refuse what is no number."""
        return {"parcel_number": value if str(value).isdigit() else None}


class InThisProcess(EndpointConfig):
    """Runs the actions as the action server does, without a server."""

    def __init__(self) -> None:
        super().__init__("http://localhost/")
        self.executor = ActionExecutor()
        self.executor.register_action(ValidateParcelForm)
        self.executor.register_action(AttuneAcknowledge)

    async def request(self, *_: object, json: Any = None, **__: object) -> Any:
        """Run the action asked for."""
        return await self.executor.run(json)


@pytest.fixture
def customer(model: str, somewhere: None, request: pytest.FixtureRequest) -> Conversation:
    """A customer who has been told that this is an assistant."""
    there = Conversation(model, request.node.name, InThisProcess())
    there.say("session_start", text="/session_start")
    return there


def turns(customer: Conversation) -> list[Turn]:
    """The customer's turns, the opening of the chat left out."""
    return conduct.read([event.as_dict() for event in customer.events()])[1:]


def test_a_calm_question_asked_again_is_acknowledged_and_answered(customer: Conversation) -> None:
    first = customer.say("order_status", text="where is my order 1042", order_number="1042")
    again = customer.say("order_status", text="so where is order 1042", order_number="1042")
    other = customer.say("order_status", text="and where is order 1043", order_number="1043")

    assert (first, again, other) == (["utter_on_its_way"], [ACKNOWLEDGED, "utter_on_its_way"], ["utter_on_its_way"])
    assert customer.responses()[-4:-1] == ["utter_on_its_way", LIGHT, "utter_on_its_way"]
    assert customer.note("acknowledge")["behaviours"] == ["repeated_request"]


def test_a_question_asked_ever_again_is_not_acknowledged_every_time(customer: Conversation) -> None:
    answers = [customer.say("order_status", text="where is my order") for _ in range(6)]

    assert [ACKNOWLEDGED in actions for actions in answers] == [False, True, False, False, True, False]


def test_an_answer_the_form_refused_is_seen_when_it_asks_again(customer: Conversation) -> None:
    customer.say("find_parcel", text="find my parcel please")
    first = customer.say("inform", text="twelve")
    again = customer.say("inform", text="12")

    assert first == ["parcel_form"]
    assert again == [ACKNOWLEDGED, "parcel_form", "utter_found"]
    assert [turn.answered for turn in turns(customer)] == [False, True, True]
    assert [turn.asked_slot for turn in turns(customer)] == [None, "parcel_number", "parcel_number"]
    assert customer.note("acknowledge")["behaviours"] == ["form_wrong_again"]
    assert customer.slot("parcel_number") == "12"


def test_a_question_in_between_is_no_wrong_answer(customer: Conversation) -> None:
    customer.say("find_parcel", text="find my parcel please")
    customer.say("ask_hours", text="when are you open today")

    assert customer.say("inform", text="12") == ["parcel_form", "utter_found"]


def test_words_of_danger_in_a_form_are_no_wrong_answer(customer: Conversation) -> None:
    customer.say("find_parcel", text="find my parcel please")
    customer.say("disclose_crisis", Reading(crisis=Crisis(1)), text="dark words")

    assert customer.say("inform", text="12") == ["parcel_form", "utter_found"]


def test_an_answer_nobody_understood_but_the_form_took_is_understood(customer: Conversation) -> None:
    customer.say("find_parcel", text="find my parcel please")
    customer.say("nlu_fallback", text="twelve")
    customer.say("nlu_fallback", text="12")

    assert not any(turn.fallback for turn in turns(customer))
    assert [turn.answered for turn in turns(customer)] == [False, True, True]


def test_twice_not_understood_is_acknowledged(customer: Conversation) -> None:
    assert customer.say("nlu_fallback", text="gronk") == ["utter_rephrase"]
    assert customer.say("nlu_fallback", text="gronk") == [ACKNOWLEDGED, "utter_rephrase"]
    assert customer.note("acknowledge")["behaviours"] == ["fallback_again"]


def test_a_form_that_is_left_is_told_from_one_that_is_done(customer: Conversation) -> None:
    customer.say("find_parcel", text="find my parcel please")
    customer.say("stop", text="stop")
    customer.say("find_parcel", text="find my parcel please")
    customer.say("inform", text="12")

    assert [turn.left_form for turn in turns(customer)] == [False, True, False, False]
    assert ACKNOWLEDGED not in [event.action_name for event in customer.events() if event.type_name == "action"]


def test_two_at_once_are_strong_and_what_has_grown_brings_the_offer_of_a_person(customer: Conversation) -> None:
    customer.say("order_status", text="where is my order")
    customer.say("order_status", text="and where is it now")

    assert customer.say("order_status", text="WHERE IS MY ORDER") == [ACKNOWLEDGED, OFFERED, "utter_on_its_way"]
    assert STRONG in customer.responses()
    assert customer.note("offer_person")["behaviours"] == ["repeated_request", "shouting"]


def test_loud_words_at_once_are_light(customer: Conversation) -> None:
    assert customer.say("order_status", text="WHERE IS MY ORDER") == [ACKNOWLEDGED, "utter_on_its_way"]
    assert customer.responses()[-2] == LIGHT


def test_stronger_words_keep_their_own_wording(customer: Conversation) -> None:
    customer.say("order_status", text="where is my order")
    customer.say("order_status", Reading("anger", 900), text="where is my damned order")

    assert customer.responses()[-2] == "utter_acknowledge_anger_strong"
    assert "behaviours" not in customer.note("acknowledge")


def test_who_does_not_want_answers_fitted_is_not_looked_at(customer: Conversation) -> None:
    customer.say("attune_consent", text="/attune_consent", **REFUSED)
    customer.say("order_status", text="where is my order")

    assert customer.say("order_status", text="where is my order") == ["utter_on_its_way"]


def test_a_request_that_only_care_answered_is_not_repeated(customer: Conversation) -> None:
    customer.say("order_status", Reading(crisis=Crisis(1)), text="where is my order")

    assert customer.say("order_status", text="where is my order") == ["utter_on_its_way"]


def test_conduct_is_not_stored_without_consent(customer: Conversation) -> None:
    customer.say("nlu_fallback", text="gronk")
    customer.say("nlu_fallback", text="gronk")
    stored = [split(event.as_dict())[0] for event in customer.events() if event.type_name == "action"]
    notes = [event["metadata"]["attune"] for event in stored if "attune" in event.get("metadata", {})]

    assert "acknowledge" in [note["row"] for note in notes]
    assert not any("behaviours" in note for note in notes)


def test_bnd_1_a_new_session_knows_nothing_of_the_last(customer: Conversation) -> None:
    customer.say("order_status", text="where is my order")
    before = turns(customer)
    asyncio.run(customer.agent.processor.handle_message(restarted(customer.name)))

    assert before
    assert conduct.read([event.as_dict() for event in customer.events()]) == []


def restarted(name: str) -> Any:
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

    return UserMessage("/restart", CollectingOutputChannel(), name)
