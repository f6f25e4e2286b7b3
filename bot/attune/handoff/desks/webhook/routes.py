"""The address another desk speaks to: POST /handoff-webhook. Signed, so it needs no sign-in."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from attune.channel.mailbox import AWAY
from attune.errors import AttuneError
from attune.handoff import signing
from attune.handoff.desks import choice
from attune.handoff.desks.webhook import inbound
from attune.handoff.desks.webhook.activities import InvalidActivity
from attune.handoff.desks.webhook.address import SECRET
from attune.handoff.desks.webhook.arrivals import Arrivals, UnknownConversation
from attune.handoff.signing import NotGenuine

log = logging.getLogger(__name__)

PATH = "/handoff-webhook"
LONGEST_BODY = 128 * 1024
"""Bytes: ten thousand letters, however they are escaped, and what stands around them."""


class NoSecret(AttuneError):
    """Another desk speaks, but nothing is known to prove it by."""

    def __init__(self) -> None:
        super().__init__(f"{SECRET} is not set here, or is no signing secret, so nothing is taken. "
                         "Set it to the secret both sides know.")


class TooLong(AttuneError):
    """A body that no message of an agent needs."""

    def __init__(self) -> None:
        super().__init__(f"The body is longer than {LONGEST_BODY} bytes. Send one activity, without files.")


STATUS: Mapping[type[AttuneError], int] = {
    NoSecret: 503, TooLong: 413, NotGenuine: 401, InvalidActivity: 422, UnknownConversation: 404,
}
"""What is answered to each refusal; 409 to all that cannot be done as things stand."""


@dataclass(frozen=True)
class Entry:
    """Takes what agents do elsewhere; `clock` gives unix seconds, `secret` is None where none can be used."""

    arrivals: Arrivals
    secret: str | None
    clock: Callable[[], float]

    async def take(self, request: Request) -> JSONResponse:
        """Answer `taken`, `nothing` (known already, or without effect), or an error that says what is wrong."""
        try:
            doing = inbound.parse(await self._genuine(request))
            is_new = await run_in_threadpool(self.arrivals.take, doing, self.clock())
        except AttuneError as problem:
            log.warning("An activity from the other desk was refused (%s).", type(problem).__name__)
            status = next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 409)
            return JSONResponse({"error": str(problem)}, status_code=status)
        except AWAY as problem:
            log.error("An activity from the other desk could not be stored (%s).", type(problem).__name__)
            return JSONResponse({"error": "The database is away. Try again in a moment."}, status_code=503)
        return JSONResponse({"result": "taken" if is_new else "nothing"})

    async def _genuine(self, request: Request) -> bytes:
        if not self.secret:
            raise NoSecret
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                raise TooLong
        signing.verify(request.headers, body, self.secret, self.clock())
        return body


def connect(environ: Mapping[str, str], arrivals: Arrivals, clock: Callable[[], float]) -> list[Route]:
    """The one route, to put beside the desk's own and outside its guard; none where another desk is chosen."""
    if choice.name(environ) != "webhook":
        return []
    secret = environ.get(SECRET, "")
    entry = Entry(arrivals, secret if signing.is_strong(secret) else None, clock)
    return [Route(PATH, entry.take, methods=["POST"])]
