"""Supervisors look back at one conversation, after danger or a complaint; that they did goes on record."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from attune.desk import visit
from attune.desk.drift_page import ITSELF
from attune.drift.alarms import MICRO
from attune.drift.reviewing import Visit, reviewed
from attune.handoff import past

MOST = 100
"""Handoffs that are listed."""
HERE = "/drift/review"


async def listing(request: Request) -> Response:
    """List handoffs that were about danger, or lead to the conversation that was asked for."""
    asked = request.query_params.get("conversation", "").strip()
    if asked:
        return RedirectResponse(f"{HERE}/{quote(asked)}", status_code=303)
    cases = await run_in_threadpool(past.about_danger, visit.room(request).engine, MOST)
    return visit.page(request, "reviews.html", cases=cases, most=MOST)


async def show(request: Request) -> Response:
    """Show one conversation from its first record to its last, for a sender's id, a handoff's or a pseudonym.

    Raises NothingOnRecord.
    """
    return HTMLResponse(await run_in_threadpool(_page, request), headers=ITSELF)


def _page(request: Request) -> str:
    from attune.drift.report import page  # noqa: PLC0415 - what draws takes a second to import

    here, who = visit.room(request), visit.visitor(request)
    made = round(here.clock() * MICRO)
    opened = Visit("desk", made, who.account or who.name)
    pseudonym, told = reviewed(here.settings, here.engine, str(request.path_params["name"]), opened)
    return page.review(pseudonym, told, made, back=HERE)
