"""Response names and decision rows, taken from the events of a conversation."""

from typing import Any

from attune.drift.replay import Turn
from attune.rehearsal.recorded import turns


def user(text: str) -> dict[str, Any]:
    return {"event": "user", "text": text}


def bot(name: str | None) -> dict[str, Any]:
    return {"event": "bot", "text": "Some words.", "metadata": {"utter_action": name} if name else {}}


def action(**decision: object) -> dict[str, Any]:
    return {"event": "action", "name": "action_listen", "metadata": {"attune": decision}}


def test_each_message_leads_to_its_responses_and_rows() -> None:
    events = [user("hello"), bot("utter_greet"), user("I want to die"),
              action(row="crisis_possible", protocol="p", step=0), bot("utter_crisis_help_possible")]

    assert turns(events) == (
        Turn("hello", ("utter_greet",)),
        Turn("I want to die", ("utter_crisis_help_possible",), ("crisis_possible",)),
    )


def test_a_decisions_later_steps_and_what_is_no_decision_are_left_out() -> None:
    events = [user("hello"), action(row="acknowledge", protocol="p"), action(row="acknowledge", protocol="p", step=1),
              action(row="resume", then="host"), {"event": "action", "name": "utter_greet"}]

    assert turns(events) == (Turn("hello", (), ("acknowledge",)),)


def test_what_is_said_before_the_first_message_has_a_turn_of_its_own() -> None:
    assert turns([user("/session_start"), bot("utter_disclosure"), user("hello")]) == (
        Turn("", ("utter_disclosure",)), Turn("hello"))


def test_words_without_a_response_name_leave_no_trace() -> None:
    assert turns([user("hello"), bot(None), {"event": "slot", "name": "x", "value": 1}]) == (Turn("hello"),)
    assert turns([]) == ()
