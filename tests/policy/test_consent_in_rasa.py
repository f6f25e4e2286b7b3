"""When the customer is asked, and what becomes of the answer, inside real Rasa; no action server runs."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from attune.channel.ownership import Owner, Ownership
from attune.database import engine
from attune.signals.reading import Reading
from policy.conftest import Conversation

pytestmark = pytest.mark.rasa
ANGRY = Reading("anger", 800)


@pytest.fixture
def opt_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A protocol in which even fitting the answer needs a yes."""
    from attune.settings import LAYER

    own = tmp_path / "protocol.yml"
    own.write_text((LAYER / "protocol.yml").read_text().replace("adapt: notice", "adapt: opt_in"))
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(own))


@pytest.fixture
def quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A protocol in which customers are asked whether they may be quoted."""
    from attune.settings import LAYER

    own = tmp_path / "protocol.yml"
    own.write_text((LAYER / "protocol.yml").read_text().replace('quotes: "off"', 'quotes: "opt_in"'))
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(own))


def days_ago(days: int) -> str:
    return (datetime.now(timezone.utc) - timedelta(days)).date().isoformat()


def test_con_2_where_the_law_wants_a_yes_it_is_asked_for_when_it_matters(opt_in: None, customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    assert customer.say("ask_hours") == ["utter_hours"]
    assert customer.say("ask_hours", ANGRY) == ["utter_ask_consent_adapt", "utter_hours"]
    assert customer.slot("attune_consent_adapt") == "asked"
    customer.say("inform", text="yes please")
    assert customer.slot("attune_consent_adapt") == "granted"
    assert customer.say("ask_hours", ANGRY) == ["action_attune_acknowledge", "utter_hours"]


def test_con_2_passing_over_the_question_is_a_no_and_the_service_goes_on(opt_in: None, customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("ask_hours", ANGRY)

    assert customer.say("ask_hours", ANGRY, text="ok whatever, the hours") == ["utter_hours"]
    assert customer.slot("attune_consent_adapt") == "refused"


@pytest.mark.parametrize(("days", "asked"), [(0, False), (89, False), (90, True), (400, True)])
def test_con_2_after_a_no_nobody_is_asked_for_ninety_days(
    opt_in: None, customer: Conversation, days: int, asked: bool,
) -> None:
    customer.say("session_start", text="/session_start")
    customer.remember(attune_consent_adapt="refused", attune_consent_adapt_since=days_ago(days))

    assert ("utter_ask_consent_adapt" in customer.say("ask_hours", ANGRY)) is asked


def test_con_2_nobody_is_asked_twice_in_a_session(opt_in: None, customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("ask_hours", ANGRY)
    customer.remember(attune_consent_adapt="unknown")

    assert customer.say("ask_hours", ANGRY) == ["utter_hours"]


def test_con_2_once_a_person_has_left_keeping_it_may_be_asked_for(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")

    assert customer.say("attune_handed_back", text="EXTERNAL: attune_handed_back") == [
        "utter_bot_resumes", "utter_ask_consent_quality",
    ]
    customer.say("inform", text="yes, keep it")
    assert customer.slot("attune_consent_quality") == "granted"


def test_con_2_quoting_is_asked_for_by_itself_and_taken_back_in_words(quotes: None, customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.remember(attune_consent_quality="granted")

    assert customer.say("attune_handed_back", text="EXTERNAL: attune_handed_back") == [
        "utter_bot_resumes", "utter_ask_consent_quotes",
    ]
    customer.say("inform", text="yes, you may")
    assert customer.slot("attune_consent_quotes") == "granted"
    customer.say("inform", text="please don't quote me")
    assert customer.slot("attune_consent_quotes") == "withdrawn"
    assert customer.slot("attune_consent_quality") == "granted"


def test_con_2_where_quoting_is_switched_off_nobody_is_asked_and_nothing_is_noted(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.remember(attune_consent_quality="granted")

    assert "utter_ask_consent_quotes" not in customer.say("attune_handed_back", text="EXTERNAL: attune_handed_back")
    customer.say("attune_consent", attune_purpose="quotes", attune_answer="yes")
    customer.say("inform", text="please don't quote me")
    customer.say("inform", text="I withdraw my consent")
    assert customer.slot("attune_consent_quotes") is None


def test_con_3_a_yes_to_being_quoted_can_be_taken_back_after_it_was_switched_off(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.remember(attune_consent_quotes="granted")

    customer.say("inform", text="please don't quote me")
    assert customer.slot("attune_consent_quotes") == "withdrawn"


def test_con_3_withdrawing_works_in_a_form_which_goes_on(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("attune_consent", attune_purpose="quality", attune_answer="yes")
    customer.say("book_table")

    customer.say("inform", text="I withdraw my consent")

    assert customer.slot("attune_consent_quality") == "withdrawn"
    assert customer.slot("guests") is None
    assert customer.say("inform", text="four") == ["table_form", "utter_booked"]


def test_con_3_withdrawing_is_heard_while_a_person_speaks(customer: Conversation, tmp_path: Path) -> None:
    customer.say("session_start", text="/session_start")
    customer.say("attune_consent", attune_purpose="quality", attune_answer="yes")
    owners = Ownership(engine(f"sqlite:///{tmp_path / 'attune.db'}"))
    owners.set(customer.name, Owner("queue", None, 1.0))
    owners.set(customer.name, Owner("agent", "somebody", 2.0))

    assert customer.say("inform", text="I withdraw my consent") == ["action_attune_refit"]
    assert customer.slot("attune_consent_quality") == "withdrawn"


def test_con_3_taking_back_takes_no_more_steps_than_giving(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")
    for answer, state in (("yes", "granted"), ("no", "withdrawn")):  # one message each
        customer.say("attune_consent", attune_purpose="agent", attune_answer=answer)
        assert customer.slot("attune_consent_agent") == state


def test_con_2_a_refusal_changes_nothing_in_the_service(model: str, somewhere: None) -> None:
    unasked, refusing = Conversation(model, "unasked"), Conversation(model, "refusing")
    for customer in (unasked, refusing):
        customer.say("session_start", text="/session_start")
    for purpose in ("adapt", "agent", "quality"):
        refusing.say("attune_consent", attune_purpose=purpose, attune_answer="no")

    for intent in ("ask_hours", "book_table", "ask_hours", "request_human"):
        assert refusing.say(intent) == unasked.say(intent)
