"""The auditor's page: whether the audit is whole. It shows numbers and places, no record and no word of anybody."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from attune.desk import visit


async def show(request: Request) -> Response:
    """Rebuild the ledger now and show what came of it, as `attune audit verify` does; one at a time."""
    here = visit.room(request)
    async with here.one_at_once:
        verdict = await run_in_threadpool(here.verify)
    return visit.page(request, "audit.html", verdict=verdict, now=here.clock())
