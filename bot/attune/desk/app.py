"""The desk as an application: the pages, the courier and the jobs, on one event loop."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from attune import database
from attune.channel.headers import SECURITY
from attune.desk import acts, pages, stream
from attune.desk.jobs import jobs, repeat
from attune.desk.room import HERE, furnish
from attune.handoff.courier import Courier
from attune.handoff.outbox import Outbox
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents
from attune.settings import Settings


def create(settings: Settings, clock: Callable[[], float] = time.time,
           new_id: Callable[[], str] = secrets.token_hex) -> Starlette:
    """The desk of one installation; raises NoRealSignIn on an address other machines can reach."""
    room = furnish(settings, clock, new_id)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        engine = database.engine(settings.db_url)
        async with Rasa(settings) as rasa:
            courier = Courier(Outbox(engine), TrackerEvents(engine), room.desk, rasa, clock)
            tasks = [asyncio.create_task(one) for one in (courier.run(), *map(repeat, jobs(room, settings)))]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = Starlette(routes=_routes(), middleware=_middleware(settings), exception_handlers=pages.REFUSALS,
                    lifespan=lifespan)
    app.state.room = room
    return app


def _routes() -> list[Route | Mount]:
    return [
        Route("/health", pages.health),
        Route("/sign-in", pages.sign_in, methods=["GET"]),
        Route("/sign-in", pages.take_seat, methods=["POST"]),
        Route("/sign-out", pages.leave_seat, methods=["POST"]),
        Route("/", pages.queue),
        Route("/events/queue", stream.queue),
        Route("/events/conversation/{conversation_id:path}", stream.conversation),
        Route("/conversation/{conversation_id:path}", pages.conversation),
        Route("/claim/{conversation_id:path}", acts.claim, methods=["POST"]),
        Route("/reply/{conversation_id:path}", acts.reply, methods=["POST"]),
        Route("/release/{conversation_id:path}", acts.release, methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]


def _middleware(settings: Settings) -> list[Middleware]:
    hosts = [settings.host.strip("[]"), "127.0.0.1", "localhost", "[::1]"]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=hosts), Middleware(SecureHeaders)]


class SecureHeaders:
    """Puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers added."""
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
            await send(message)

        await self._app(scope, receive, secured)
