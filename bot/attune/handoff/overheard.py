"""What is said on Rasa's other channels, brought into the mailbox: there the agents read it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from attune.channel.mailbox import Letter, Mailbox
from attune.handoff import other_channels, turns
from attune.signals.reading import KEY

OWN_CHANNEL = "web"
"""The channel whose letters are in the mailbox from the start."""

Event = Mapping[str, Any]


class States(Protocol):
    """Where trackers are read."""

    def state(self, conversation_id: str) -> Mapping[str, Any]:
        """A conversation's tracker with all its events."""


def bring(mailbox: Mailbox, states: States, conversation_id: str) -> int:
    """Bring what is new in the conversation's session into the mailbox; returns how many letters. May be repeated."""
    tracker = states.state(conversation_id)
    return sum(mailbox.deliver(letter)[1] for letter in letters(tracker))


def letters(tracker: Mapping[str, Any]) -> Iterator[Letter]:
    """What customer and bot said since the session began; what persons said is in the mailbox before it is here.

    Where a customer has to ask for what is said, the bot's words are not letters: they have been fetched already.
    """
    conversation_id = str(tracker["sender_id"])
    channel = tracker.get("latest_input_channel")
    if channel == OWN_CHANNEL:
        return
    for event in _shown(turns.session(list(tracker.get("events") or ()))):
        if event["event"] == "user":
            once = f"rasa-{event.get('message_id') or event['timestamp']}"
            yield Letter(0, conversation_id, once, "customer", event["text"], event["timestamp"])
        elif other_channels.is_sent_to(channel):
            data = {"buttons": event["data"]["buttons"]} if (event.get("data") or {}).get("buttons") else {}
            once = f"rasa-{event['timestamp']}"
            yield Letter(0, conversation_id, once, "bot", event["text"], event["timestamp"], data=data)


def _shown(events: Iterable[Event]) -> Iterator[Event]:
    """Messages with words; neither commands nor what the desk itself sent."""
    for event in events:
        text, kind = str(event.get("text") or ""), event.get("event")
        is_ours = "event_id" in ((event.get("metadata") or {}).get(KEY) or {})
        is_command = kind == "user" and text.startswith(("/", "EXTERNAL: "))
        if kind in ("user", "bot") and text and not is_ours and not is_command:
            yield event
