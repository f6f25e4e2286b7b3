"""A person receives the situation; without a yes, reason and request only."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.consent.permission import STATES, Permission
from attune.handoff.packet import InvalidPacket, Packet, Ticket, build, check
from attune.policy import protocol
from attune.signals.reading import EMOTIONS, Reading
from handoff.trackers import action, annoyed, bot, cue, reading, state, user

OPENED = 1_800_000_000.0
TICKET = Ticket("h-1", 1, "customer_request", OPENED)
YES, NO = Permission(agent="granted"), Permission(agent="refused")


def packet(tracker: dict[str, Any], permission: Permission, ticket: Ticket = TICKET) -> Packet:
    return build(tracker, permission, protocol.load(), ticket)


def test_hnd_4_with_a_yes_a_person_knows_what_happened() -> None:
    built = packet(annoyed(attune_country="GB"), YES)

    assert built == {
        "schema": "attune.packet/1", "handoff_id": "h-1", "version": 1,
        "conversation": {"id": "c-1", "channel": "web"}, "language": "en-GB", "country": "GB",
        "reason": "customer_request", "queue": "care", "priority": 2, "skills": [],
        "opened": "2027-01-15T08:00:00Z", "due": "2027-01-15T08:15:00Z",
        "consent": {"adapt": "unknown", "agent": "granted", "quality": "unknown"},
        "wants": {"intent": "order_status", "label": "order status",
                  "words": ["where is my order 1042, this is the THIRD time I ask!!"]},
        "openings": [
            "I have read the conversation so far, so you don't have to repeat it.",
            "That sounds frustrating, and I'm sorry for the trouble.",
            "Shall we start with the order status?",
        ],
        "context": {
            "tier": 0,
            "trajectory": [
                {"turn": 1, "emotion": "neutral", "intensity": 80},
                {"turn": 2, "emotion": "frustration", "intensity": 720},
                {"turn": 3, "emotion": "frustration", "intensity": 400},
            ],
            "peak": {"turn": 2, "emotion": "frustration", "intensity": 720, "cue": "THIRD time I ask"},
            "tried": [{"turn": 2, "label": "looked up order status", "failed": False}],
            "promised": [
                {"turn": 2, "text": "Order 1042 is on its way.", "by": "bot"},
                {"turn": 2, "text": "It should arrive by Friday.", "by": "bot"},
            ],
            "slots": {"email": "[e-mail]", "order_id": "1042"},
        },
    }


@pytest.mark.parametrize("answer", [one for one in STATES if one != "granted"])
def test_hnd_4_without_a_yes_a_person_gets_reason_and_request_only(answer: str) -> None:
    built = packet(annoyed(), Permission(agent=answer))

    assert built == {
        "schema": "attune.packet/1", "handoff_id": "h-1", "version": 1,
        "conversation": {"id": "c-1", "channel": "web"}, "language": "en-GB", "country": None,
        "reason": "customer_request", "queue": "general", "priority": 3, "skills": [],
        "opened": "2027-01-15T08:00:00Z", "due": "2027-01-15T08:15:00Z",
        "consent": {"adapt": "unknown", "agent": answer, "quality": "unknown"},
        "wants": {"intent": "order_status", "label": "order status",
                  "words": ["where is my order 1042, this is the THIRD time I ask!!"]},
        "openings": [
            "Hello, I have taken over from the assistant.",
            "Shall we start with the order status?",
            "What would help most right now?",
        ],
    }


readings = st.builds(
    reading, emotion=st.sampled_from(EMOTIONS), intensity=st.integers(0, 1000), tier=st.integers(0, 2),
    cues=st.lists(st.builds(cue, st.just("please look into parcel now"), st.sampled_from(["please", "parcel now"]))),
) | st.none()


def told(first: Reading | None, second: Reading | None) -> dict[str, Any]:
    """The same conversation, whatever was read into it."""
    return state([
        user("please look into parcel now", "parcel", first), action("action_check_parcel"), bot("It is on its way."),
        user("please look into parcel now", "parcel", second),
    ])


@given(readings, readings, st.sampled_from([one for one in STATES if one != "granted"]),
       st.sampled_from(["customer_request", "safety"]))
def test_without_a_yes_no_reading_changes_a_byte(
    first: Reading | None, second: Reading | None, answer: Any, reason: Any,
) -> None:
    ticket, permission = replace(TICKET, reason=reason), Permission(agent=answer)
    built = json.dumps(packet(told(first, second), permission, ticket))

    assert built == json.dumps(packet(told(None, None), permission, ticket))
    assert not [emotion for emotion in EMOTIONS if emotion in built]


@given(readings, readings)
def test_with_a_yes_every_packet_fits_the_schema(first: Reading | None, second: Reading | None) -> None:
    assert "context" in packet(told(first, second), YES)


def test_safety_without_a_yes_says_urgent_and_nothing_finer() -> None:
    tracker = state([
        user("where is my parcel", "parcel", reading()),
        user("I want to end it all tonight", "disclose_crisis", reading("sadness", 940, 2)),
    ])
    built = packet(tracker, NO, replace(TICKET, reason="safety"))

    assert (built["reason"], built["queue"], built["priority"]) == ("safety", "safety", 1)
    assert built["wants"]["words"] == ["where is my parcel"]
    assert "context" not in built
    assert "end it all" not in json.dumps(built)


def test_words_whose_understanding_was_stripped_are_no_request() -> None:
    tracker = state([user("I want to end it all tonight", None), user("/attune_consent{}", "attune_consent")])

    assert packet(tracker, NO)["wants"] == {"intent": None, "label": None, "words": []}


def test_turns_nobody_read_are_not_drawn_as_calm() -> None:
    built = packet(annoyed(with_readings=False), YES)

    assert built["context"]["trajectory"] == []
    assert built["context"]["peak"] is None
    assert built["context"]["tried"] == [{"turn": 2, "label": "looked up order status", "failed": False}]


def test_feelings_of_an_earlier_session_are_not_told() -> None:
    tracker = annoyed()
    tracker["events"] += [{"event": "session_started"}, user("hello again", "greet", reading("neutral", 10))]

    assert packet(tracker, YES)["context"]["trajectory"] == [{"turn": 1, "emotion": "neutral", "intensity": 10}]


def test_a_cue_never_shows_half_of_what_was_redacted() -> None:
    text = "I told you 4111 1111 1111 1111 already"
    read = reading("anger", 800, 0, [cue(text, "told you 4111")])

    assert packet(state([user(text, "payment", read)]), YES)["context"]["peak"]["cue"] is None


def test_a_persons_promise_counts_too() -> None:
    person = {"event": "bot", "text": "I will call you back.", "metadata": {"attune": {"sender": "agent"}}}
    tracker = state([user("and?", "order_status", reading()), person])

    assert packet(tracker, YES)["context"]["promised"] == [{"turn": 1, "text": "I will call you back.", "by": "person"}]


@given(st.lists(st.text(min_size=1)), st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.floats()))
def test_whatever_is_said_a_packet_can_be_built(words: list[str], slots: dict[str, Any]) -> None:
    events = [event for text in words for event in (user(text, "order_status", reading("anger", 700)), bot(text))]

    for permission in (YES, NO):
        json.dumps(packet(state(events, slots), permission))


@pytest.mark.parametrize(("change", "named"), [
    ({"priority": 0}, "priority"), ({"reason": "bored"}, "reason"), ({"mood": "low"}, "top level"),
    ({"consent": {"adapt": "unknown", "agent": "refused", "quality": "unknown"}}, "top level"),
])
def test_a_packet_that_says_too_much_or_wrong_is_refused(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidPacket, match=named):
        check(packet(annoyed(), YES) | change)
