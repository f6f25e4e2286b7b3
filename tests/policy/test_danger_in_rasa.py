"""What follows danger, inside real Rasa: the right line, one question, and a form that waits; no action server runs."""

from itertools import pairwise
from pathlib import Path

import pytest

from attune.channel.ownership import Owner, Ownership
from attune.database import engine
from attune.reply import resources
from attune.signals.reading import Crisis, Reading
from policy.conftest import Conversation

pytestmark = pytest.mark.rasa
DANGER = Reading(crisis=Crisis(1))
STATED = Reading(crisis=Crisis(2))
REGISTRY = resources.load()


def open_chat(customer: Conversation) -> None:
    customer.say("session_start", text="/session_start")


def shown(text: str, country: str | None) -> bool:
    """Whether a text names the lines of that country, and of none other."""
    return resources.in_words(resources.choose(country, REGISTRY)) in text


def in_danger(customer: Conversation, **told: object) -> str:
    """Tell of danger; returns the help."""
    customer.say("disclose_crisis", DANGER, text="dark words", told=told or None)
    return next(text for text in reversed(customer.words()) if "automated assistant" in text)


@pytest.mark.parametrize(("country", "locale", "line"), [
    ("ES", "es", "ES"), ("US", "es", "US"), ("MX", "es", None), ("IE", "en", "IE"), ("GB", "en-US", "GB"),
    (None, "en-US", None), ("gb", None, "GB"), ("England", None, None), (None, None, None),
])
def test_cri_5_country_and_never_language_picks_the_line(
    customer: Conversation, country: str | None, locale: str | None, line: str | None,
) -> None:
    open_chat(customer)

    assert shown(in_danger(customer, country=country, locale=locale), line)


def test_cri_5_the_country_is_asked_for_once_and_its_line_follows(customer: Conversation) -> None:
    open_chat(customer)

    assert customer.say("disclose_crisis", DANGER) == ["utter_crisis_help_possible", "utter_ask_country"]
    assert customer.say("inform", text="I'm in Ireland") == ["utter_help_lines"]
    assert shown(customer.words()[-1], "IE")
    assert customer.slot("attune_country") == "IE"
    assert customer.say("disclose_crisis", DANGER) == ["utter_crisis_help_possible"]
    assert shown(customer.words()[-1], "IE")


def test_cri_5_who_does_not_answer_is_not_asked_again(customer: Conversation) -> None:
    open_chat(customer)
    customer.say("disclose_crisis", DANGER)

    assert customer.say("ask_hours", text="when are you open?") == ["utter_hours"]
    assert customer.say("disclose_crisis", DANGER) == ["utter_crisis_help_possible"]


def test_cri_13_after_a_false_alarm_the_form_goes_on_with_everything_in_it(customer: Conversation) -> None:
    open_chat(customer)
    customer.say("book_table")
    help_ = in_danger(customer, country="GB")

    assert "your table" in help_
    assert customer.say("inform", text="no, I'm fine, let's go on") == ["utter_carry_on", "table_form"]
    assert customer.words()[-1] == "For how many?"
    assert customer.slot("guests") is None
    assert customer.say("inform", text="four") == ["table_form", "utter_booked"]


def test_cri_13_the_button_under_help_goes_on_too(customer: Conversation) -> None:
    open_chat(customer)
    customer.say("book_table")
    in_danger(customer)

    assert customer.say("attune_carry_on", text="/attune_carry_on") == ["utter_carry_on", "table_form"]


def test_cri_13_without_a_form_there_is_something_to_go_on_with(customer: Conversation) -> None:
    open_chat(customer)

    assert "what you came for" in in_danger(customer, country="GB")


def test_cri_13_the_topic_is_what_was_asked_before(customer: Conversation) -> None:
    open_chat(customer)
    customer.say("order_status")

    assert "your order" in in_danger(customer, country="GB")


def test_cri_9_six_dark_turns_never_bring_the_same_words_twice_in_a_row(customer: Conversation) -> None:
    open_chat(customer)
    said = [in_danger(customer, country="GB") for _ in range(6)]

    assert all(one != other for one, other in pairwise(said))
    assert max(map(said.count, said)) <= 3
    assert all("colleague" in text for text in said)


def test_cri_2_help_is_the_same_whatever_was_allowed(customer: Conversation) -> None:
    open_chat(customer)
    for answer in ("yes", "no"):
        customer.say("attune_consent", attune_purpose="adapt", attune_answer=answer)
        assert customer.say("disclose_crisis", DANGER, told={"country": "GB"}) == ["utter_crisis_help_possible"]


def test_cri_11_the_clinicians_question_comes_once_and_any_answer_brings_help(
    customer: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    from attune.policy import protocol
    from attune.settings import LAYER

    own = tmp_path / "protocol.yml"
    own.write_text((LAYER / "protocol.yml").read_text().replace('safety_question: "off"', 'safety_question: "once"'))
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(own))
    assert protocol.load(own).crisis.safety_question == "once"
    open_chat(customer)

    told: dict[str, object] = {"country": "GB"}
    assert customer.say("disclose_crisis", DANGER, told=told) == ["utter_crisis_help_possible", "utter_safety_question"]
    assert customer.say("inform", text="yes I am", told=told) == ["utter_crisis_help_possible"]
    assert customer.say("disclose_crisis", DANGER, told=told) == ["utter_crisis_help_possible"]


def test_hnd_5_an_agent_is_alerted_and_the_bot_stays_silent(customer: Conversation, tmp_path: Path) -> None:
    open_chat(customer)
    owners = Ownership(engine(f"sqlite:///{tmp_path / 'attune.db'}"))
    owners.set(customer.name, Owner("queue", None, 1.0))
    owners.set(customer.name, Owner("agent", "somebody", 2.0))

    assert customer.say("disclose_crisis", STATED) == []
    assert customer.note("person_alerted")["then"] == "listen"


def test_who_cannot_leave_the_queue_is_told_that_the_wait_goes_on(customer: Conversation, tmp_path: Path) -> None:
    open_chat(customer)
    owners = Ownership(engine(f"sqlite:///{tmp_path / 'attune.db'}"))
    owners.set(customer.name, Owner("queue", None, 1.0))
    customer.remember(attune_owner="queue")

    said = customer.say("attune_carry_on", text="/attune_carry_on")  # no action server runs

    assert said == ["action_attune_leave_queue", "utter_in_queue"]
