"""A person is never spoken over; help is shown while waiting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.channel.gate import may_speak

WHILE_QUEUED = {
    "utter_crisis_help_possible": True,
    "utter_crisis_help_now": True,
    "utter_ask_consent_agent": True,
    "utter_consent_granted": True,
    "utter_consent_refused": True,
    "utter_consent_withdrawn": True,
    "utter_handing_off": True,
    "utter_place": True,
    "utter_team_away": True,
    "utter_team_away_in_danger": True,
    "utter_offer_call_back": True,
    "utter_ask_call_back": True,
    "utter_call_back_noted": True,
    "utter_handoff_failed": True,
    "utter_disclosure": True,
    "utter_is_automated": True,
    "utter_order_status": False,
    "utter_acknowledge_anger_strong": False,
    "utter_bot_resumes": False,
    "utter_ask_rating": False,
    "utter_crisis": False,
    "my_utter_crisis_help_now": False,
    "": False,
    None: False,
}


@pytest.mark.parametrize(("utter_action", "expected"), WHILE_QUEUED.items())
def test_in_the_queue_only_help_consent_and_notices_go_out(utter_action: str | None, expected: bool) -> None:
    assert expected == may_speak("queue", utter_action)


@given(st.sampled_from([name for name in WHILE_QUEUED if name]) | st.text())
def test_a_person_is_never_spoken_over(utter_action: str) -> None:
    assert not may_speak("agent", utter_action)


@pytest.mark.parametrize("utter_action", WHILE_QUEUED)
def test_cri_8_where_no_alarm_reaches_the_agent_only_help_goes_out(utter_action: str | None) -> None:
    is_help = (utter_action or "").startswith(("utter_crisis_help_", "utter_help_lines"))

    assert may_speak("agent", utter_action, desk_hears=False) == is_help


@given(st.none() | st.text())
def test_the_bot_says_everything_while_it_owns_the_conversation(utter_action: str | None) -> None:
    assert may_speak("bot", utter_action)
