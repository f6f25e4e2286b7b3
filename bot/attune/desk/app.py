"""The desk as an application: the pages, the courier and the jobs, on one event loop."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from attune import database
from attune.channel.headers import SECURITY
from attune.desk import (
    account_pages,
    acts,
    alarms,
    audit_page,
    casework,
    drift_alarms,
    drift_page,
    elsewhere,
    load_page,
    pages,
    review_page,
    sign_in,
    stream,
    transparency_page,
)
from attune.desk.elsewhere import Endless
from attune.desk.guard import guarded
from attune.desk.jobs import jobs, repeat
from attune.desk.room import HERE, furnish
from attune.handoff.courier import Courier
from attune.handoff.outbox import Outbox
from attune.handoff.pager import Pager
from attune.handoff.pages import Pages
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents
from attune.settings import Settings


def create(settings: Settings, clock: Callable[[], float] = time.time,
           new_id: Callable[[], str] = secrets.token_hex) -> Starlette:
    """The desk of one installation.

    Raises:
        NobodyCouldSignIn: others reach it and nobody has an account.
        UnknownDesk, SettingsError: ATTUNE_DESK names a desk that cannot be used.
    """
    room = furnish(settings, clock, new_id)
    engine = database.engine(settings.db_url)
    there = elsewhere.connect(os.environ, room.desk, engine, room.wordings["notices"], clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with Rasa(settings) as rasa:
            courier = Courier(Outbox(engine), TrackerEvents(engine), there.desk, rasa, clock)
            pager = [Pager(Pages(engine), room.supervisor, clock).run] if room.supervisor else []
            repeated = [partial(repeat, job) for job in jobs(room, settings, there)]
            running: tuple[Endless, ...] = (courier.run, *pager, *there.beside, *repeated)
            tasks = [asyncio.create_task(start()) for start in running]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = Starlette(routes=[*map(guarded, _routes()), *there.routes, _static()], middleware=_middleware(settings),
                    exception_handlers=pages.REFUSALS, lifespan=lifespan)
    app.state.room = room
    return app


def _routes() -> list[Route]:
    return [
        Route("/health", pages.health),
        Route("/sign-in", sign_in.show),
        Route("/sign-in", sign_in.enter, methods=["POST"]),
        Route("/sign-out", sign_in.leave, methods=["POST"]),
        Route("/", pages.queue),
        Route("/events/queue", stream.queue),
        Route("/events/conversation/{conversation_id:path}", stream.conversation),
        Route("/conversation/{conversation_id:path}", pages.conversation),
        Route("/claim/{conversation_id:path}", acts.claim, methods=["POST"]),
        Route("/reply/{conversation_id:path}", acts.reply, methods=["POST"]),
        Route("/release/{conversation_id:path}", acts.release, methods=["POST"]),
        Route("/resolve/{conversation_id:path}", casework.resolve, methods=["POST"]),
        Route("/transfer/{conversation_id:path}", casework.transfer, methods=["POST"]),
        Route("/note/{conversation_id:path}", casework.note, methods=["POST"]),
        Route("/correct/{conversation_id:path}", casework.correct, methods=["POST"]),
        Route("/break", casework.take_break, methods=["POST"]),
        Route("/load", load_page.show),
        Route("/events/load", stream.load),
        Route("/alarm/{alarm_id:int}/seen", alarms.seen, methods=["POST"]),
        Route("/handoff/{handoff_id}", alarms.handoff),
        Route("/drift", drift_page.show),
        Route("/drift/transparency", transparency_page.show),
        Route("/drift/review", review_page.listing),
        Route("/drift/review/{name:path}", review_page.show),
        Route("/drift/{alarm_id}/seen", drift_alarms.seen, methods=["POST"]),
        Route("/audit", audit_page.show),
        Route("/accounts", account_pages.show),
        Route("/accounts", account_pages.add, methods=["POST"]),
        Route("/accounts/{name}/password", account_pages.set_password, methods=["POST"]),
        Route("/accounts/{name}/role", account_pages.set_role, methods=["POST"]),
        Route("/accounts/{name}/disabled", account_pages.set_disabled, methods=["POST"]),
    ]


def _static() -> Mount:
    """Looks and script: the same for everybody, so no guard stands there."""
    return Mount("/static", StaticFiles(directory=HERE / "static"))


def _middleware(settings: Settings) -> list[Middleware]:
    # Another site's name for this machine would let its pages use the demo; elsewhere everybody has to sign in.
    hosts = [settings.host.strip("[]"), "127.0.0.1", "localhost", "[::1]"] if settings.desk_is_private else ["*"]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=hosts), Middleware(SecureHeaders)]


class SecureHeaders:
    """Puts the security headers on every answer; a page may be stricter, or other, in one of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers added."""
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                ours = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
                message["headers"] += [(name, value) for name, value in ours if name not in own]
            await send(message)

        await self._app(scope, receive, secured)
