"""Erases a customer from everything Attune stores, step by step; cut off anywhere, it goes on where it was (CON-8)."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from attune.audit import spool, store, tombstones, vault
from attune.audit.canonical import canonical
from attune.audit.record import Fact, Record
from attune.channel import ownership
from attune.channel.ownership import Kind
from attune.errors import AttuneError
from attune.handoff.tracker_events import TrackerEvents
from attune.rights import corrections, pages, places, trackers, wishes
from attune.rights.stores import Stores


@dataclass
class Erased:
    """How much went from which place, and what is left that this cannot overwrite."""

    counts: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def add(self, place: str, count: int) -> None:
        """Count what went."""
        if count:
            self.counts[place] = self.counts.get(place, 0) + count


Step = Callable[[Stores, str, Erased], None]


class StillOpen(AttuneError):
    """A person speaks with the customer, or the customer waits for one."""

    def __init__(self, subject: str, owner: Kind) -> None:
        who = "waits for a person" if owner == "queue" else "is with a person"
        super().__init__(f"Conversation {subject} {who}. Wait until it is given back, or erase it with --even-open.")


def forget(stores: Stores, subject: str, now: float, *, even_open: bool = False) -> Erased:
    """Erase a conversation for good; `now` in unix seconds. For a conversation nobody knows nothing happens.

    Raises:
        StillOpen: a person is with the customer or awaited, and `even_open` is not set.
    """
    owner = owner_of(stores, subject)
    if owner != "bot" and not even_open:
        raise StillOpen(subject, owner)
    done = Erased()
    if wishes.asked(stores.engine, subject) is not None or is_known(stores, subject):
        wishes.note(stores.engine, subject, now)
        for step in STEPS:
            step(stores, subject, done)
    done.left += [sentence for sentence in overwrite(stores) if sentence]
    done.left += _named_in_logs(stores, subject)
    return done


def is_known(stores: Stores, subject: str) -> bool:
    """Whether anything is stored about a conversation that an erasure would take away."""
    pseudonym = stores.seal.pseudonym(subject)
    with stores.engine.connect() as connection:
        if any(True for place in places.present(connection) for _ in places.rows(connection, place, subject)):
            return True
        if vault.held(connection, pseudonym) or (
            vault.buried(connection, pseudonym) is None and _on_record(connection, pseudonym)
        ):
            return True
    return any(True for _ in stores.events(subject)) or _in_files(stores, subject)


def is_resting(stores: Stores, subject: str) -> bool:
    """Whether nobody waits, no person speaks, and nothing of a person's doings is still on its way to Rasa."""
    waiting = TrackerEvents(stores.engine).pending()
    return owner_of(stores, subject) == "bot" and subject not in {call.conversation_id for call in waiting}


def owner_of(stores: Stores, subject: str) -> Kind:
    """Who speaks in the conversation."""
    with stores.engine.connect() as connection:
        return ownership.read(connection, subject).kind


def note_tombstones(stores: Stores) -> int:
    """Note beside the database who stands in it alone; returns how many (AUD-10). Raises OSError.

    They were erased by another machine, before there was such a file, or when it could not be written.
    """
    with stores.engine.connect() as connection:
        found = vault.stones(connection)
    return tombstones.complete(stores.tombstones, found)


def overwrite(stores: Stores) -> Iterator[str | None]:
    """Overwrite what the databases still hold of deleted rows."""
    yield pages.overwrite(stores.engine)
    for engine, ours in stores.trackers:
        yield pages.overwrite(engine, anew=not ours)


def record(kind_of: Mapping[str, Fact], conversation: str | None, at: int) -> Record:
    """The Record that something was erased: how much and why, nothing of whose it was but the pseudonym."""
    name = hashlib.sha256(canonical([conversation, "erased", at, dict(kind_of)])).hexdigest()
    return Record(name, "erased", at, conversation, kind_of)


def unwritten(stores: Stores, problem: OSError) -> str:
    """What to say of a tombstone that stands in the database alone."""
    return (f"{stores.tombstones} could not be written ({problem.strerror}). Until it is, which the desk's process "
            "tries every hour, a restored backup may bring back who was erased.")


def _from_trackers(stores: Stores, subject: str, done: Erased) -> None:
    for engine, _ in stores.trackers:
        done.add("tracker store", trackers.erase(engine, subject))


def _from_files(stores: Stores, subject: str, done: Erased) -> None:
    pseudonym = stores.seal.pseudonym(subject)
    done.add("audit spool", spool.without(stores.spool, pseudonym))
    done.add("corrections", corrections.without(stores.review, {subject, pseudonym}))


def _from_tables(stores: Stores, subject: str, done: Erased) -> None:
    """One transaction: the rows, the keys, the tombstone, and the Record that says so; first a tombstone outside it.

    Where that one cannot be written the customer is erased all the same: it is added later, from the database.
    """
    pseudonym, asked = stores.seal.pseudonym(subject), wishes.asked(stores.engine, subject) or 0.0
    at = round(asked * 1_000_000)
    try:
        tombstones.note(stores.tombstones, pseudonym, at)
    except OSError as problem:
        done.left.append(unwritten(stores, problem))
    with stores.engine.begin() as connection:
        for name, count in places.erase(connection, subject).items():
            done.add(name, count)
        done.add("audit keys", vault.destroy(connection, pseudonym, at))
        store.append(connection, [record({"why": "asked"}, pseudonym, at)])


def _over(stores: Stores, subject: str, _done: Erased) -> None:
    list(overwrite(stores))  # before the wish goes; the look after it says what is left
    wishes.fulfilled(stores.engine, subject)


STEPS: tuple[Step, ...] = (_from_trackers, _from_files, _from_tables, _over)
"""Each may be repeated; the wish is the first thing written and the last to go."""


def _on_record(connection: Connection, pseudonym: str) -> bool:
    return any(connection.execute(select(func.count()).where(table.c.conversation == pseudonym)).scalar()
               for table in (store.INBOX, store.LEAF))


def _in_files(stores: Stores, subject: str) -> bool:
    pseudonym = stores.seal.pseudonym(subject)
    return spool.names(stores.spool, pseudonym) or corrections.names(stores.review, {subject, pseudonym})


def _named_in_logs(stores: Stores, subject: str) -> Iterator[str]:
    for path in stores.logs:
        if path.is_file() and subject.encode() in path.read_bytes():
            yield f"{path} still names the conversation. It ends with the log: delete or rotate it."
