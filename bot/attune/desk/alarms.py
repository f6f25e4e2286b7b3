"""Answering an alarm, and the door from a supervisor's page to the conversation it is about."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from attune.channel.ownership import Owner
from attune.desk import visit
from attune.handoff.agent import NothingOpen, NotYours


async def seen(request: Request) -> Response:
    """Note that the agent who has the conversation, or a supervisor, read the message; raises NotYours."""
    here, who = visit.room(request), visit.visitor(request)
    alarm = await run_in_threadpool(here.alarms.get, int(request.path_params["alarm_id"]))
    case = await run_in_threadpool(here.desk.case, alarm.conversation_id)
    owner = case.owner if case else Owner()
    if not who.may("supervise") and (case is None or not who.sees(case)):
        raise NothingOpen(alarm.conversation_id)
    if not (who.may("supervise") or (owner.kind, owner.agent) == ("agent", who.name)):
        raise NotYours(alarm.conversation_id, who.name, owner)
    await run_in_threadpool(here.alarms.see, alarm.id, who.name, here.clock())
    return RedirectResponse(f"/conversation/{quote(alarm.conversation_id)}" if case else "/", status_code=303)


async def handoff(request: Request) -> Response:
    """Lead to the handoff's conversation; to the queue when it is over or not the visitor's to see."""
    wanted, who = str(request.path_params["handoff_id"]), visit.visitor(request)
    cases = await run_in_threadpool(visit.room(request).desk.queue)
    found = next((case for case in cases if case.packet["handoff_id"] == wanted and who.sees(case)), None)
    return RedirectResponse(f"/conversation/{quote(found.conversation_id)}" if found else "/", status_code=303)
