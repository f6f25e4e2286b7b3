"""What people outside the house may be told of the last quarter that is over, for supervisors."""

from datetime import datetime, timezone

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from attune.desk import visit
from attune.desk.drift_page import ITSELF
from attune.desk.room import Room
from attune.drift import settings
from attune.drift.alarms import MICRO

BACK = "/load"


async def show(request: Request) -> Response:
    """Count the last calendar quarter (UTC), one at a time: it reads the whole audit."""
    here = visit.room(request)
    async with here.one_at_once:
        return HTMLResponse(await run_in_threadpool(_page, here), headers=ITSELF)


def _page(here: Room) -> str:
    from attune.drift.report import page  # noqa: PLC0415 - what draws takes a second to import
    from attune.drift.transparency import quarter, transparency  # noqa: PLC0415

    now = here.clock()
    begin, end = (round(at.timestamp() * MICRO) for at in quarter(datetime.fromtimestamp(now, tz=timezone.utc)))
    times = begin, end, round(now * MICRO)
    return page.transparency(transparency(here.settings, here.engine, times, settings.load().smallest_cell), back=BACK)
