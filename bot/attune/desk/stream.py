"""Server-sent events: pages change by themselves within a second. The fragments are the pages' own templates."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from attune.channel.mailbox import Letter
from attune.desk import board, correction, load_page, pages, transcript, visit
from attune.desk.listing import asked
from attune.desk.transcript import Marks
from attune.handoff.agent import NothingOpen
from attune.handoff.desks.builtin import Case

LOOK_EVERY = 0.25
"""Seconds between looks at the database."""


async def queue(request: Request) -> Response:
    """Stream the queue whenever it looks different."""
    here, wish = visit.room(request), asked(request.query_params)
    return _stream(_page(request, "queue", lambda: pages.queue_facts(here, visit.visitor(request), wish)))


async def load(request: Request) -> Response:
    """Stream the load whenever it looks different."""
    here = visit.room(request)
    return _stream(_page(request, "load", lambda: load_page.facts(here, visit.visitor(request))))


async def conversation(request: Request) -> Response:
    """Stream a conversation's new letters, and its case whenever it looks different; `gone` when it is over."""
    return _stream(_conversation(request))


async def _page(request: Request, kind: str, facts: Callable[[], dict[str, object]]) -> AsyncIterator[str]:
    """Looks closely only when something changed: with a thousand cases, reading them all is work."""
    here, shown, seen, token = visit.room(request), "", None, _token(request)
    while await visit.look_again(request):
        state = await run_in_threadpool(here.state)
        if state != seen:
            told = {"me": visit.visitor(request).name, "token": token, **await run_in_threadpool(facts)}
            html, seen = here.render(f"_{kind}.html", **told), state
            if html != shown:
                yield event(kind, html)
                shown = html
        await asyncio.sleep(LOOK_EVERY)


@dataclass
class _Shown:
    """What a reader of one conversation has seen."""

    last: int
    may_keep: bool
    letters: list[Letter] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    state: object = None
    html: str = ""


async def _conversation(request: Request) -> AsyncIterator[str]:
    here, name = visit.room(request), visit.conversation(request)
    basis = await run_in_threadpool(correction.basis, here, name)
    shown = _Shown(_last_seen(request), may_keep=basis is not None)
    while await visit.look_again(request):
        state = await run_in_threadpool(here.state)  # before the case: what changes in between is seen next time
        case = await _case(request)
        if case is None:
            break
        new = await run_in_threadpool(here.mailbox.since, name, shown.letters[-1].id if shown.letters else 0)
        shown.letters += new
        if new or state != shown.state:
            shown.state = state
            for one in await run_in_threadpool(_news, request, case, shown):
                yield one
        await asyncio.sleep(LOOK_EVERY)
    yield event("gone", "")


def _news(request: Request, case: Case, shown: _Shown) -> list[str]:
    """New letters, after those whose marks changed; then the case, if it looks different."""
    here, who, token, found = visit.room(request), visit.visitor(request), _token(request), list[str]()
    sheet = here.sheet(case)
    marks = transcript.marks(case, sheet.alarms, shown.letters, may_keep=shown.may_keep)
    changed = marks.ids() ^ shown.marks.ids()
    for letter in (one for one in shown.letters if one.id > shown.last or one.id in changed):
        shown.last = max(shown.last, letter.id)
        told = {"letter": letter, "marks": marks, "conversation_id": case.conversation_id, "token": token}
        html = here.render("_letter.html", **told)
        found.append(event("letter", html, str(shown.last)))
    above = board.board(here, who, case)
    html = here.render("_case.html", sheet=sheet, board=above, me=who.name, token=token)
    found += [event("case", html)] if html != shown.html else []
    shown.marks, shown.html = marks, html
    return found


async def _case(request: Request) -> Case | None:
    try:
        return await visit.case(request)
    except NothingOpen:
        return None


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
