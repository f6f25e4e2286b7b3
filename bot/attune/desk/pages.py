"""The pages: sign in, the queue, one conversation. And health, for those who wait for the desk."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from attune.desk import visit
from attune.desk.visit import signed_in
from attune.errors import AttuneError
from attune.handoff.agent import NothingOpen

LONGEST_NAME = 40


async def health(_request: Request) -> JSONResponse:
    """Say that the desk is up."""
    return JSONResponse({"status": "ok"})


async def sign_in(request: Request) -> Response:
    """Show the form for the display name; its token belongs to a session of its own, made here."""
    new = visit.new_session(request, None)
    return visit.seated(request, visit.page(request, "sign_in.html", visitor=new), new)


async def take_seat(request: Request) -> Response:
    """Sign in under the given name."""
    fields = await visit.form(request)
    name = " ".join(str(fields.get("name", "")).split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problem = f"Give a name of up to {LONGEST_NAME} letters."
        return visit.page(request, "sign_in.html", status=422, problem=problem)
    return visit.seated(request, RedirectResponse("/", status_code=303), visit.new_session(request, name))


async def leave_seat(request: Request) -> Response:
    """Sign out."""
    await visit.form(request)
    return visit.seated(request, RedirectResponse(visit.SIGN_IN, status_code=303), visit.new_session(request, None))


@signed_in
async def queue(request: Request) -> Response:
    """Show who waits, most urgent first."""
    rows = await run_in_threadpool(visit.room(request).rows)
    return visit.page(request, "queue.html", rows=rows)


@signed_in
async def conversation(request: Request) -> Response:
    """Show one conversation."""
    here, name = visit.room(request), visit.conversation(request)
    case = await run_in_threadpool(here.desk.case, name)
    if case is None:
        raise NothingOpen(name)
    sheet = await run_in_threadpool(here.sheet, case)
    letters = await run_in_threadpool(here.mailbox.since, name)
    return visit.page(request, "conversation.html", sheet=sheet, letters=letters, message_id=here.new_id())


async def refused(request: Request, problem: Exception) -> HTMLResponse:
    """Say what went wrong in the error's own sentence."""
    status = 404 if isinstance(problem, NothingOpen) else 409
    return visit.page(request, "problem.html", status=status, problem=str(problem))


REFUSALS = {AttuneError: refused}
