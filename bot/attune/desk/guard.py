"""The guard at every door: who comes, may they pass, does their form come from our own page?"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from attune.desk import roles, visit
from attune.desk.roles import Needs
from attune.desk.session import COOKIE, Session
from attune.desk.visit import Handler


def guarded(route: Route) -> Route:
    """The route with a guard before it; raises NoSuchDoor if nothing says who may pass."""
    [method] = (route.methods or set()) - {"HEAD"}
    return Route(route.path, _guarded(route.endpoint, roles.needed(method, route.path)), methods=[method])


def _guarded(handler: Handler, needs: Needs) -> Handler:
    async def guard(request: Request) -> Response:
        await _recognise(request)
        if _comes_from_elsewhere(request):
            return visit.page(request, "bounce.html")
        refusal = visit.away(request, needs)
        if refusal:
            return refusal
        fresh = _seat_by_proxy(request)
        if request.method == "POST":
            await visit.check_form(request)
        response = await handler(request)
        return visit.seated(request, response, fresh) if fresh else response

    return guard


async def _recognise(request: Request) -> None:
    here = visit.room(request)
    state = request.state
    state.visitor, state.way = None, "password"
    state.session = here.sessions.read(request.cookies.get(COOKIE), here.clock())
    state.visitor = await run_in_threadpool(here.entrance.visitor, state.session, request.headers)
    state.way = await run_in_threadpool(here.entrance.way)


def _comes_from_elsewhere(request: Request) -> bool:
    """Whether a link on another site led here: then the browser kept the cookie back, and the page asks itself anew."""
    headers = request.headers
    linked = headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-dest") == "document"
    return linked and request.method == "GET" and not request.cookies


def _seat_by_proxy(request: Request) -> Session | None:
    """A session for the forms of somebody the proxy named, unless there is one of theirs."""
    who, present = request.state.visitor, visit.session(request)
    if who is None or visit.way(request) != "proxy" or (present and present.account == who.account):
        return None
    account = visit.room(request).entrance.named_by_proxy(request.headers)
    request.state.session = visit.new_session(request, account)
    return visit.session(request)
