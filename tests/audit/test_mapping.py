"""What of an event is put on record, and what never is."""

import json
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.mapping import records
from attune.audit.record import Record, Seal
from attune.audit.thread import Thread, follow, name
from attune.consent.discreet import EMOTIONAL_INTENTS
from attune.signals.reading import EMOTIONS, Crisis, Cue, Reading

CANARY = "my name is Zyxwv Canary, card 4111"
READING = Reading(
    "anxiety", 640, {"anxiety": 640}, Crisis(2, ("stated",), 900), cues=(Cue(0, 4, "cue-9"),), reader="rd",
)
KEYS = Seal("pseudonym key", "wording key")


def event(kind: str, **parts: Any) -> dict[str, Any]:
    return {"event": kind, "sender_id": "anna@example.org", "timestamp": 1000.25, **parts}


def user(**parts: Any) -> dict[str, Any]:
    parse = {"intent": {"name": "disclose_crisis"}, "text": CANARY, "attune": READING.as_dict()}
    return event("user", text=CANARY, input_channel="web", parse_data=parse, **parts)


def bot(response: str | None, **parts: Any) -> dict[str, Any]:
    return event("bot", text=CANARY, metadata={"utter_action": response, **parts})


DECISION = {"row": "crisis_now", "protocol": "abc", "step": 0,
            "steps": ["utter_crisis_help_now", "action_attune_hand_off"],
            "then": "listen", "reading": {"emotion": "anxiety", "level": "strong", "tier": 2}}


NEW = Thread()


def facts(told: dict[str, Any], may: bool = False, thread: Thread = NEW) -> list[tuple[str, dict[str, Any]]]:
    return [(record.kind, dict(record.facts)) for record in records(told, thread, KEYS, may)]


@pytest.mark.parametrize("response", ["utter_crisis_help_now", "utter_crisis_help_possible", "utter_help_lines"])
@pytest.mark.parametrize("may", [False, True])
def test_cri_12_of_help_the_entries_shown_and_the_language_are_on_record_and_no_kind_of_danger(
    response: str, may: bool,
) -> None:
    told = bot(response, metadata={"resources": ["GB-SAM", "GB-SHOUT", "a name with spaces", 7]}, id="now-1-GB")
    [(kind, found)] = facts(told, may, Thread(locale="en-GB"))

    assert (kind, found["resources"], found["locale"]) == ("help", "GB-SAM GB-SHOUT", "en-GB")
    assert may or not {"now", "possible"} & set(str(found["response"]).split("_"))


def test_lines_named_to_somebody_whose_language_is_not_read_are_on_record_and_are_no_help_in_danger() -> None:
    told = bot("utter_unread_language", metadata={"resources": ["GB-SAM"]}, id="unread-1-GB")
    [(kind, found)] = facts(told)

    assert (kind, found["resources"]) == ("said", "GB-SAM")


def test_a_session_names_its_model() -> None:
    assert facts(event("session_started", metadata={"model_id": "m1"})) == [("session", {"model": "m1"})]


def test_con_5_a_turn_says_that_somebody_wrote_and_not_what() -> None:
    assert facts(user()) == [("turn", {"channel": "web", "understood": True})]


def test_cri_10_with_consent_a_turn_has_tier_emotion_and_level_and_nothing_finer() -> None:
    assert facts(user(), may=True) == [
        ("turn", {"channel": "web", "understood": True, "intent": "disclose_crisis", "tier": 2, "emotion": "anxiety",
                  "level": 640}),
    ]


def test_a_message_not_understood_is_counted() -> None:
    told = user()
    told["parse_data"]["intent"]["name"] = "nlu_fallback"

    assert facts(told) == [("turn", {"channel": "web", "understood": False, "intent": "nlu_fallback"})]


@pytest.mark.parametrize(("sure", "kept"), [
    (0.8716, 872), (1, 1000), (0.0, 0), (1.5, None), ("0.9", None), (None, None),
])
def test_drf_4_a_turn_says_what_it_was_taken_for_and_how_sure_the_assistant_was(sure: object, kept: int | None) -> None:
    told = user()
    told["parse_data"]["intent"] = {"name": "order_status", "confidence": sure}
    [(_, found)] = facts(told)

    assert (found["intent"], found.get("confidence")) == ("order_status", kept)


@pytest.mark.parametrize("intent", sorted(EMOTIONAL_INTENTS))
def test_con_5_what_names_a_feeling_is_no_intent_to_keep_without_consent(intent: str) -> None:
    told = user()
    told["parse_data"]["intent"] = {"name": intent, "confidence": 0.97}

    assert facts(told) == [("turn", {"channel": "web", "understood": True})]


def test_con_5_which_behaviours_counted_is_on_record_only_with_consent() -> None:
    told = event("action", name="action_attune_acknowledge", metadata={
        "attune": {**DECISION, "behaviours": ["asked_again", "capitals"]}})

    assert "behaviours" not in facts(told)[0][1]
    assert facts(told, may=True)[0][1]["behaviours"] == "asked_again capitals"


def test_the_variation_that_was_said_is_named_where_it_has_an_id() -> None:
    assert facts(bot("utter_order_status", id="warm"))[0][1]["variant"] == "warm"
    assert "variant" not in facts(bot("utter_acknowledge_anger_strong", id="anger-strong-2"))[0][1]
    assert facts(bot("utter_acknowledge_anger_strong", id="anger-strong-2"), may=True)[0][1]["variant"]


STEPS = {
    "called": ({"step": "called", "queue": "orders", "reason": "customer_request"},
               {"step": "called", "queue": "orders", "reason": "customer_request"}),
    "joined": ({"step": "joined", "queue": "orders", "waited": 42},
               {"step": "joined", "queue": "orders", "waited": 42}),
    "resolved": ({"step": "resolved", "outcome": "solved", "event_id": "bot-1"},
                 {"step": "resolved", "outcome": "solved"}),
    "odd values": ({"step": "left", "queue": "two words", "waited": -1, "reason": 7}, {"step": "left"}),
    "no step": ({"event_id": "queue-1"}, None),
    "a step nobody knows": ({"step": "vanished"}, None),
}


@pytest.mark.parametrize(("told", "kept"), STEPS.values(), ids=list(STEPS))
def test_aud_8_each_step_to_a_person_and_back_is_on_record(told: dict[str, Any], kept: dict[str, Any] | None) -> None:
    found = facts(event("slot", name="attune_owner", value="queue", metadata={"attune": told}))

    assert found == [("owner", {"owner": "queue"}), *([("handover", kept)] if kept else [])]


def test_opening_the_chat_is_no_turn() -> None:
    assert facts(event("user", text="/session_start", parse_data={})) == []


def test_a_decision_has_its_row_protocol_and_steps() -> None:
    told = event("action", name="utter_crisis_help_now", metadata={"attune": DECISION, "model_id": "m1"})
    decided = {"row": "crisis", "protocol": "abc", "model": "m1", "steps": "utter_crisis_help action_attune_hand_off"}

    assert facts(told) == [("decision", decided)]
    assert facts(told, may=True) == [("decision", {
        "row": "crisis_now", "protocol": "abc", "model": "m1", "steps": "utter_crisis_help_now action_attune_hand_off",
        "tier": 2, "emotion": "anxiety", "level": "strong",
    })]


def test_a_decision_is_on_record_once_however_many_steps_it_takes() -> None:
    later = event("action", name="action_listen", metadata={"attune": {**DECISION, "step": 2}})

    assert facts(later) == []


@pytest.mark.parametrize(("action", "kind"), [
    ("action_attune_hand_off", "handoff"), ("action_default_fallback", "fallback"),
    ("action_two_stage_fallback", "fallback"), ("action_attune_export", "action"), ("action_refund_status", "action"),
])
def test_what_was_done_is_on_record(action: str, kind: str) -> None:
    assert facts(event("action", name=action)) == [(kind, {"action": action})]


@pytest.mark.parametrize(("response", "kind"), [
    ("utter_disclosure", "disclosure"), ("utter_order_status", "said"), (None, "said"),
])
def test_what_was_said_is_named_and_sealed_never_quoted(response: str | None, kind: str) -> None:
    assert facts(bot(response)) == [(kind, {"response": response, "digest": KEYS.wording(CANARY)})]


@pytest.mark.parametrize(("response", "family", "kind"), [
    ("utter_acknowledge_sadness_strong", "utter_acknowledge", "acknowledged"),
    ("utter_crisis_help_now", "utter_crisis_help", "help"),
])
def test_a_wording_that_tells_a_feeling_is_named_only_with_consent(response: str, family: str, kind: str) -> None:
    assert facts(bot(response)) == [(kind, {"response": family, "digest": None})]
    assert facts(bot(response), may=True) == [(kind, {"response": response, "digest": KEYS.wording(CANARY)})]


@pytest.mark.parametrize("sender", ["agent", "person"])
def test_bnd_6_of_a_persons_words_only_the_fact_is_on_record(sender: str) -> None:
    told = bot(None, attune={"sender": sender, "name": "Bob"})

    assert facts(told, may=True) == [("person", {})]


@pytest.mark.parametrize(("value", "owner"), [
    ("queue", "queue"), ("agent", "agent"), ("bot", "bot"), (None, "bot"), ("Bob", "agent"),
])
def test_hnd_2_each_step_of_a_handoff_is_on_record_without_a_name(value: str | None, owner: str) -> None:
    assert facts(event("slot", name="attune_owner", value=value)) == [("owner", {"owner": owner})]


def test_con_4_a_consent_says_what_was_asked_where_and_how_it_was_given() -> None:
    story = [
        user(metadata={"attune": {"locale": "en-IE"}}), bot("utter_ask_consent_agent"),
        user(metadata={"attune": {"locale": "en-IE"}}),
    ]
    thread = reduce(follow, story, Thread())
    told = event("slot", name="attune_consent_agent", value="granted")

    assert facts(told, thread=thread) == [("consent", {
        "purpose": "agent", "state": "granted", "wording": KEYS.wording(CANARY), "locale": "en-IE", "channel": "web",
        "way": "words",
    })]
    assert facts(told, thread=follow(thread, told)) == []  # carried into a new session, not given again


def test_a_consent_given_by_a_switch_names_no_question() -> None:
    told = {**user(), "text": '/attune_consent{"attune_purpose":"agent"}'}
    thread = reduce(follow, [bot("utter_ask_consent_agent"), user(), told], Thread())
    [(_, found)] = facts(event("slot", name="attune_consent_agent", value="withdrawn"), thread=thread)

    assert (found["wording"], found["way"], found["state"]) == (None, "button", "withdrawn")


def test_a_refused_action_is_an_error_on_record() -> None:
    told = event("action_execution_rejected", name="action_order_status")

    assert facts(told) == [("error", {"problem": "action rejected", "action": "action_order_status"})]


@pytest.mark.parametrize("kind", ["slot", "followup", "active_loop", "pause", "something_new"])
def test_everything_else_is_not_on_record(kind: str) -> None:
    assert facts(event(kind, name="order_id", value="1042")) == []


def test_the_same_event_has_the_same_id_however_it_reaches_the_audit() -> None:
    told = bot("utter_acknowledge_anger_light")
    [first], [second] = records(told, Thread(), KEYS, False), records(told, Thread(), KEYS, True)
    [other] = records({**told, "timestamp": 1000.250001}, Thread(), KEYS, False)

    assert first.id == second.id != other.id
    assert (first.at, other.at) == (1000250000, 1000250001)


def test_a_conversation_has_a_pseudonym_nobody_can_guess_without_the_key() -> None:
    [record] = records(user(), Thread(), KEYS, False)

    assert record.conversation == KEYS.pseudonym("anna@example.org") != Seal("other", "x").pseudonym("anna@example.org")


@pytest.mark.parametrize("value", ["Anna Smith", "a" * 81, "", "x@y.z", "a\nb", 7, None, {"a": 1}], ids=repr)
def test_only_technical_names_get_on_record(value: object) -> None:
    assert name(value) is None


STORY = [
    event("session_started"), user(), bot("utter_acknowledge_anxiety_strong"), bot("utter_ask_consent_agent"),
    event("action", name="utter_crisis_help_now", metadata={"attune": DECISION}), bot("utter_order_status"),
    event("slot", name="attune_consent_agent", value="granted"), event("slot", name="name", value=CANARY),
]


def test_no_word_no_name_and_without_consent_no_reading_is_on_record() -> None:
    thread, told = Thread(), list[Record]()
    for one in STORY:
        told += records(one, thread, KEYS, False)
        thread = follow(thread, one)
    data = json.dumps([record.canonical().decode() for record in told])

    assert len(told) == 7
    telling = ("Zyxwv", "Canary", "card", "anna@", *EMOTIONS, "cue-9", "strong", "tier", "disclose_crisis", "_now")
    assert [word for word in telling if word in data] == []


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
KEYS_SEEN = st.sampled_from([
    "attune", "intent", "name", "row", "protocol", "reading", "tier", "emotion", "level", "crisis", "utter_action",
    "sender", "model_id", "steps", "step", "locale", "confidence", "behaviours", "id", "waited", "queue", "outcome",
])
PARTS = st.recursive(LEAVES, lambda part: st.dictionaries(KEYS_SEEN, part, max_size=5), max_leaves=10)


@given(
    st.sampled_from(["session_started", "user", "action", "bot", "slot", "action_execution_rejected", "restart"]),
    st.dictionaries(st.sampled_from(["name", "value", "text", "metadata", "parse_data", "input_channel", "timestamp",
                                     "sender_id"]), PARTS), st.booleans(),
)
def test_any_event_becomes_records_with_canonical_bytes(kind: str, parts: dict[str, Any], may: bool) -> None:
    told = {"event": kind, **parts}
    thread = follow(Thread(), told)

    for record in records(told, replace(thread, may=may), KEYS, may):
        assert record.canonical()


@pytest.mark.parametrize("may", [False, True])
@pytest.mark.parametrize(("rating", "kept"), [(1, True), (5, True), (0, False), (6, False), ("skip", False),
                                              (True, False), (None, False), ("5 Ann", False)])
def test_how_a_talk_went_is_kept_as_a_number_without_consent_for_it_is_no_reading(
    may: bool, rating: object, kept: bool,
) -> None:
    note = {"row": "rated", "protocol": "abc", "step": 0, "steps": ["utter_rating_noted"], "rating": rating}
    told = facts(event("action", name="utter_rating_noted", metadata={"attune": note}), may)

    assert [found for kind, found in told if kind == "rating"] == ([{"rating": rating}] if kept else [])


def test_a_rating_is_on_record_once_however_many_steps_follow() -> None:
    note = {"row": "rated", "protocol": "abc", "step": 1, "steps": ["utter_rating_noted"], "rating": 4}

    assert facts(event("action", name="action_listen", metadata={"attune": note})) == []
