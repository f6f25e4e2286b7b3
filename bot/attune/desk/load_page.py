"""The supervisor's page: what waits, open cases for safety, and how much each agent carries. It changes by itself."""

from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from attune.desk import board, load, view, visit
from attune.desk.load import Day
from attune.desk.room import Room
from attune.desk.visitor import Visitor
from attune.drift.alarms import DriftAlarms
from attune.handoff.stints import KEPT
from attune.handoff.transfers import SAFETY


async def show(request: Request) -> Response:
    """Show the load as it is now."""
    here, who = visit.room(request), visit.visitor(request)
    return visit.page(request, "load.html", **await run_in_threadpool(facts, here, who))


def facts(here: Room, who: Visitor) -> dict[str, object]:
    """What the page says."""
    now, cases = here.clock(), here.desk.queue()
    formula = load.formula(here.wordings)
    day = Day(cases, here.shifts.stints(now - KEPT), here.shifts.breaks(now - KEPT), now)
    agents = load.by_agent(day, here.protocol, formula)
    return {
        "queues": load.by_queue(cases, here.staff.queues, now), "agents": agents, "next": load.lightest(agents),
        "urgent": [view.row(case, now) for case in cases if case.packet["reason"] == SAFETY],
        "moved": DriftAlarms(here.engine).open(), "formula": asdict(formula), "now": now,
        "board": board.board(here, who, cases=cases),
    }
