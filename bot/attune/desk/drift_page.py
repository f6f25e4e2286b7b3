"""The supervisor's look back at seven days: the page of `attune drift report`."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from attune.desk import visit

ITSELF = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                                     "form-action 'none'; frame-ancestors 'none'"}
"""The page needs nothing but its own style, which stands in it, so that it can be kept as a file."""


async def show(request: Request) -> Response:
    """Show what moved in the last seven days; agents' pages do not wait for it."""
    return HTMLResponse(await run_in_threadpool(visit.room(request).report.page), headers=ITSELF)
