"""Works off what waits in the database, in lanes that never hold each other up, until all of it is done (I6)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

log = logging.getLogger(__name__)

BACKOFF = wait_random_exponential(multiplier=0.2, max=20)
PATIENT = wait_random_exponential(multiplier=0.5, max=30)
"""For addresses of others."""

Errand = Callable[[], Awaitable[None]]
Work = Mapping[str, Sequence[Errand]]
"""The errands of each lane, in their order; lanes have names."""


@dataclass
class Lanes:
    """A job of the desk process. What it has not done stays in the database, so it may be stopped at any time."""

    who: str
    """Who does the work, as the log names it."""
    failure: str
    """What the log says of an errand that failed: the beginning of a sentence."""
    find: Callable[[], Work]
    """What waits now; called in a thread, again and again."""
    backoff: wait_base = BACKOFF
    level: int = logging.WARNING
    look_every: float = 0.2
    """Seconds."""
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _is_away: bool = False

    async def run(self) -> None:
        """Look for work until cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(self.look_every)
        finally:
            for lane in self._under_way.values():
                lane.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _look(self) -> None:
        # Before the look: what ends during it may have been read as waiting still, and would be done again.
        self._under_way = {name: lane for name, lane in self._under_way.items() if not lane.done()}
        try:
            work = await asyncio.to_thread(self.find)
        except Exception as problem:  # the database is away: whatever waits there still waits when it is back
            if not self._is_away:
                log.error("The %s cannot read its tables (%s). It tries again; nothing is lost.", self.who,
                          type(problem).__name__)
            self._is_away = True
            return
        self._is_away = False
        for name, errands in work.items():
            if name not in self._under_way:
                self._under_way[name] = asyncio.create_task(self._in_order(errands), name=name)

    async def _in_order(self, errands: Sequence[Errand]) -> None:
        for errand in errands:
            async for attempt in AsyncRetrying(wait=self.backoff, before_sleep=self._say):
                with attempt:
                    await errand()

    def _say(self, state: RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        kind = type(problem).__name__  # the kind alone: an address may hold a token, a body holds the customer's words
        log.log(self.level, "%s (%s), try %d. It is kept and tried again.", self.failure, kind, state.attempt_number)
