"""Rasa's event broker that fills the audit; it neither raises into Rasa nor holds up an answer (AUD-9, CRI-8).

It makes the audit's tables itself where they are missing: a Rasa without a desk's process would spool for ever, without
Readings. But it waits for nobody who holds a lock on them: until they are as it needs them, Records go into the spool.
"""

import logging
import os
import time
from asyncio import AbstractEventLoop
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from attune import database, settings
from attune.audit import spool, store, vault, versions
from attune.audit.mapping import records
from attune.audit.record import Record, Seal, seal
from attune.audit.thread import Thread, follow
from attune.consent.discreet import split
from attune.errors import AttuneError

logger = logging.getLogger(__name__)

PATIENCE = 250
"""Milliseconds to wait for a lock in the database: the customer's answer waits as long."""
REST = 5.0
"""Seconds to leave a database alone that was away, so that a turn of many events waits only once (CRI-8)."""
AWAY = (SQLAlchemyError, OSError, AttuneError)
"""The database does not answer, or its tables are not those of this Attune."""
LOOK_EVERY = 60.0
"""Seconds between two looks whether the tables still have the version this Attune writes."""
THREADS = 1000


class AuditBroker(EventBroker):
    """Writes a Record for whatever is worth one into the inbox, or into the spool while the database is away."""

    def __init__(self, engine: Engine, spooled: Path, keys: Seal, clock: Callable[[], float] = time.monotonic,
                 dice: Callable[[int], bytes] = os.urandom) -> None:
        self._engine, self._spool, self._seal, self._clock, self._dice = engine, spooled, keys, clock, dice
        self._retry_at = self._look_at = clock()
        self._threads: OrderedDict[str, Thread] = OrderedDict()
        self._layer = versions.of_layer()
        self._version: versions.Version | None = None

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: AbstractEventLoop | None = None,
    ) -> "AuditBroker":
        """Open the audit of this installation; the endpoint's `url`, if given, is another database."""
        found = settings.load()
        engine = database.engine(broker_config.url or found.db_url)
        return cls(engine, found.var / spool.FILE, seal(found))

    def publish(self, event: dict[str, Any]) -> None:
        """Put the event's Records on record."""
        try:
            self._publish(event)
        except Exception:  # whatever is wrong with the audit, the customer still gets an answer
            logger.exception("The audit has no Record of a %r event; look at %s", event.get("event"), self._spool)

    def _publish(self, event: dict[str, Any]) -> None:
        sender = str(event.get("sender_id"))
        thread = self._thread(sender)
        after = follow(thread, event)
        self._threads[sender] = after
        told = records(event, thread, self._seal, may=False)
        felt = records(event, thread, self._seal, may=True) if self._may(event, after, sender) else told
        new = self._new_version(event, told)
        self._write([*new, *told], [*new, *felt])

    def _thread(self, sender: str) -> Thread:
        if sender not in self._threads:
            may = self._granted(sender)
            self._threads[sender] = Thread(may=may, states={"quality": "granted"} if may else {})
        self._threads.move_to_end(sender)
        if len(self._threads) > THREADS:
            self._threads.popitem(last=False)
        return self._threads[sender]

    def _may(self, event: dict[str, Any], thread: Thread, sender: str) -> bool:
        """Only with a yes on record (CON-4), looked up when there is a Reading: another worker may know better."""
        return thread.may and bool(split(event)[1]) and self._granted(sender)

    def _granted(self, sender: str) -> bool:
        try:
            with self._connected() as connection:
                return store.granted(connection, self._seal.pseudonym(sender))
        except AWAY:
            return False

    def _new_version(self, event: dict[str, Any], told: list[Record]) -> list[Record]:
        found = versions.version(event, self._layer)
        if not found or found == self._version or not told:
            return []
        self._version = found
        return [versions.record(told[0], found)]

    def _write(self, told: list[Record], felt: list[Record]) -> None:
        """Put `told` on record with what `felt` knows more sealed into it (AUD-10); the spool gets `told` alone."""
        if not told:
            return
        try:
            with self._connected() as connection:
                pairs = zip(told, felt, strict=True)
                store.append(connection, [vault.sealed(connection, *pair, self._dice) for pair in pairs])
        except AWAY as error:
            logger.warning("The audit's database is away (%s); Records wait in %s", error, self._spool)
            spool.put(self._spool, told)  # without a key nothing of a Reading is written to a file

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if self._clock() < self._retry_at:
            raise ConnectionError("left alone after it was away")
        try:
            self._look()
            with database.transaction(self._engine, PATIENCE) as connection:
                yield connection
        except AWAY:
            self._look_at = self._clock()  # whatever comes back may be another
            self._retry_at = self._look_at + REST
            raise

    def _look(self) -> None:
        if self._clock() >= self._look_at:
            store.prepare(self._engine, PATIENCE)
            self._look_at = self._clock() + LOOK_EVERY
