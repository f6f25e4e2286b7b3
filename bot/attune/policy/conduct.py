"""The customer's turns as the trend looks at them, from a session's events as plain data.

Rasa's process and the action server both read them here, so that both come to the same feeling.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from attune.signals.reading import KEY, from_dict
from attune.signals.trend import Turn

Event = Mapping[str, Any]

STARTS = ("session_started", "restart")
NOT_UNDERSTOOD = "nlu_fallback"
NO_ANSWER = "action_default_fallback"
WORDLESS = ("/session_start", "/attune_", "EXTERNAL: ")
"""How messages begin that a page or the desk sends; of other payloads the customer has at least chosen the button."""


@dataclass
class _Exchange:
    """A message, the form and the question it came upon, and all that happened until the next message."""

    message: Event
    form: str | None
    asked: str | None
    happened: list[Event] = field(default_factory=list)


def read(events: Iterable[Event]) -> list[Turn]:
    """The turns of the last session in `events`, oldest first: one for every message, an empty one if wordless."""
    exchanges: list[_Exchange] = []
    form: str | None = None
    asked: str | None = None
    for event in events:
        kind = event.get("event")
        if kind in STARTS:
            exchanges, form, asked = [], None, None
        elif kind == "user":
            exchanges.append(_Exchange(event, form, asked if form else None))
        elif exchanges:
            exchanges[-1].happened.append(event)
        if kind == "active_loop":
            form = event.get("name")
        if kind == "slot" and event.get("name") == "requested_slot":
            asked = event.get("value")
    return [_turn(exchange) for exchange in exchanges]


def _turn(exchange: _Exchange) -> Turn:
    text = str(exchange.message.get("text") or "")
    if text.startswith(WORDLESS):
        return Turn()
    parsed = exchange.message.get("parse_data") or {}
    reading = from_dict(parsed.get(KEY))
    if _only_care(exchange):  # the host never saw it: no request of its own, no answer to a form (CRI-13)
        return Turn(text, emotion=reading.emotion, intensity=reading.intensity)
    intent = (parsed.get("intent") or {}).get("name")
    answered = _answered(exchange)
    return Turn(
        text=text,
        intent=intent,
        entities=_entities(parsed),
        emotion=reading.emotion,
        intensity=reading.intensity,
        fallback=not answered and (intent == NOT_UNDERSTOOD or NO_ANSWER in _actions(exchange)),
        active_form=exchange.form,
        asked_slot=exchange.asked,
        answered=answered,
        left_form=_left(exchange),
    )


def _only_care(exchange: _Exchange) -> bool:
    notes = ((event.get("metadata") or {}).get(KEY) for event in exchange.happened if event.get("event") == "action")
    return any(isinstance(note, Mapping) and note.get("then") == "listen" for note in notes)


def _actions(exchange: _Exchange) -> list[object]:
    return [event.get("name") for event in exchange.happened if event.get("event") == "action"]


def _entities(parsed: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = {(str(each.get("entity")), str(each.get("value")).casefold()) for each in parsed.get("entities") or ()}
    return tuple(sorted(found))


def _answered(exchange: _Exchange) -> bool:
    """Whether the slot asked for was filled from the message, be it only until the form refused what was in it."""
    return exchange.asked is not None and any(
        event.get("event") == "slot" and event.get("name") == exchange.asked and event.get("value") is not None
        for event in exchange.happened
    )


def _left(exchange: _Exchange) -> bool:
    """A form that is done ends itself; whatever else ends it was a way out."""
    last: object = None
    for event in exchange.happened:
        if event.get("event") == "action":
            last = event.get("name")
        elif event.get("event") == "active_loop" and exchange.form not in (None, event.get("name")):
            return last != exchange.form
    return False
