"""What has happened in a session, read from Rasa's events; and the same session as the host's dialogue knows it [R]."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from attune.signals import component
from attune.signals.reading import KEY, Reading, from_dict


def session(tracker: DialogueStateTracker) -> tuple[list[Event], bool]:
    """The events of the present session, and whether a session was really begun (test stories begin none)."""
    reverse = list(takewhile(lambda event: not isinstance(event, SessionStarted), reversed(tracker.events)))
    return reverse[::-1], len(reverse) < len(tracker.events)


def care(event: Event) -> dict[str, object] | None:
    """What the policy noted on a care step of its own, or None for everything else."""
    note = (event.metadata or {}).get(KEY) if isinstance(event, ActionExecuted) else None
    return note if isinstance(note, dict) and "row" in note else None


def turn(events: Sequence[Event]) -> list[Event]:
    """The present turn: the customer's last message and all that came after it; empty before the first message."""
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], UserUttered):
            return list(events[index:])
    return []


def reading(event: UserUttered) -> Reading:
    """The Reading of a message; read again from its words where none was kept (I3), as in test stories."""
    stored = (event.parse_data or {}).get(KEY)
    return from_dict(stored) if stored else component.read_again(event.text or "")


def turns_back(events: Sequence[Event]) -> Iterator[tuple[UserUttered, list[str]]]:
    """The customer's messages from the last to the first, each with the actions that answered it."""
    actions: list[str] = []
    for event in reversed(events):
        if isinstance(event, ActionExecuted):
            actions.append(event.action_name)
        elif isinstance(event, UserUttered):
            yield event, actions[::-1]
            actions = []


def plain(events: Sequence[Event], turns: int) -> list[dict[str, Any]]:
    """The last turns' events as plain data, after the form and the question that were open when they began."""
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)][-turns:]
    began = starts[0] if starts else 0
    before = events[:began]
    form = [event for event in before if isinstance(event, ActiveLoop)][-1:]
    asked = [event for event in before if isinstance(event, SlotSet) and event.key == REQUESTED_SLOT][-1:]
    return [_with_reading(event) for event in (*form, *asked, *events[began:])]


def _with_reading(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        data["parse_data"] = {**(data.get("parse_data") or {}), KEY: reading(event).as_dict()}
    return data


def without_care(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """The conversation as the host's dialogue knows it: no care steps, and no turns that were nothing but care (I4)."""
    if not any(care(event) for event in tracker.events):
        return tracker
    host = tracker.init_copy()
    for event in _host_events(tracker.events):
        host.update(event)
    return host


def _host_events(events: Sequence[Event]) -> list[Event]:
    kept: list[Event] = []
    turn_began, in_care = 0, False
    for event in events:
        note = care(event)
        if isinstance(event, UserUttered):
            turn_began, in_care = len(kept), False
        elif note and event.action_name == ACTION_LISTEN_NAME and note.get("then") == "listen":
            del kept[turn_began:]
            in_care = True
        elif isinstance(event, (ActionExecuted, ActionExecutionRejected)):  # a form's refusal is the host's own
            in_care = note is not None
        if not in_care:
            kept.append(event)
    return kept


def restored_slots(events: Sequence[Event], tracker: DialogueStateTracker) -> list[SlotSet]:
    """Undo what a message that belongs to care alone has put into the host's slots, a form's above all (CRI-13)."""
    began = len(events) - len(turn(events))
    before = {event.key: event.value for event in events[:began] if isinstance(event, SlotSet)}
    touched = {event.key for event in events[began:] if isinstance(event, SlotSet) and not event.key.startswith(KEY)}
    initial = {name: slot.initial_value for name, slot in tracker.slots.items()}
    return [SlotSet(key, before.get(key, initial.get(key))) for key in sorted(touched)]
