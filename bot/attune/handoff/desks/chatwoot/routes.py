"""The address Chatwoot speaks to: POST /chatwoot. Everything is stored before it is answered, and done afterwards."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from attune import database, settings
from attune.channel.mailbox import AWAY
from attune.errors import AttuneError
from attune.handoff.desks.chatwoot import account, inbound
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.events import Events
from attune.handoff.desks.chatwoot.inbound import NotGenuine, Unreadable
from attune.handoff.desks.chatwoot.store import Store

log = logging.getLogger(__name__)

PATH = "/chatwoot"
LONGEST_BODY = 1024 * 1024
"""Bytes; Chatwoot sends the whole conversation's head with each message."""


class TooLong(AttuneError):
    """A body that no webhook of Chatwoot's needs."""

    def __init__(self) -> None:
        super().__init__(f"The body is longer than {LONGEST_BODY} bytes. Chatwoot's webhooks are shorter.")


STATUS: Mapping[type[AttuneError], int] = {NotGenuine: 401, Unreadable: 422, TooLong: 413}
"""What is answered to each refusal. Chatwoot sends only what got 429 or 500 again, so 500 is for what may pass."""


@dataclass(frozen=True)
class Entry:
    """Takes Chatwoot's webhooks; `clock` gives unix seconds."""

    account: Account
    events: Events
    clock: Callable[[], float]

    async def take(self, request: Request) -> JSONResponse:
        """Answer `taken` or `known`, once it is stored, or an error that says what is wrong."""
        try:
            body = await self._genuine(request)
            heard = inbound.parse(body)
            if heard is None:
                return JSONResponse({"result": "nothing"})
            delivery = inbound.delivery(request.headers, body)
            is_new = await run_in_threadpool(self.events.take, heard, delivery)
        except (NotGenuine, Unreadable, TooLong) as problem:
            log.warning("A webhook of Chatwoot's was refused. %s", problem)
            return JSONResponse({"error": str(problem)}, status_code=STATUS[type(problem)])
        except (AttuneError, *AWAY) as problem:
            log.error("A webhook of Chatwoot's could not be stored (%s). It comes again.", type(problem).__name__)
            return JSONResponse({"error": "It could not be stored. Send it again."}, status_code=500)
        return JSONResponse({"result": "taken" if is_new else "known"})

    async def _genuine(self, request: Request) -> bytes:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                raise TooLong
        inbound.verify(request.headers, body, self.account, self.clock())
        return body


def routes(entry: Entry) -> list[Route]:
    """The one route; put it beside the desk's own, outside its guard, since it is signed."""
    return [Route(PATH, entry.take, methods=["POST"])]


def connect(environ: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.time) -> list[Route]:
    """The route for the account the environment names; raises SettingsError with what to set."""
    here, surroundings = account.load(environ), settings.load(environ)
    store = Store(database.engine(surroundings.db_url), clock)
    return routes(Entry(here, Events(here, store), clock))
