"""What one message does to consent with quoting switched off, as it is shipped, and on; and who is asked about it."""

from dataclasses import replace

import pytest
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from attune.consent.permission import PURPOSES, Purpose, State, slot
from attune.policy import protocol, situation

pytestmark = pytest.mark.rasa
OFF = protocol.load()
ON = replace(OFF, quotes=True)

Changes = dict[Purpose, State]


def changes(text: str, before: Changes, rules: protocol.Protocol = OFF, question: Purpose | None = None) -> Changes:
    """What a message changes after such consent, and after that question."""
    tracker = DialogueStateTracker(
        "anna", [TextSlot(slot(each), [], initial_value=before.get(each)) for each in PURPOSES])
    asks = [ActionExecuted(f"utter_ask_consent_{question}")] if question else []
    for event in (UserUttered("words", {"name": "inform"}), *asks, UserUttered(text, {"name": "inform"})):
        tracker.update(event)
    return {change.purpose: change.state for change in situation.of(tracker, rules).changes}


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize(("text", "purpose"), [
    ("Don't share how I feel or my messages with anyone.", "agent"),
    ("don't share my messages or how I feel", "agent"),
    ("don't tell them how I feel and don't repeat what I said", "agent"),
    ("don't quote me and don't store how I feel", "quality"),
    ("stop quoting me and forget my feelings", "quality"),
])
def test_con_3_words_about_quoting_hide_no_other_withdrawal(text: str, purpose: Purpose) -> None:
    granted: Changes = {purpose: "granted"}

    assert changes(text, granted)[purpose] == "withdrawn"
    assert changes(text, {**granted, "quotes": "granted"}) == {purpose: "withdrawn", "quotes": "withdrawn"}


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize(("rules", "noted"), [(OFF, {}), (ON, {"quotes": "refused"})])
def test_con_2_what_is_said_of_quoting_after_another_question_is_a_no_to_it(
    rules: protocol.Protocol, noted: Changes,
) -> None:
    heard = changes("Don't show them my messages.", {"agent": "asked"}, rules, question="agent")

    assert heard == {"agent": "refused", **noted}


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize(("text", "state"), [("yes please", "granted"), ("don't pass it on", "refused")])
def test_con_2_an_open_question_is_answered_as_before(text: str, state: State) -> None:
    assert changes(text, {"agent": "asked"}, question="agent") == {"agent": state}


@pytest.mark.usefixtures("somewhere")
def test_con_2_where_quoting_is_switched_off_nothing_is_noted_of_it() -> None:
    assert changes("please don't quote me", {}) == {}
    assert changes("please don't quote me", {}, ON) == {"quotes": "refused"}


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize(("shown", "asks"), [
    ("utter_greet", True), ("utter_acknowledge_sadness_strong", True), ("utter_crisis_help_now", False),
    ("utter_crisis_help_possible", False), ("utter_help_lines", False),
    ("utter_crisis_help", False),  # as it is stored without a yes
])
def test_bnd_7_nobody_is_asked_for_a_quote_who_was_ever_shown_help(shown: str, asks: bool) -> None:
    tracker = DialogueStateTracker("anna", [TextSlot(slot(each), []) for each in PURPOSES])
    later = [UserUttered("words", {"name": "inform"})] * 60
    for event in (SessionStarted(), later[0], ActionExecuted(shown), SessionStarted(), *later):
        tracker.update(event)

    assert situation.of(tracker, ON).may_ask == {*PURPOSES} - ({"quotes"} if not asks else set())
