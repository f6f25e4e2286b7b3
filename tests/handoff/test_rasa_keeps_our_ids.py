"""What the courier looks for in a tracker survives Rasa's own events, and the store that keeps Readings out."""

from typing import Any

import pytest
from rasa.shared.core.events import Event, UserUttered

from attune.consent.discreet import split
from attune.handoff import rasa_api, tracker_events
from attune.handoff.tracker_events import Waiting

pytestmark = pytest.mark.rasa

SENT = [tracker_events.slot("attune_owner", "bot", "e-1", 1.0), tracker_events.said("Hello there.", "e-1", 1.0)]


@pytest.mark.parametrize("sent", SENT, ids=["slot", "words"])
def test_a_call_is_found_again_in_the_tracker(sent: dict[str, Any]) -> None:
    event = Event.from_parameters(sent)
    assert event
    stored = split(event.as_dict())[0]

    assert rasa_api.is_in([stored], Waiting(1, "c-1", "e-1", "event", sent))
    assert not rasa_api.is_in([stored], Waiting(1, "c-1", "e-2", "event", sent))


def test_the_bots_return_is_found_after_the_slot_it_follows() -> None:
    triggered = UserUttered.create_external("attune_handed_back").as_dict()
    events = [Event.from_parameters(one) for one in (triggered, SENT[0], triggered)]
    stored = [split(event.as_dict())[0] for event in events if event]
    waiting = Waiting(1, "c-1", "e-2", "trigger", {"name": "attune_handed_back", "after": "e-1"})

    assert rasa_api.is_in(stored, waiting)
    assert not rasa_api.is_in(stored[:2], waiting)
