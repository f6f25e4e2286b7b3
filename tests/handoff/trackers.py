"""Tracker states as the action server gets them, written as a short script."""

from collections.abc import Iterable, Mapping
from typing import Any

from attune.signals.reading import Crisis, Cue, Emotion, Reading

Event = dict[str, Any]


def reading(emotion: Emotion = "neutral", intensity: int = 0, tier: int = 0, cues: Iterable[Cue] = ()) -> Reading:
    return Reading(emotion=emotion, intensity=intensity, crisis=Crisis(tier=tier), cues=tuple(cues))


def user(text: str, intent: str | None, read: Reading | None = None, locale: str | None = "en-GB") -> Event:
    parsed: dict[str, Any] = {"text": text, "intent": {"name": intent, "confidence": 0.9}}
    if read:
        parsed["attune"] = read.as_dict()
    return {"event": "user", "text": text, "input_channel": "web", "parse_data": parsed,
            "metadata": {"attune": {"country": None, "locale": locale, "public": False}}}


def action(name: str) -> Event:
    return {"event": "action", "name": name, "policy": "RulePolicy", "confidence": 1.0}


def bot(text: str, response: str = "") -> Event:
    return {"event": "bot", "text": text, "metadata": {"utter_action": response} if response else {}}


START: list[Event] = [action("action_session_start"), {"event": "session_started"}, action("action_listen")]


def state(events: Iterable[Event], slots: Mapping[str, Any] | None = None, sender: str = "c-1") -> dict[str, Any]:
    events = [*START, *events]
    latest = next((event["parse_data"] for event in reversed(events) if event["event"] == "user"), {})
    return {"sender_id": sender, "slots": dict(slots or {}), "events": events, "latest_message": latest,
            "latest_input_channel": "web"}


def cue(text: str, words: str, text_id: str = "repeated") -> Cue:
    return Cue(text.index(words), text.index(words) + len(words), text_id)


ANGRY = "where is my order 1042, this is the THIRD time I ask!!"


def annoyed(with_readings: bool = True, **slots: Any) -> dict[str, Any]:
    """The story of the house: asked for an order, got a date, asks for a person."""
    def read(*args: Any) -> Reading | None:
        return reading(*args) if with_readings else None

    return state([
        user("hi there", "greet", read("neutral", 80)),
        action("utter_greet"), bot("Hello! What can I do for you?", "utter_greet"), action("action_listen"),
        user(ANGRY, "order_status", read("frustration", 720, 0, [cue(ANGRY, "THIRD time I ask")])),
        action("utter_acknowledge_frustration_strong"),
        bot("That sounds frustrating. It will be better soon.", "utter_acknowledge_frustration_strong"),
        action("action_check_order_status"),
        bot("Order 1042 is on its way. It should arrive by Friday. You can track it online."), action("action_listen"),
        user("get me a human, mail me at ann@example.org", "request_human", read("frustration", 400)),
    ], {"order_id": "1042", "email": "ann@example.org", "requested_slot": None, "attune_owner": "bot", **slots})
