"""A Rasa tracker as turns: what the customer wrote, what the bot did and said. This session only (BND-1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attune.reply.wording import LAYER_RESPONSES
from attune.signals.reading import KEY, Reading, from_dict

STARTS = frozenset({"session_started", "restart"})


@dataclass(frozen=True)
class Step:
    """An action the bot ran; `failed` when Rasa rejected its execution."""

    action: str
    failed: bool = False


@dataclass(frozen=True)
class Spoken:
    """Words the customer was shown, the response they came from, and whether a person wrote them."""

    text: str
    response: str = ""
    by_person: bool = False


@dataclass(frozen=True)
class Turn:
    """One customer message, counted from 1, and what followed. Payloads of buttons have an intent and no words.

    `reading` is None where nobody has it: it may have been stripped, and an unread message is not a neutral one.
    """

    number: int
    words: str
    intent: str | None
    reading: Reading | None
    steps: tuple[Step, ...] = ()
    spoken: tuple[Spoken, ...] = ()


def read(events: Iterable[Mapping[str, Any]]) -> list[Turn]:
    """The turns since the session began, oldest first; payloads of the layer's own buttons are no turns."""
    turns: list[Turn] = []
    for number, (customer, answers) in enumerate(_exchanges(session(list(events))), start=1):
        parsed = customer.get("parse_data") or {}
        text = str(customer.get("text") or "")
        reading = parsed.get(KEY)
        turns.append(Turn(
            number, "" if text.startswith("/") else text, (parsed.get("intent") or {}).get("name"),
            from_dict(reading) if reading else None, tuple(_steps(answers)), tuple(_spoken(answers)),
        ))
    return turns


def session(events: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The events since the newest session began."""
    starts = [place for place, event in enumerate(events) if event.get("event") in STARTS]
    return events[starts[-1] + 1:] if starts else events


def _exchanges(events: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    exchanges: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = []
    for event in events:
        if event.get("event") == "user":
            if not str(event.get("text") or "").startswith("/attune_"):
                exchanges.append((event, []))
        elif exchanges:
            exchanges[-1][1].append(event)
    return exchanges


def _steps(events: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    for event in events:
        if event.get("event") in ("action", "action_execution_rejected") and event.get("name"):
            yield Step(str(event["name"]), failed=event["event"] != "action")


def _spoken(events: Iterable[Mapping[str, Any]]) -> Iterable[Spoken]:
    for event in events:
        metadata = event.get("metadata") or {}
        sender = (metadata.get(KEY) or {}).get("sender")
        if event.get("event") == "bot" and event.get("text") and sender != "notice":
            yield Spoken(str(event["text"]), str(metadata.get("utter_action") or ""), sender == "agent")


def is_layer_response(name: str) -> bool:
    """Whether a response belongs to the layer and so says nothing about the customer's business."""
    return name in LAYER_RESPONSES
