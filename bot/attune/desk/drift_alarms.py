"""Alarms about what moved, at the desk: looked for, told to the supervisor's address, seen by a supervisor."""

import json
import logging

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from attune.desk import visit
from attune.desk.room import Room
from attune.drift import settings
from attune.drift.alarms import Alarm, DriftAlarms
from attune.handoff import signing
from attune.reply import experiments

log = logging.getLogger(__name__)

TYPE = "attune.drift"
PATIENCE = 15.0
"""Seconds to wait for an answer."""


def look(room: Room) -> None:
    """Raise alarms for what moved lately."""
    from attune.drift.watching import watch  # noqa: PLC0415 - what reckons takes a second to import

    watch(room.engine, settings.load(), room.clock())


def judge(room: Room) -> None:
    """Judge the wordings on trial, and end what does harm."""
    from attune.drift import judging  # noqa: PLC0415

    judging.judge(room.engine, experiments.load(), room.clock(), settings.load().smallest_cell)


def tell(room: Room) -> None:
    """Tell the supervisor's address what it has not been told; without one the desk's own page is all there is."""
    if room.supervisor is None:
        return
    alarms, now = DriftAlarms(room.engine), room.clock()
    for alarm in alarms.untold(settings.load(), now):
        body = told(alarm, f"{room.settings.desk_link}/drift")
        headers = signing.headers(f"drift-{alarm.id}-{alarm.found}", body, room.supervisor.secret, now)
        httpx.post(room.supervisor.url, content=body, headers=headers, timeout=PATIENCE).raise_for_status()
        alarms.tell(alarm.id, now)


def told(alarm: Alarm, link: str) -> str:
    """What the address is told: a sentence about many people, and where the report is."""
    return json.dumps({"type": TYPE, "data": {"id": alarm.id, "words": alarm.words, "link": link}})


async def seen(request: Request) -> Response:
    """Note that a supervisor has seen it, and go back to the load."""
    here, name = visit.room(request), str(request.path_params["alarm_id"])
    await run_in_threadpool(DriftAlarms(here.engine).see, name, visit.visitor(request).name, here.clock())
    return RedirectResponse("/load", status_code=303)
