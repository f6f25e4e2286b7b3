"""Sends pages to the supervisor's address, signed as the Standard Webhooks spec says; none is lost (HND-5)."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

from attune.handoff import signing
from attune.handoff.pages import Page, Pages
from attune.handoff.supervisor import Supervisor

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
TIMEOUT = 15.0
"""Seconds; the spec asks for 15 to 30."""
BACKOFF = wait_random_exponential(multiplier=0.5, max=30)


@dataclass
class Pager:
    """Runs in the desk process. A page stays in the database until it was taken, so it may be stopped at any time."""

    pages: Pages
    supervisor: Supervisor
    clock: Callable[[], float]
    backoff: wait_base = BACKOFF
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _is_away: bool = False

    async def run(self) -> None:
        """Look for pages until cancelled; one that cannot be delivered never holds up another."""
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            try:
                while True:
                    await self._look(client)
                    await asyncio.sleep(LOOK_EVERY)
            finally:
                for lane in self._lanes.values():
                    lane.cancel()
                await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _look(self, client: httpx.AsyncClient) -> None:
        try:
            waiting = await asyncio.to_thread(self.pages.pending)
        except Exception as problem:  # the database is away: whatever waits there still waits when it is back
            if not self._is_away:
                log.error("The pager cannot read its table (%s). It tries again.", type(problem).__name__)
            self._is_away = True
            return
        self._is_away = False
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.done()}
        for page in waiting:
            if page.cause not in self._lanes:
                self._lanes[page.cause] = asyncio.create_task(self._deliver(client, page), name=page.message_id)

    async def _deliver(self, client: httpx.AsyncClient, page: Page) -> None:
        async for attempt in AsyncRetrying(wait=self.backoff, before_sleep=_say):
            with attempt:
                await self._try(client, page)

    async def _try(self, client: httpx.AsyncClient, page: Page) -> None:
        if not await asyncio.to_thread(self.pages.stands, page):
            await asyncio.to_thread(self.pages.drop, page, self.clock())
            return
        headers = signed(page, self.supervisor, self.clock())
        answer = await client.post(self.supervisor.url, content=page.body, headers=headers)
        answer.raise_for_status()
        await asyncio.to_thread(self.pages.sent, page, self.clock())


def signed(page: Page, supervisor: Supervisor, now: float) -> dict[str, str]:
    """The headers of one try at a moment (unix seconds): the id stays, time and signature are of this try."""
    return signing.headers(page.message_id, page.body, supervisor.secret, now)


def _say(state: RetryCallState) -> None:
    problem = state.outcome.exception() if state.outcome else None
    kind = type(problem).__name__  # the kind alone: an address may hold a token
    log.error("A page to the supervisor failed (%s), try %d. It is kept and tried again.", kind, state.attempt_number)
