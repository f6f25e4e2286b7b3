"""Server-sent events: pages change by themselves within a second. The fragments are the pages' own templates."""

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from attune.desk import visit
from attune.desk.visit import signed_in

LOOK_EVERY = 0.25
"""Seconds between looks at the database."""


@signed_in
async def queue(request: Request) -> Response:
    """Stream the queue whenever it looks different."""
    return _stream(_queue(request))


@signed_in
async def conversation(request: Request) -> Response:
    """Stream a conversation's new letters, and its case whenever it looks different; `gone` when it is over."""
    return _stream(_conversation(request))


async def _queue(request: Request) -> AsyncIterator[str]:
    here, shown = visit.room(request), ""
    while True:
        html = here.render("_queue.html", rows=await run_in_threadpool(here.rows), me=visit.agent(request))
        if html != shown:
            yield event("queue", html)
            shown = html
        await asyncio.sleep(LOOK_EVERY)


async def _conversation(request: Request) -> AsyncIterator[str]:
    here, name, shown = visit.room(request), visit.conversation(request), ""
    last = _last_seen(request)
    while case := await run_in_threadpool(here.desk.case, name):
        for letter in await run_in_threadpool(here.mailbox.since, name, last):
            yield event("letter", here.render("_letter.html", letter=letter), str(letter.id))
            last = letter.id
        html = here.render("_case.html", sheet=await run_in_threadpool(here.sheet, case))
        if html != shown:
            yield event("case", html)
            shown = html
        await asyncio.sleep(LOOK_EVERY)
    yield event("gone", "")


def _last_seen(request: Request) -> int:
    seen = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    return int(seen) if seen.isdecimal() else 0


def event(kind: str, data: str, number: str | None = None) -> str:
    """One event in the format of the stream."""
    lines = [f"event: {kind}", *([f"id: {number}"] if number else []), *(f"data: {line}" for line in data.split("\n"))]
    return "\n".join(lines) + "\n\n"


def _stream(events: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
