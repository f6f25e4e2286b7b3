"""The trials that run now, as the dialogue may ask in the midst of a turn: quickly, or there are none."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from attune import database, settings
from attune.errors import InvalidFile
from attune.reply import endings, experiments
from attune.reply.experiments import Experiment
from attune.within import within

log = logging.getLogger(__name__)

FRESH = 30.0
"""Seconds for which an answer is good."""
PATIENCE = 0.25
"""Seconds to wait for one: the customer's answer waits as long."""


@dataclass(frozen=True)
class Running:
    """The trials that run, and the labels of the variants that were ended."""

    trials: Sequence[Experiment] = ()
    ended: Collection[str] = ()


def running() -> Running:
    """What runs in this installation now; raises InvalidFile, or what the database raises."""
    trials = experiments.load().running
    return Running(trials, frozenset(endings.read(database.engine(settings.load().db_url))) if trials else ())


class Trials:
    """What is on trial. If that is not known in time nothing is: all hear what was said before (CRI-8)."""

    def __init__(self, read: Callable[[], Running] = running, clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._running = Running()
        self._asked: float | None = None

    async def of(self, response: str) -> tuple[Experiment | None, Collection[str]]:
        """The trial a response is in now, and the labels that were ended."""
        now = self._clock()
        if self._asked is None or now - self._asked >= FRESH:
            self._asked, self._running = now, await self._ask()
        found = next((one for one in self._running.trials if one.concerns(response)), None)
        return found, self._running.ended

    async def _ask(self) -> Running:
        try:
            return await within(PATIENCE, asyncio.to_thread(self._read))
        except InvalidFile as problem:
            log.error("No wording is on trial: %s", problem)
        except Exception as problem:  # whatever is wrong there, the customer gets an answer
            log.warning("No wording is on trial for %.0f s: what was ended is not known (%s).", FRESH,
                        type(problem).__name__)
        return Running()
