"""The administrator's page: who has an account, and what it may do. Nothing of any conversation is here."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from attune.desk import visit
from attune.desk.roles import MEANING, ROLES
from attune.desk.staff import Staff
from attune.errors import AttuneError

PAGE = "/accounts"
DONE = {
    "added": "The account was added.",
    "password": "The password was changed. Every session of the account has ended, and so has any lock.",
    "role": "Role and queues were changed. Every session of the account has ended.",
    "closed": "The account is closed. Every session of it has ended.",
    "opened": "The account is open again.",
}


class OwnAccount(AttuneError):
    """An administrator would lock themselves out."""

    def __init__(self) -> None:
        super().__init__("This is your own account. Ask another administrator, or use `attune desk` on the server, so "
                         "that somebody can always sign in.")


async def show(request: Request) -> Response:
    """Show every account."""
    return await _page(request, done=DONE.get(request.query_params.get("done", ""), ""))


async def add(request: Request) -> Response:
    """Add an account."""
    fields = await visit.form(request)
    name, shown, role, password = (_text(fields, key) for key in ("name", "display_name", "role", "password"))
    queues = _queues(fields)
    return await _change(request, "added", lambda staff: staff.add(name, shown, role, queues, password))


async def set_password(request: Request) -> Response:
    """Give an account a new password."""
    name, password = _name(request), _text(await visit.form(request), "password")
    return await _change(request, "password", lambda staff: staff.set_password(name, password))


async def set_role(request: Request) -> Response:
    """Change role and queues."""
    fields, name = await visit.form(request), _other(request)
    role, queues = _text(fields, "role"), _queues(fields)
    return await _change(request, "role", lambda staff: staff.set_role(name, role, queues))


async def set_disabled(request: Request) -> Response:
    """Close an account at once, or open it again."""
    fields, name = await visit.form(request), _other(request)
    closed = _text(fields, "disabled") == "1"
    return await _change(request, "closed" if closed else "opened", lambda staff: staff.set_disabled(name, closed))


async def _change(request: Request, done: str, act: Callable[[Staff], object]) -> Response:
    here = visit.room(request)
    async with here.few_at_once:
        try:
            await run_in_threadpool(act, here.staff)
        except AttuneError as problem:
            return await _page(request, status=422, problem=str(problem))
    return RedirectResponse(f"{PAGE}?done={done}", status_code=303)


async def _page(request: Request, status: int = 200, problem: str = "", done: str = "") -> Response:
    here = visit.room(request)
    accounts = await run_in_threadpool(here.staff.accounts.all)
    return visit.page(request, "accounts.html", status, accounts=accounts, roles=ROLES, meaning=MEANING,
                      queues=here.staff.queues, own=visit.visitor(request).account, now=here.clock(),
                      problem=problem, done=done)


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _other(request: Request) -> str:
    """The account the address names; raises OwnAccount, for an administrator must be left."""
    if _name(request).lower() == visit.visitor(request).account:
        raise OwnAccount
    return _name(request)


def _text(fields: FormData, key: str) -> str:
    return str(fields.get(key, ""))


def _queues(fields: FormData) -> list[str]:
    return [str(queue) for queue in fields.getlist("queue")]
