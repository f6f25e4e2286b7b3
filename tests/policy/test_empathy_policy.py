"""EmpathyPolicy inside real Rasa: a small trained assistant with a rule, a story and a form; no action server runs."""

from pathlib import Path

import pytest

from attune.channel.ownership import Owner, Ownership
from attune.database import engine
from attune.signals.reading import Crisis, Reading
from policy.conftest import Conversation

pytestmark = pytest.mark.rasa
ANGRY = Reading("anger", 800)


@pytest.fixture
def owners(tmp_path: Path, customer: Conversation) -> Ownership:
    return Ownership(engine(f"sqlite:///{tmp_path / 'attune.db'}"))


def test_the_first_word_of_a_session_discloses(customer: Conversation) -> None:
    assert customer.say("session_start", text="/session_start") == ["utter_disclosure"]
    assert customer.say("ask_hours") == ["utter_hours"]


def test_a_rule_is_acknowledged_first_and_then_applies(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    assert customer.say("ask_hours", ANGRY) == ["action_attune_acknowledge", "utter_hours"]


def test_a_story_goes_on_after_an_acknowledgement(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    assert customer.say("greet", ANGRY) == ["action_attune_acknowledge", "utter_greet"]
    assert customer.say("mood_low", ANGRY)[-1] == "utter_menu"


def test_a_form_still_takes_the_answer_that_came_with_a_feeling(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("book_table")

    assert customer.say("inform", ANGRY, text="twelve, as I said") == [
        "action_attune_acknowledge", "table_form", "utter_booked",
    ]
    assert customer.slot("guests") == "twelve, as I said"


def test_a_form_that_refuses_an_annoyed_answer_leaves_the_turn_to_the_hosts_rules(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("book_table")

    assert customer.say("ask_hours", ANGRY) == ["action_attune_acknowledge", "utter_hours", "table_form"]


def test_a_form_waits_while_help_is_shown_and_takes_nothing_from_it(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("book_table")

    helped = customer.say("disclose_crisis", Reading(crisis=Crisis(1)), text="dark words")
    assert helped == ["utter_crisis_help_possible", "utter_ask_country"]
    assert customer.slot("guests") is None
    assert customer.say("inform", text="four") == ["table_form", "utter_booked"]
    assert customer.slot("guests") == "four"


def test_a_story_goes_on_after_a_turn_of_help(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("greet")
    customer.say("disclose_crisis", Reading(crisis=Crisis(1)))

    assert customer.say("mood_low") == ["utter_menu"]


def test_a_first_message_on_any_channel_is_disclosed_and_answered(customer: Conversation) -> None:
    assert customer.say("greet") == ["utter_disclosure", "utter_greet"]


def test_nothing_is_said_over_a_person(customer: Conversation, owners: Ownership) -> None:
    customer.say("session_start", text="/session_start")
    owners.set(customer.name, Owner("queue", None, 1.0))
    owners.set(customer.name, Owner("agent", "somebody", 2.0))

    assert customer.say("ask_hours", ANGRY) == []


def test_help_is_shown_without_the_owners_table(customer: Conversation, tmp_path: Path) -> None:
    customer.say("session_start", text="/session_start")
    (tmp_path / "attune.db").unlink()
    (tmp_path / "attune.db").mkdir()

    assert customer.say("disclose_crisis", Reading(crisis=Crisis(2)))[0] == "utter_crisis_help_now"


def test_a_yes_counts_even_with_the_action_server_away(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    customer.say("attune_consent", attune_purpose="quality", attune_answer="yes")

    assert customer.slot("attune_consent_quality") == "granted"


def test_withdrawing_in_ones_own_words_ends_every_permission(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    for purpose in ("adapt", "agent", "quality"):
        customer.say("attune_consent", attune_purpose=purpose, attune_answer="yes")

    customer.say("inform", text="I withdraw my consent")

    assert {customer.slot(f"attune_consent_{purpose}") for purpose in ("adapt", "agent", "quality")} == {"withdrawn"}


def test_a_person_can_be_had_with_the_very_first_message(customer: Conversation) -> None:
    assert customer.say("request_human") == ["utter_disclosure", "action_attune_hand_off"]


def test_after_a_handoff_that_failed_nobody_is_asked_for_consent(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    assert customer.say("request_human") == ["action_attune_hand_off"]


def test_the_decision_travels_with_the_step_and_the_reading_only_with_consent(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("ask_hours", ANGRY)
    customer.say("attune_consent", attune_purpose="quality", attune_answer="yes")
    customer.say("disclose_crisis", Reading(crisis=Crisis(1)))

    notes = [e.metadata["attune"] for e in customer.events() if e.type_name == "action" and "attune" in e.metadata]
    steps = {note["row"]: note for note in notes if note["row"] != "resume"}
    assert {"opening", "acknowledge", "consent", "crisis_possible"} == set(steps)
    assert "reading" not in steps["acknowledge"]
    assert steps["crisis_possible"]["reading"] == {"emotion": "neutral", "level": "none", "tier": 1}
    assert all(len(note["protocol"]) == 64 for note in steps.values())
