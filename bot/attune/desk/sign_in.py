"""Signing in and out: the form for the way that is open, and what it leads to."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from attune.desk import visit
from attune.desk.account import BadDisplayName, display_name
from attune.desk.entrance import OnlyThisMachine, SignInFailed, forwarded


async def show(request: Request) -> Response:
    """Show the form; its token belongs to a session of its own, made here. Who is known already goes on."""
    if visit.way(request) == "proxy" or request.state.visitor:
        return RedirectResponse("/", status_code=303)
    _require_this_machine(request)
    new = visit.new_session(request)
    return visit.seated(request, visit.page(request, "sign_in.html", 200, new), new)


async def enter(request: Request) -> Response:
    """Sign in; whoever does gets a new session, so that one planted before is worth nothing."""
    if visit.way(request) == "proxy":
        return RedirectResponse("/", status_code=303)
    return await (_as_guest(request) if visit.way(request) == "demo" else _by_password(request))


async def leave(request: Request) -> Response:
    """Sign out, with an account everywhere: a copied cookie is worth nothing afterwards."""
    who = visit.visitor(request)
    if who.account:
        await run_in_threadpool(visit.room(request).entrance.accounts.end_sessions, who.account)
    return visit.seated(request, RedirectResponse(visit.SIGN_IN, status_code=303), visit.new_session(request))


async def _as_guest(request: Request) -> Response:
    _require_this_machine(request)
    fields = await visit.form(request)
    try:
        guest = display_name(str(fields.get("name", "")))
    except BadDisplayName as problem:
        return _again(request, str(problem), 422)
    return visit.seated(request, RedirectResponse("/", status_code=303), visit.new_session(request, guest=guest))


async def _by_password(request: Request) -> Response:
    fields, here = await visit.form(request), visit.room(request)
    name, password = str(fields.get("name", "")), str(fields.get("password", ""))
    address = request.client.host if request.client else "unknown"
    async with here.few_at_once:  # each hash takes 64 MiB
        try:
            account = await run_in_threadpool(here.entrance.by_password, name, password, address, here.clock())
        except SignInFailed as problem:
            return _again(request, str(problem), 403)
    return visit.seated(request, RedirectResponse("/", status_code=303), visit.new_session(request, account))


def _again(request: Request, problem: str, status: int) -> HTMLResponse:
    return visit.page(request, "sign_in.html", status, problem=problem)


def _require_this_machine(request: Request) -> None:
    """Raise OnlyThisMachine if the demo was reached through a proxy, as far as the request tells."""
    if visit.way(request) == "demo" and forwarded(request.headers):
        raise OnlyThisMachine
