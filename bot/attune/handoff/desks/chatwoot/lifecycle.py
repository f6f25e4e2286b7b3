"""What Chatwoot's webhooks mean, as two tables: one of messages, one of how a conversation changed.

Sources: Chatwoot 4.15 and 4.16 (there a bot is an assignee, and a person takes over before writing); chatwoot#4410 (a
person's answer to a pending conversation leaves it pending), #9277 (a status may change with no event of its own).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Meaning = Literal["customer_said", "person_said", "took_over", "given_back", "resolved", "rated", "nothing"]
Holder = Literal["person", "bot", "nobody"]
Row = tuple[Mapping[str, object], Meaning]

# A message. The first row that fits counts.
MESSAGES: Sequence[Row] = (
    ({"event": "message_updated", "has_choice": True}, "customer_said"),   # a button under words of ours
    ({"ours": True}, "nothing"),                                        # comes back from what we wrote
    ({"private": True}, "nothing"),                                     # agents among themselves
    ({"event": "message_created", "type": "incoming"}, "customer_said"),
    ({"event": "message_created", "type": "outgoing", "by_machine": False}, "person_said"),
    ({"event": "message_updated", "has_rating": True}, "rated"),
)

# A conversation, as it was last seen and as it is. `was_…` is None when it is seen for the first time.
CHANGES: Sequence[Row] = (
    ({"status": "resolved", "was_status": "resolved"}, "nothing"),
    ({"status": "resolved"}, "resolved"),
    ({"holder": "bot", "was_holder": "person"}, "given_back"),
    ({"status": "pending", "was_status": "open"}, "given_back"),
    ({"status": "pending", "was_status": "snoozed"}, "given_back"),
    ({"status": "open", "holder": "person", "was_holder": "nobody"}, "took_over"),
    ({"status": "open", "holder": "person", "was_holder": "bot"}, "took_over"),
    ({"status": "pending", "holder": "person", "was_holder": "nobody"}, "took_over"),
    ({"status": "pending", "holder": "person", "was_holder": "bot"}, "took_over"),
    ({"status": "open", "was_status": "pending"}, "took_over"),
    ({"status": "open", "was_status": "resolved"}, "took_over"),
    ({"status": "open", "was_status": None}, "took_over"),              # people had it before the bot came
)


@dataclass(frozen=True)
class State:
    """A conversation as Chatwoot shows it at a moment (`seen`, unix seconds); `agent`: the name of who is assigned."""

    status: str
    holder: Holder
    agent: str | None
    seen: float


@dataclass(frozen=True)
class Message:
    """One message of a webhook; `choice`: title and value of the button a customer pressed; `name`: who wrote it."""

    id: int
    kind: str
    text: str
    private: bool
    by_machine: bool
    name: str | None
    mark: str | None
    choice: tuple[str, str] | None
    has_rating: bool


@dataclass(frozen=True)
class Heard:
    """One webhook. `contact`: the customer's source id in the inbox; `locale`: what language Chatwoot knows of."""

    event: str
    account: int
    display_id: int
    contact: str | None
    locale: str | None
    state: State
    message: Message | None


def meanings(heard: Heard, before: State | None) -> Iterator[Meaning]:
    """What happened, how the conversation changed first; nothing at all yields nothing.

    Args:
        heard: the webhook.
        before: the conversation as it was last seen; as it is now, where the webhook tells of no change.
    """
    yield from _fitting(CHANGES, {
        "status": heard.state.status, "was_status": before and before.status,
        "holder": heard.state.holder, "was_holder": before and before.holder,
    })
    if heard.message:
        yield from _fitting(MESSAGES, _facts(heard.event, heard.message))


def _facts(event: str, message: Message) -> Mapping[str, object]:
    return {
        "event": event, "type": message.kind, "private": message.private, "ours": message.mark is not None,
        "by_machine": message.by_machine, "has_choice": message.choice is not None, "has_rating": message.has_rating,
    }


def _fitting(rows: Sequence[Row], facts: Mapping[str, object]) -> Iterator[Meaning]:
    found: Meaning = next((meaning for wanted, meaning in rows if wanted.items() <= facts.items()), "nothing")
    if found != "nothing":
        yield found
