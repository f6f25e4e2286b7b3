"""How long PostgreSQL may keep the Rasa server waiting: a database that hangs is treated as one that is gone (CRI-8).

psycopg2 itself waits without a limit, and with it every conversation of the server.
"""

import select
import time
from collections.abc import Callable

import psycopg2
from psycopg2 import extensions

LIMIT = 1.0
"""Seconds the database may be silent in one call: help has two in all (I1)."""
PAUSE = 5.0
"""Seconds without another try, once it was silent too long; then one call tries again."""


class DatabaseHangs(psycopg2.OperationalError):
    """The database took a connection or a query and does not answer."""

    def __init__(self, limit: float, pause: float) -> None:
        super().__init__(f"PostgreSQL has not answered for {limit:g} s. It is asked again after {pause:g} s.")


class Patience:
    """psycopg2's wait callback, with a limit; psycopg2 closes the connection of a call that ran out of it."""

    def __init__(self, limit: float = LIMIT, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pause, self._clock = limit, pause, clock
        self._hung_until: dict[str, float] = {}

    def __call__(self, connection: extensions.connection) -> None:
        """Wait until the database answers; raises DatabaseHangs after the limit, and at once for a while afterwards."""
        if self._clock() < self._hung_until.get(connection.dsn, 0.0):
            raise DatabaseHangs(self._limit, self._pause)
        while (wants := WANTS.get(connection.poll())) is not None:
            if not _is_ready(connection.fileno(), wants, self._limit):
                self._hung_until[connection.dsn] = self._clock() + self._pause
                raise DatabaseHangs(self._limit, self._pause)


WANTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


def _is_ready(file: int, wants: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(file, wants)
    return bool(poll.poll(seconds * 1000))


def limit_waiting() -> None:
    """Give every PostgreSQL connection of this process the limit; only for a process that talks with customers."""
    extensions.set_wait_callback(Patience())
