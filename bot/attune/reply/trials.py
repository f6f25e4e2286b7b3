"""The trials that run now, as the dialogue may ask in the midst of a turn: quickly, or there are none."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping

from attune.errors import AttuneError
from attune.reply import experiments
from attune.reply.experiments import Experiment

log = logging.getLogger(__name__)

FRESH = 30.0
"""Seconds for which an answer about what was ended is good."""
PATIENCE = 0.25
"""Seconds to wait for one: the customer's answer waits as long."""

Read = Callable[[], Mapping[str, object]]


class Trials:
    """What is on trial and what was ended. Without the database nothing is on trial: all hear what was said before."""

    def __init__(self, tried: tuple[Experiment, ...], read: Read, clock: Callable[[], float] = time.monotonic) -> None:
        """Take what runs by the file, and `read`, which gives what was ended, by label."""
        self._tried, self._read, self._clock = tried, read, clock
        self._ended: Collection[str] | None = None
        self._asked: float | None = None

    async def of(self, response: str) -> tuple[Experiment | None, Collection[str]]:
        """The trial a response is in now, and the labels that were ended."""
        trial = next((one for one in self._tried if one.concerns(response)), None)
        if trial is None:
            return None, ()
        ended = await self._fresh()
        return (None, ()) if ended is None else (trial, ended)

    async def _fresh(self) -> Collection[str] | None:
        now = self._clock()
        if self._asked is None or now - self._asked >= FRESH:
            self._asked = now
            try:
                self._ended = frozenset(await asyncio.wait_for(asyncio.to_thread(self._read), PATIENCE))
            except Exception as problem:  # whatever is wrong there, the customer gets an answer
                self._ended = None
                log.warning("What is on trial is not known (%s); for %.0f s all hear what was said before.",
                            type(problem).__name__, FRESH)
        return self._ended


def running() -> tuple[Experiment, ...]:
    """The experiments that run here; none where the file is wrong, for `attune check` says so and talk goes on."""
    try:
        return experiments.load().running
    except AttuneError as problem:
        log.error("No wording is on trial: %s", problem)
        return ()
