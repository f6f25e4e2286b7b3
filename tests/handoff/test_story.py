"""Names of actions and intents read as an agent would say them; commitments are found in what was said."""

import pytest
from ruamel.yaml import YAML

from attune.handoff import story
from attune.handoff.turns import Spoken, Step, Turn, is_layer_response
from attune.settings import LAYER

SAID = [
    ("action_check_order_status", "looked up order status"), ("action_lookup_invoice", "looked up invoice"),
    ("utter_ask_order_id", "asked for order id"), ("utter_ask_return_form_reason", "asked for reason"),
    ("action_cancel_subscription", "tried to cancel subscription"), ("return_form", "went through the form “return”"),
    ("utter_opening_hours", "told the customer: opening hours"), ("utter_default", "did not understand, asked again"),
    ("action_weigh", "ran “weigh”"),
]
UNSAID = ["action_listen", "action_session_start", "action_attune_hand_off", "validate_return_form", "utter_greet",
          "action_extract_slots", "action_deactivate_loop"]
PROMISES = ["Your parcel will arrive tomorrow.", "We'll write to you.", "It takes up to 5 working days.",
            "You get the money back within 14 days.", "I promise.", "It should be there by Friday.",
            "A colleague will call.", "Your order is on its way."]
NO_PROMISES = ["What is your order number?", "Hello!", "Order 1042 was sent.", "You can track it online.",
               "Our shop is in Main Street."]


@pytest.mark.parametrize(("name", "expected"), SAID)
def test_what_was_tried_is_said_in_plain_words(name: str, expected: str) -> None:
    assert story.label(name, "actions") == expected


@pytest.mark.parametrize("name", UNSAID)
def test_what_says_nothing_about_the_business_is_left_out(name: str) -> None:
    assert story.label(name, "actions") is None


@pytest.mark.parametrize(("name", "expected"), [
    ("order_status", "order status"), ("ask_opening_hours", "opening hours"), ("faq/returns", "returns"),
])
def test_a_request_has_a_plain_name(name: str, expected: str) -> None:
    assert story.label(name, "intents") == expected


def spoken(text: str) -> list[Turn]:
    return [Turn(1, "?", "order_status", None, spoken=(Spoken(text),))]


@pytest.mark.parametrize("sentence", PROMISES)
def test_a_commitment_is_found(sentence: str) -> None:
    assert story.promised(spoken(sentence)) == [{"turn": 1, "text": sentence, "by": "bot"}]


@pytest.mark.parametrize("sentence", NO_PROMISES)
def test_a_plain_statement_is_no_commitment(sentence: str) -> None:
    assert story.promised(spoken(sentence)) == []


def test_what_could_not_be_done_is_marked() -> None:
    steps = (Step("return_form"), Step("return_form", failed=True))

    assert story.tried([Turn(1, "", "x", None, steps)]) == [
        {"turn": 1, "label": "went through the form “return”", "failed": False},
        {"turn": 1, "label": "went through the form “return”", "failed": True},
    ]


def test_the_layers_own_responses_are_known_as_such() -> None:
    files = [YAML(typ="safe").load(path) for path in LAYER.rglob("*.yml") if "responses" in path.read_text()]
    names = [name for file in files if isinstance(file.get("responses"), dict) for name in file["responses"]]

    assert names
    assert [name for name in names if not is_layer_response(name)] == []


def test_the_layers_own_intents_are_no_requests() -> None:
    domain = YAML(typ="safe").load(LAYER / "domain.yml")
    names = [next(iter(one)) if isinstance(one, dict) else one for one in domain["intents"]]

    assert names
    assert [name for name in names if story.wants([Turn(1, "words", name, None)])["words"]] == []
