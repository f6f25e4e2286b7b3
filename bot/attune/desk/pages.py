"""The pages: the queue, one conversation. And health, for those who wait for the desk."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from attune.desk import board, checklist, correction, transcript, visit
from attune.desk.listing import Filter, asked
from attune.desk.room import Room
from attune.desk.visit import NobodyKnown, NoSuchPage, NotAllowed
from attune.desk.visitor import Visitor
from attune.drift.reviewing import NothingOnRecord
from attune.errors import AttuneError
from attune.handoff.agent import NothingOpen


async def health(_request: Request) -> JSONResponse:
    """Say that the desk is up."""
    return JSONResponse({"status": "ok"})


async def queue(request: Request) -> Response:
    """Show who waits, most urgent first."""
    here = visit.room(request)
    since = await run_in_threadpool(here.shifts.on_break, visit.agent(request))
    facts = await run_in_threadpool(queue_facts, here, visit.visitor(request), asked(request.query_params))
    return visit.page(request, "queue.html", on_break=since, **facts)


def queue_facts(here: Room, who: Visitor, wish: Filter) -> dict[str, object]:
    """What the queue's page says; every case is read once."""
    cases = here.desk.queue()
    return {"listing": here.listing(who, wish, cases), "board": board.board(here, who, cases=cases)}


async def conversation(request: Request) -> Response:
    """Show one conversation."""
    here, name = visit.room(request), visit.conversation(request)
    case = await visit.case(request)
    sheet = await run_in_threadpool(here.sheet, case)
    letters = await run_in_threadpool(here.mailbox.since, name)
    basis = await run_in_threadpool(correction.basis, here, name)
    marks = transcript.marks(case, sheet.alarms, letters, may_keep=basis is not None)
    above = await run_in_threadpool(board.board, here, visit.visitor(request), case)
    done = here.wordings["pages"]["done"].get(request.query_params.get("done"))
    return visit.page(request, "conversation.html", sheet=sheet, letters=letters, message_id=here.new_id(), board=above,
                      marks=marks, to_tick=checklist.due(case, letters, here.protocol, here.wordings),
                      openings=() if checklist.has_begun(case, letters) else case.packet["openings"],
                      queues=here.staff.queues, done=done)


async def refused(request: Request, problem: Exception) -> HTMLResponse:
    """Say what went wrong in the error's own sentence."""
    status = next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 409)
    return visit.page(request, "problem.html", status, problem=str(problem))


STATUS: dict[type[Exception], int] = {
    NothingOpen: 404, NothingOnRecord: 404, NoSuchPage: 404, NotAllowed: 403, NobodyKnown: 403,
}
REFUSALS = {AttuneError: refused}
