"""What may be stored without consent, event by event."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.consent.discreet import general, general_row, join, may_keep, split
from attune.signals.reading import EMOTIONS, Crisis, Cue, Reading

READING = Reading("anger", 720, {"anger": 720}, Crisis(1, ("hint",), 210), cues=(Cue(0, 4, "cue-7"),), reader="r3ad3r")
USER = {
    "event": "user", "timestamp": 1.5, "text": "THIRD time!!", "input_channel": "web", "message_id": "m1",
    "metadata": {"attune": {"country": "IE"}},
    "parse_data": {
        "text": "THIRD time!!", "entities": [], "attune": READING.as_dict(),
        "intent": {"name": "express_frustration", "confidence": 0.9},
        "intent_ranking": [
            {"name": "express_frustration", "confidence": 0.9}, {"name": "order_status", "confidence": 0.1},
        ],
    },
}
ACTION = {
    "event": "action", "timestamp": 2.5, "name": "utter_crisis_help_possible", "policy": "EmpathyPolicy",
    "metadata": {"model_id": "m", "attune": {
        "row": "crisis_possible", "protocol": "abc",
        "step": 0, "steps": ["utter_crisis_help_possible"], "then": "listen",
        "reading": {"emotion": "anger", "level": "strong", "tier": 1},
    }},
}
BOT = {
    "event": "bot", "timestamp": 3.5, "text": "That sounds hard.", "data": {},
    "metadata": {"utter_action": "utter_acknowledge_anger_strong", "template": "utter_acknowledge_anger_strong",
                 "id": "strong-1", "attune": {"sender": "agent", "tier": 2}},
}


@pytest.mark.parametrize("event", [USER, ACTION, BOT], ids=lambda event: event["event"])
def test_con_5_nothing_of_a_reading_is_left_in_what_is_stored(event: dict[str, object]) -> None:
    stored = json.dumps({**split(event)[0], "text": ""})

    for word in (*EMOTIONS, "intensity", "cue-7", "r3ad3r", "express_", "strong", "possible", "tier", "frustration"):
        assert word not in stored


@pytest.mark.parametrize("event", [USER, ACTION, BOT], ids=lambda event: event["event"])
def test_what_was_taken_out_makes_the_event_whole_again(event: dict[str, object]) -> None:
    before = copy.deepcopy(event)
    kept, taken = split(event)

    assert join(kept, taken) == event == before


def test_what_the_conversation_needs_stays() -> None:
    user, action, bot = split(USER)[0], split(ACTION)[0], split(BOT)[0]

    assert user["metadata"] == {"attune": {"country": "IE"}}
    assert user["parse_data"]["intent"] == {"name": None, "confidence": 0.0}
    assert user["parse_data"]["intent_ranking"] == [{"name": "order_status", "confidence": 0.1}]
    assert action["metadata"]["attune"] == {
        "row": "crisis", "protocol": "abc", "step": 0, "steps": ["utter_crisis_help"], "then": "listen",
    }
    assert (action["name"], action["metadata"]["model_id"]) == ("utter_crisis_help", "m")
    assert bot["metadata"] == {
        "utter_action": "utter_acknowledge", "template": "utter_acknowledge", "attune": {"sender": "agent"},
    }


def test_an_event_that_tells_nothing_is_left_alone() -> None:
    event = {"event": "action", "timestamp": 1.0, "name": "action_listen", "metadata": {"model_id": "m"}}

    assert split(event) == (event, {})


@pytest.mark.parametrize(("name", "shown"), [
    ("utter_acknowledge_sadness_light", "utter_acknowledge"),
    ("utter_crisis_help_now", "utter_crisis_help"),
    ("utter_order_status", "utter_order_status"),
    ("action_anger_management", "action_anger_management"),
])
def test_only_names_that_tell_a_feeling_are_shortened(name: str, shown: str) -> None:
    assert general(name) == shown


@pytest.mark.parametrize(("row", "shown"), [
    ("crisis_now", "crisis"), ("crisis_possible", "crisis"), ("acknowledge-anger", "acknowledge"),
    ("hand_over", "hand_over"), ("offer_person", "offer_person"), ("anger", "decision"),
])
def test_a_row_is_named_without_the_feeling(row: str, shown: str) -> None:
    assert general_row(row) == shown


@pytest.mark.parametrize(("before", "kind", "name", "value", "after"), [
    (False, "slot", "attune_consent_quality", "granted", True),
    (True, "slot", "attune_consent_quality", "withdrawn", False),
    (True, "slot", "attune_consent_quality", None, False),
    (True, "slot", "attune_consent_agent", "withdrawn", True),
    (False, "slot", "attune_consent_agent", "granted", False),
    (True, "user", None, None, True),
    (True, "session_started", None, None, False),
    (True, "restart", None, None, False),
    (True, "reset_slots", None, None, False),
    (True, "rewind", None, None, False),
])
def test_only_a_standing_yes_to_keeping_allows_keeping(
    before: bool, kind: str, name: str | None, value: str | None, after: bool,
) -> None:
    assert may_keep(before, kind, name, value) is after


KEYS = st.sampled_from(["attune", "intent", "name", "intent_ranking", "row", "steps", "utter_action", "reading", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=4), max_leaves=12,
)


@given(st.fixed_dictionaries(
    {"event": st.sampled_from(["user", "action", "bot", "slot"])},
    optional={"name": st.none() | st.text(), "metadata": JSON, "parse_data": JSON, "text": st.text()},
))
def test_any_event_can_be_split_and_joined(event: dict[str, object]) -> None:
    kept, taken = split(event)

    assert join(kept, taken) == event
    assert split(kept)[0] == kept
