"""One request: whose it is, which room it came to, and what every answer carries."""

from collections.abc import Awaitable, Callable
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from attune.desk import roles
from attune.desk.account import Account
from attune.desk.entrance import Way
from attune.desk.roles import ANYBODY, Needs
from attune.desk.room import Room
from attune.desk.session import COOKIE, LASTS, Session
from attune.desk.visitor import Visitor
from attune.errors import AttuneError
from attune.handoff.agent import NothingOpen
from attune.handoff.desks.builtin import Case

SIGN_IN = "/sign-in"
PLACES: dict[str, tuple[Needs, str]] = {"/": ("read", "Queue"), "/load": ("supervise", "Load"),
                                      "/drift": ("supervise", "Report"), "/drift/review": ("review", "Reviews")}
"""The pages one goes to and fro between, and who may."""
Handler = Callable[[Request], Awaitable[Response]]


class NotAllowed(AttuneError):
    """The visitor's role does not reach that far."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(f"{visitor.name} has the role {visitor.role!r}, which does not open this page. "
                         "Ask an administrator if it should.")


class NoSuchPage(AttuneError):
    """A page that is not found by whom it is not for."""

    def __init__(self) -> None:
        super().__init__("There is no such page. Go back to the queue.")


class NoCookie(AttuneError):
    """A form came from a browser that keeps no cookie of ours."""

    def __init__(self) -> None:
        super().__init__("Your browser sent no cookie back. Allow cookies for this address, and use https:// "
                         "in front of it: outside its own machine the desk sends none in the clear.")


class NobodyKnown(AttuneError):
    """The proxy named nobody who has an account, or did not prove itself."""

    def __init__(self) -> None:
        super().__init__("Sign-in goes through your organisation's proxy, and it named nobody who has an account here. "
                         "Open the desk by the address you were given, or ask an administrator for an account.")


def room(request: Request) -> Room:
    """The room the application was furnished with."""
    return cast("Room", request.app.state.room)


def session(request: Request) -> Session | None:
    """The visitor's session, as the guard at the door found it."""
    return cast("Session | None", request.state.session)


def visitor(request: Request) -> Visitor:
    """Who makes the request; only behind a door that needs somebody."""
    return cast("Visitor", request.state.visitor)


def way(request: Request) -> Way:
    """How people sign in at the moment."""
    return cast("Way", request.state.way)


def agent(request: Request) -> str:
    """The name that customers read, and that owns a conversation; only behind a door that needs somebody."""
    return visitor(request).name


def conversation(request: Request) -> str:
    """The conversation the address names."""
    return str(request.path_params["conversation_id"])


async def case(request: Request) -> Case:
    """The open case of the conversation, if it is the visitor's to see; raises NothingOpen, whatever the reason."""
    found = await run_in_threadpool(room(request).desk.case, conversation(request))
    if found is None or not visitor(request).sees(found):
        raise NothingOpen(conversation(request))
    return found


async def look_again(request: Request) -> bool:
    """Whether a visitor who keeps a page open may still read; asked before a stream says anything more."""
    here, present = room(request), session(request)
    request.state.visitor = await run_in_threadpool(here.entrance.visitor, present, request.headers)
    is_fresh = present is not None and here.clock() - present.issued < LASTS
    return is_fresh and request.state.visitor is not None and visitor(request).may("read")


async def form(request: Request) -> FormData:
    """The fields of a form; the guard has already seen that it came from our own page."""
    return await request.form()


async def check_form(request: Request) -> None:
    """Raise ForgedForm unless the form came from a page made for this very session."""
    fields = await request.form()
    here = room(request)
    if not request.cookies and not here.entrance.settings.desk_is_private:
        raise NoCookie
    here.sessions.check(session(request), fields.get("token"))


def page(request: Request, template: str, status: int = 200, seat: Session | None = None, /,
         **facts: object) -> HTMLResponse:
    """A page for the visitor, with the token its forms need (of the session given, else of the cookie's)."""
    present = seat or session(request)
    token = room(request).sessions.form_token(present) if present else ""
    who = request.state.visitor
    told = {"token": token, "me": who.name if who else None, "way": way(request), "doors": _doors(who),
            "at": request.url.path, **facts}
    return HTMLResponse(room(request).render(template, **told), status_code=status)


def _doors(who: Visitor | None) -> dict[str, str]:
    """The pages the visitor may go to, each with its name; none where there is but one."""
    open_ = {path: name for path, (needs, name) in PLACES.items() if who and who.may(needs)}
    return open_ if len(open_) > 1 else {}


def new_session(request: Request, account: Account | None = None, guest: str | None = None) -> Session:
    """A fresh session: of an account, of a guest of the demo, or of nobody yet."""
    here = room(request)
    nonce = here.new_id()
    return Session(nonce, here.clock(), account.name if account else None, account.version if account else None, guest)


def seated(request: Request, response: Response, seat: Session) -> Response:
    """The response with the session's cookie, which no script and no other site can use."""
    here = room(request)
    response.set_cookie(COOKIE, here.sessions.cookie(seat), max_age=LASTS, httponly=True, samesite="strict", path="/",
                        secure=not here.entrance.settings.desk_is_private)
    return response


def away(request: Request, needs: Needs) -> Response | None:
    """The answer to a visitor who may not pass a door, or None to one who may.

    Raises NotAllowed, NoSuchPage or NobodyKnown.
    """
    who = cast("Visitor | None", request.state.visitor)
    if needs == ANYBODY or (who and who.may(needs)):
        return None
    if who is None and way(request) == "proxy":
        raise NobodyKnown
    if who is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    if request.url.path == "/":
        return RedirectResponse(roles.home(who.role), status_code=303)
    raise NoSuchPage if needs in roles.HIDDEN else NotAllowed(who)
