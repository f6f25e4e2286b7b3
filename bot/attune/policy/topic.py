"""What the customer came for, in the host's own words: responses named utter_topic_<form or intent> [R]."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from string import Formatter
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from attune.policy import history

PREFIX = "utter_topic_"
DEFAULT = "utter_topic"
"""What to call it where no topic is known."""
LOOKED_BACK = 8
"""So many of the customer's turns may lie between what they came for and now."""


def topic(tracker: DialogueStateTracker, domain: Domain, *, public: bool = False) -> str | None:
    """The topic with what is known filled in, such as "your refund for order 1042"; None where there is none.

    Of a response's variations the first is taken whose slots are all known; in public none with a slot, since
    others read along.
    """
    values = {} if public else tracker.current_slot_values()
    for name in _names(tracker):
        said = first(domain.responses.get(PREFIX + name) or (), values)
        if said:
            return said
    return None


def default(domain: Domain) -> str:
    """What the layer or the host calls a topic it does not know."""
    return first(domain.responses.get(DEFAULT) or (), {}) or ""


def first(variations: Sequence[Mapping[str, Any]], values: Mapping[str, object]) -> str | None:
    """The first text for which every value it names is there."""
    for variation in variations:
        if (variation.get("metadata") or {}).get("variant"):
            continue  # said to nobody who is not in its trial, and this is part of another wording
        text = str(variation.get("text") or "")
        needed = {field for _, field, _, _ in Formatter().parse(text) if field}
        if all(values.get(field) is not None for field in needed):
            return text.format_map({field: values[field] for field in needed})
    return None


def _names(tracker: DialogueStateTracker) -> Iterator[str]:
    if tracker.active_loop_name:
        yield tracker.active_loop_name
    yield from _intents(history.session(tracker)[0])


def _intents(events: Sequence[Event]) -> Iterator[str]:
    """The customer's intents of this session, the last first."""
    for message, _ in islice(history.turns_back(events), LOOKED_BACK):
        intent = message.intent.get("name")
        if intent:
            yield intent
