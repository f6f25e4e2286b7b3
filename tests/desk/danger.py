"""A message of danger to a person who has the conversation, as Rasa's event stream tells the audit of it."""

import time

from attune.audit import keeper, mapping
from attune.audit.record import seal
from attune.audit.thread import Thread
from attune.handoff.agent import Counter
from desk.conftest import House

WORDS = "i cannot go on like this"


def decided(row: str, conversation: str, at: float) -> dict[str, object]:
    """What the policy's turn publishes: a decision without steps travels with the event that waits for the customer."""
    note = {"row": row, "protocol": "p", "steps": [], "then": "listen", "step": 0,
            "reading": {"emotion": "sadness", "level": "strong", "tier": 2}}
    return {"event": "action", "name": "action_listen", "sender_id": conversation, "timestamp": at,
            "metadata": {"attune": note, "model_id": "m1"}}


def judged(house: House, conversation: str = "c-1", at: float | None = None, row: str = "person_alerted") -> None:
    """Put the decision on record as the broker does where nobody agreed to keep Readings."""
    event = decided(row, conversation, time.time() if at is None else at)
    keeper.put(house.engine, mapping.records(event, Thread(), seal(house.settings), may=False))


def taken(house: House, conversation: str = "c-1", agent: str = "Ada", consent: str = "refused") -> None:
    """Let an agent have the conversation."""
    house.waits(conversation, agent=consent)
    joined = f"{agent}, a person from our team, has joined this conversation."
    Counter(house.engine).claim(conversation, agent, joined, time.time())


def danger(house: House, conversation: str = "c-1", words: str = WORDS) -> None:
    """The customer writes it, and Rasa judges it."""
    house.writes("customer", words, conversation)
    judged(house, conversation)
