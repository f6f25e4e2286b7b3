"""Server-sent events: pages change by themselves within a second. The fragments are the pages' own templates."""

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from attune.channel.mailbox import Letter
from attune.desk import board, visit
from attune.desk.room import Room
from attune.desk.view import Sheet
from attune.handoff.agent import NothingOpen
from attune.handoff.desks.builtin import Case

LOOK_EVERY = 0.25
"""Seconds between looks at the database."""


async def queue(request: Request) -> Response:
    """Stream the queue whenever it looks different."""
    return _stream(_queue(request))


async def conversation(request: Request) -> Response:
    """Stream a conversation's new letters, and its case whenever it looks different; `gone` when it is over."""
    return _stream(_conversation(request))


async def _queue(request: Request) -> AsyncIterator[str]:
    here, shown, token = visit.room(request), "", _token(request)
    while await visit.look_again(request):
        who = visit.visitor(request)
        rows, above = await run_in_threadpool(here.rows, who), await run_in_threadpool(board.board, here, who)
        html = here.render("_queue.html", rows=rows, board=above, me=who.name, token=token)
        if html != shown:
            yield event("queue", html)
            shown = html
        await asyncio.sleep(LOOK_EVERY)


async def _conversation(request: Request) -> AsyncIterator[str]:
    here, name, shown, token = visit.room(request), visit.conversation(request), "", _token(request)
    last, known = _last_seen(request), frozenset[int]()
    while await visit.look_again(request) and (case := await _case(request)):
        sheet = await run_in_threadpool(here.sheet, case)
        concerned = await run_in_threadpool(_concerned, here, sheet)
        for letter in await run_in_threadpool(_letters, here, name, last, concerned - known):
            last = max(last, letter.id)
            yield event("letter", here.render("_letter.html", letter=letter, concerned=concerned), str(last))
        known, who = concerned, visit.visitor(request)
        above = await run_in_threadpool(board.board, here, who, case)
        html = here.render("_case.html", sheet=sheet, board=above, me=who.name, token=token)
        if html != shown:
            yield event("case", html)
            shown = html
        await asyncio.sleep(LOOK_EVERY)
    yield event("gone", "")


async def _case(request: Request) -> Case | None:
    try:
        return await visit.case(request)
    except NothingOpen:
        return None


def _concerned(here: Room, sheet: Sheet) -> frozenset[int]:
    if not sheet.alarms:
        return frozenset()
    return board.concerned(sheet.alarms, here.mailbox.since(sheet.row.case.conversation_id))


def _letters(here: Room, name: str, last: int, marked: frozenset[int]) -> list[Letter]:
    """The new letters, after those that were shown before and are marked only now."""
    before = here.mailbox.since(name) if marked else []
    return [letter for letter in before if letter.id in marked and letter.id <= last] + here.mailbox.since(name, last)


def _token(request: Request) -> str:
    present = visit.session(request)
    return visit.room(request).sessions.form_token(present) if present else ""


def _last_seen(request: Request) -> int:
    seen = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    return int(seen) if seen.isdecimal() else 0


def event(kind: str, data: str, number: str | None = None) -> str:
    """One event in the format of the stream."""
    lines = [f"event: {kind}", *([f"id: {number}"] if number else []), *(f"data: {line}" for line in data.split("\n"))]
    return "\n".join(lines) + "\n\n"


def _stream(events: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
