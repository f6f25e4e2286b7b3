"""Waiting for a person inside real Rasa: hours, calling back, and the question afterwards; no action server runs."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Owner, Ownership
from attune.database import engine
from attune.policy.hours import DAYS
from attune.signals.reading import Crisis, Reading
from policy.conftest import Conversation

pytestmark = pytest.mark.rasa
STATED = Reading(crisis=Crisis(2))
TRIGGER = {"intent": "attune_offer_call_back", "text": "EXTERNAL: attune_offer_call_back"}
RETURN = {"intent": "attune_handed_back", "text": "EXTERNAL: attune_handed_back"}


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A protocol whose team is back in three days."""
    from attune.settings import LAYER

    day = DAYS[(datetime.now(timezone.utc) + timedelta(3)).weekday()]
    hours = f'hours:\n  - zone: UTC\n    open: {{{day}: ["09:00-17:00"]}}\n'
    own = tmp_path / "protocol.yml"
    own.write_text((LAYER / "protocol.yml").read_text().replace("hours: []\n", hours))
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(own))


def waits(customer: Conversation, tmp_path: Path) -> None:
    customer.say("session_start", text="/session_start")
    Ownership(engine(f"sqlite:///{tmp_path / 'attune.db'}")).set(customer.name, Owner("queue", None, 1.0))
    customer.remember(attune_owner="queue")


def test_hnd_3_who_waits_outside_the_hours_is_told_when_the_team_is_back(
    away: None, customer: Conversation, tmp_path: Path,
) -> None:
    waits(customer, tmp_path)

    assert customer.say("inform", text="hello?") == ["utter_team_away"]
    assert "back on " in customer.words()[-1]
    assert "at 09:00 (UTC time)" in customer.words()[-1]
    assert customer.say("inform", text="hello??") == []


def test_hnd_3_no_waiting_is_spoken_of_where_the_case_could_not_be_opened(away: None, customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    assert customer.say("request_human") == ["action_attune_hand_off"]
    assert customer.note("hand_over")["steps"] == ["action_attune_hand_off"]


def test_danger_outside_the_hours_gets_help_first_and_then_the_hours(
    away: None, customer: Conversation, tmp_path: Path,
) -> None:
    waits(customer, tmp_path)

    assert customer.say("disclose_crisis", STATED, told={"country": "GB"}) == [
        "utter_crisis_help_now", "action_attune_hand_off", "utter_team_away_in_danger",
    ]
    assert "reached now" in customer.words()[-1]


def test_hnd_2_after_a_long_wait_calling_back_is_offered_asked_for_and_noted(
    customer: Conversation, tmp_path: Path,
) -> None:
    waits(customer, tmp_path)

    assert customer.say(**TRIGGER) == ["utter_offer_call_back"]
    assert customer.say(**TRIGGER) == []
    assert customer.say("affirm", text="yes please") == ["utter_ask_call_back"]
    assert customer.say(**TRIGGER) == []  # the desk does not come between a question and its answer
    assert customer.say("inform", text="after five, 020 7946 0958") == ["action_attune_call_back", "utter_in_queue"]


def test_the_button_asks_too_and_what_is_no_answer_leaves_the_wait_as_it_is(
    customer: Conversation, tmp_path: Path,
) -> None:
    waits(customer, tmp_path)

    assert customer.say("attune_call_back", text="/attune_call_back") == ["utter_ask_call_back"]
    assert customer.say("inform", text="why do you need that") == ["utter_in_queue", "action_attune_tell_place"]


def test_after_a_person_the_talk_is_rated_once_with_one_question_at_a_time(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("ask_hours")

    assert customer.say(**RETURN) == ["utter_bot_resumes", "utter_ask_consent_quality"]
    assert customer.say("inform", text="no") == ["action_attune_consent", "utter_ask_rating"]
    assert customer.say("attune_rating", text='/attune_rating{"attune_rating":"4"}', attune_rating="4") == [
        "utter_rating_noted"]
    assert customer.note("rated")["rating"] == 4
    assert customer.say(**RETURN) == ["utter_bot_resumes"]


def test_who_asks_something_else_instead_is_served(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.remember(attune_consent_quality="granted")

    assert customer.say(**RETURN) == ["utter_bot_resumes", "utter_ask_rating"]
    assert customer.say("ask_hours", text="when are you open") == ["utter_hours"]
    assert customer.say("attune_rating", text='/attune_rating{"attune_rating":"1"}', attune_rating="1") == []


def test_bnd_7_nobody_who_was_in_danger_is_asked_how_it_was(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("disclose_crisis", Reading(crisis=Crisis(1)), told={"country": "GB"})

    assert customer.say(**RETURN) == ["utter_bot_resumes"]


def test_what_the_desk_triggers_is_read_as_calm(customer: Conversation) -> None:
    from attune.signals import component

    assert component.read_again(TRIGGER["text"]) == Reading(reader=component.read_again("").reader)


@pytest.mark.parametrize(("intent", "reading", "row"), [
    ("request_human", Reading(), "person_speaks"), ("disclose_crisis", STATED, "person_alerted"),
])
def test_i5_what_a_person_has_answered_meanwhile_is_theirs_even_when_they_have_left(
    customer: Conversation, tmp_path: Path, intent: str, reading: Reading, row: str,
) -> None:
    customer.say("session_start", text="/session_start")
    tables = engine(f"sqlite:///{tmp_path / 'attune.db'}")
    mailbox, owners = Mailbox(tables), Ownership(tables)
    for owner in (Owner("queue", None, 1.0), Owner("agent", "somebody", 2.0), Owner("bot", None, 3.0)):
        owners.set(customer.name, owner)
    for sender in ("customer", "person", "customer"):
        mailbox.append(customer.name, sender, "words", message_id=f"{sender} {len(mailbox.since(customer.name))}", at=1)
    assert customer.say(intent, reading, message_id="customer 0") == []
    assert customer.note(row)["steps"] == []
    assert customer.say(intent, reading, message_id="customer 2") != []


def test_the_words_of_a_case_that_is_over_are_forgotten(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.remember(attune_call_back="after five")
    customer.say(**RETURN)

    assert customer.slot("attune_call_back") is None
