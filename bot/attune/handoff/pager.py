"""Sends pages to the supervisor's address, signed as the Standard Webhooks spec says; none is lost (HND-5)."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import httpx
from tenacity.wait import wait_base

from attune.handoff import signing
from attune.handoff.lanes import PATIENT, Lanes, Work
from attune.handoff.pages import Page, Pages
from attune.handoff.supervisor import Supervisor

TIMEOUT = 15.0
"""Seconds; the spec asks for 15 to 30."""


@dataclass
class Pager:
    """Runs in the desk process. A page stays in the database until it was taken, so it may be stopped at any time."""

    pages: Pages
    supervisor: Supervisor
    clock: Callable[[], float]
    backoff: wait_base = PATIENT

    async def run(self) -> None:
        """Look for pages until cancelled; one that cannot be delivered never holds up another."""
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            await Lanes("pager", "A page to the supervisor failed", partial(self._work, client), self.backoff,
                        logging.ERROR).run()

    def _work(self, client: httpx.AsyncClient) -> Work:
        return {page.cause: [partial(self._try, client, page)] for page in self.pages.pending()}

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
