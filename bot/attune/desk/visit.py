"""One request: whose it is, which room it came to, and what every answer carries."""

from collections.abc import Awaitable, Callable
from typing import cast

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from attune.desk.room import Room
from attune.desk.session import COOKIE, LASTS, Session

SIGN_IN = "/sign-in"
Handler = Callable[[Request], Awaitable[Response]]


def room(request: Request) -> Room:
    """The room the application was furnished with."""
    return cast("Room", request.app.state.room)


def session(request: Request) -> Session | None:
    """The visitor's session."""
    return room(request).sessions.read(request.cookies.get(COOKIE))


def agent(request: Request) -> str:
    """The name of the agent; only for pages behind `signed_in`."""
    return cast("str", request.state.agent)


def conversation(request: Request) -> str:
    """The conversation the address names."""
    return str(request.path_params["conversation_id"])


def signed_in(handler: Handler) -> Handler:
    """Send visitors without a name to the sign-in page first."""
    async def guarded(request: Request) -> Response:
        present = session(request)
        if present is None or present.agent is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        request.state.agent = present.agent
        return await handler(request)

    return guarded


async def form(request: Request) -> FormData:
    """The fields of a form from our own page; raises ForgedForm otherwise."""
    fields = await request.form()
    room(request).sessions.check(session(request), fields.get("token"))
    return fields


def page(request: Request, template: str, status: int = 200, visitor: Session | None = None,
         **facts: object) -> HTMLResponse:
    """A page for the visitor (of the cookie, unless one is given), with the token its forms need."""
    present = visitor or session(request)
    token = room(request).sessions.form_token(present) if present else ""
    me = present.agent if present else None
    return HTMLResponse(room(request).render(template, token=token, me=me, **facts), status_code=status)


def new_session(request: Request, name: str | None) -> Session:
    """A fresh session, under an agent's name or none."""
    return Session(room(request).new_id(), name)


def seated(request: Request, response: Response, visitor: Session) -> Response:
    """The response with the session's cookie, which no script and no other site can use."""
    response.set_cookie(COOKIE, room(request).sessions.cookie(visitor), max_age=LASTS, httponly=True,
                        samesite="strict", path="/")
    return response
