"""Opening the review of one conversation: whose it is, what it says, and the Record that somebody opened it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.engine import Engine

from attune.audit import keeper, spool, vault
from attune.audit.canonical import canonical
from attune.audit.held import held
from attune.audit.record import Fact, Record, seal
from attune.drift.review import Review, review
from attune.errors import AttuneError
from attune.handoff.past import conversation_of
from attune.settings import Settings


class NothingOnRecord(AttuneError):
    """The audit knows nothing of a conversation."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The audit holds no record of the conversation {name}. Give Rasa's sender id, the id of a "
                         "handoff, or a pseudonym.")


@dataclass(frozen=True)
class Visit:
    """Who opens a review, when (unix microseconds), and where; at the command line nobody is known by name."""

    way: Literal["desk", "command"]
    at: int
    by: str | None = None


def reviewed(settings: Settings, engine: Engine, name: str, visit: Visit) -> tuple[str, Review]:
    """The conversation's pseudonym and its review; `name` is a sender's id, a handoff's or a pseudonym.

    That it was opened is on record before anybody sees it: if that fails, so does this. Raises NothingOnRecord.
    """
    for pseudonym in _names(settings, engine, name):
        records = held(engine, settings.var / spool.FILE, pseudonym)  # CON-3: a withdrawal counts wherever it waits
        if records:
            keeper.put(engine, [opening(settings, pseudonym, visit)])
            with engine.connect() as connection:
                return pseudonym, review(records, vault.opener(connection))
    raise NothingOnRecord(name)


def opening(settings: Settings, pseudonym: str, visit: Visit) -> Record:
    """The Record of it; who it was stands in it under a pseudonym, too, which tells it to who holds the secret."""
    facts: dict[str, Fact] = {"way": visit.way}
    if visit.by:
        facts["by"] = seal(settings).pseudonym(f"desk {visit.by}")
    identity = hashlib.sha256(canonical([pseudonym, visit.at, "reviewed", facts.get("by")])).hexdigest()
    return Record(identity, "reviewed", visit.at, pseudonym, facts)


def _names(settings: Settings, engine: Engine, name: str) -> Iterator[str]:
    """The pseudonyms a name may stand for."""
    handed_over = conversation_of(engine, name)
    for sender in filter(None, (handed_over, name)):
        yield seal(settings).pseudonym(sender)
    yield name
