"""Finds decisions to hand over in the audit that led to no handoff, and has them opened (I6, HND-1).

Rasa's event stream is the one source: a decision is on record with the action server, the desk and the courier away.
"""

import logging
from collections.abc import Callable, Iterable, Iterator

from attune.audit.news import Told
from attune.audit.record import Record, Seal
from attune.channel.mailbox import Mailbox
from attune.errors import AttuneError
from attune.handoff.reconcile import GRACE, Reconciler, Wanted
from attune.handoff.reconciled import Place
from attune.rights import stores, trackers
from attune.settings import Settings

log = logging.getLogger(__name__)

LOOKED_BACK = 24 * 60 * 60.0
"""Seconds after which a decision is left alone: its handoff may be erased by then, as if it never had been."""
GIVE_UP = 120.0
"""Seconds after which a decision without a conversation is left alone: it was erased, or lies where nobody can look."""
STRIDE = 200
"""So many quiet rows of the ledger are looked at again, rather than writing the place down after every single one."""
WAITED = 600.0
"""Seconds a message may have waited for its turn, at most, when its conversation is looked for by its letter."""

Heard = Callable[[int], tuple[list[Told], int]]
"""From a row of the ledger on: the decisions that ask for a person, and how many rows there are (`news.asking_for`)."""


class Missing:
    """One per desk process; several may look at once, and what this one remembers may be forgotten at any time."""

    def __init__(self, heard: Heard, place: Place, reconciler: Reconciler,
                 whose: Callable[[Record], str | None], clock: Callable[[], float]) -> None:
        self._heard, self._place, self._reconciler = heard, place, reconciler
        self._whose, self._clock = whose, clock
        self._settled: set[str] = set()

    def look(self) -> None:
        """See to every decision whose time for an ordinary handoff is over."""
        start = self._place.read()
        told, size = self._heard(start)
        for one in told:
            if one.record.id not in self._settled and self._settle(one.record):
                self._settled.add(one.record.id)
        open_ = [one.place for one in told if one.record.id not in self._settled]
        end = min([*open_, size])
        if end < start or end - start >= STRIDE or (told and end > start):
            self._place.move(end)
        self._settled &= {one.record.id for one in told}

    def _settle(self, record: Record) -> bool:
        at = record.at / 1_000_000
        age = self._clock() - at
        if not GRACE <= age <= LOOKED_BACK:
            return age > GRACE
        conversation_id = self._whose(record)
        if conversation_id is None:
            return age > GIVE_UP
        try:
            refits = record.facts.get("row") == "consent"
            outcome = self._reconciler.see_to(Wanted(record.id, conversation_id, at, refits))
        except AttuneError as problem:  # the other decisions still get their turn; this one gets it again
            log.error("A handoff that was decided on cannot be opened yet: %s", problem)
            return False
        if outcome in ("opened", "upgraded"):
            log.warning("A handoff that was decided on %d s ago was %s: the action server did not.", age, outcome)
        return True


def whose(settings: Settings, mailbox: Mailbox, seal: Seal) -> Callable[[Record], str | None]:
    """Finds the conversation behind a decision's pseudonym among those in which something happened at that time."""
    def find(record: Record) -> str | None:
        at = record.at / 1_000_000
        return next((name for names in _candidates(settings, mailbox, at) for name in names
                     if seal.pseudonym(name) == record.conversation), None)

    return find


def _candidates(settings: Settings, mailbox: Mailbox, at: float) -> Iterator[Iterable[str]]:
    yield mailbox.written(at - WAITED, at + 1)
    try:
        engines = [engine for engine, _ in stores.here(settings).trackers]
    except AttuneError as problem:  # conversations lie in no SQL store: then only those of the chat page are found
        log.debug("%s", problem)
        return
    for engine in engines:
        yield trackers.happened(engine, at - 1, at + 1)
