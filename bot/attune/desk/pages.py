"""The pages: the queue, one conversation. And health, for those who wait for the desk."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from attune.desk import board, visit
from attune.desk.visit import NobodyKnown, NotAllowed
from attune.errors import AttuneError
from attune.handoff.agent import NothingOpen


async def health(_request: Request) -> JSONResponse:
    """Say that the desk is up."""
    return JSONResponse({"status": "ok"})


async def queue(request: Request) -> Response:
    """Show who waits, most urgent first."""
    here = visit.room(request)
    rows = await run_in_threadpool(here.rows, visit.visitor(request))
    above = await run_in_threadpool(board.board, here, visit.visitor(request))
    return visit.page(request, "queue.html", rows=rows, board=above)


async def conversation(request: Request) -> Response:
    """Show one conversation."""
    here, name = visit.room(request), visit.conversation(request)
    case = await visit.case(request)
    sheet = await run_in_threadpool(here.sheet, case)
    letters = await run_in_threadpool(here.mailbox.since, name)
    above = await run_in_threadpool(board.board, here, visit.visitor(request), case)
    return visit.page(request, "conversation.html", sheet=sheet, letters=letters, message_id=here.new_id(), board=above,
                      concerned=board.concerned(sheet.alarms, letters))


async def refused(request: Request, problem: Exception) -> HTMLResponse:
    """Say what went wrong in the error's own sentence."""
    status = next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 409)
    return visit.page(request, "problem.html", status=status, problem=str(problem))


STATUS: dict[type[Exception], int] = {NothingOpen: 404, NotAllowed: 403, NobodyKnown: 403}
REFUSALS = {AttuneError: refused}
