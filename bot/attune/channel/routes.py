"""The web channel's addresses (Sanic): page, session, stream, messages, consent, the copy of one's data."""

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path

from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from attune.channel import headers, post, session, stream
from attune.channel.delivery import Delivery
from attune.channel.mailbox import Letter
from attune.channel.ownership import Kind
from attune.channel.turn import Turn

PAGE = Path(__file__).parent / "page"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
MAX_BODY = 64 * 1024
DISCLOSE_WITHIN = 2.0
"""Seconds a new conversation waits for its disclosure before it opens all the same."""

COOKIE = "attune_session"
Handler = Callable[..., Awaitable[HTTPResponse | None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """What the routes need: the operator's choices, the delivery, the clock, and who hears a turn."""

    title: str
    notice: str
    country: str | None
    origins: frozenset[str]
    secure: bool
    key: str
    clock: Callable[[], float]
    new_id: Callable[[], str]
    delivery: Delivery
    hear: Callable[[Turn], asyncio.Task[None]]
    hear_once: Callable[[Turn], asyncio.Task[None]]
    consent: Callable[[Request, str], Awaitable[Mapping[str, object]]]
    copy: Callable[[str], Awaitable[str | None]]
    owner: Callable[[str], Awaitable[Kind]]
    is_ready: Callable[[Request], bool]


def add(blueprint: Blueprint, door: Door) -> None:
    """Add every route of the channel to its blueprint."""
    routes = Routes(door)
    for method, address, handler in (
        ("GET", "/chat", routes.page), ("GET", "/page/<name:str>", routes.file),
        ("POST", "/session", routes.open), ("GET", "/stream", routes.listen),
        ("POST", "/message", routes.say), ("GET", "/consent", routes.consent),
        ("GET", "/export", routes.export),
    ):
        blueprint.add_route(_function(handler), address, methods=[method])
    blueprint.on_response(_secure)
    blueprint.exception(session.TokenRefused)(_refused)
    blueprint.exception(post.PostRefused)(_refused)


def _function(handler: Handler) -> Handler:
    """Sanic writes attributes on its handlers, which a bound method does not take."""
    @wraps(handler)
    async def handle(*args: object, **kwargs: object) -> HTTPResponse | None:
        return await handler(*args, **kwargs)
    return handle


async def _secure(_request: Request, answer: BaseHTTPResponse) -> None:
    for name, value in headers.SECURITY.items():
        answer.headers.setdefault(name, value)


async def _refused(_request: Request, error: session.TokenRefused | post.PostRefused) -> HTTPResponse:
    return response.json({"error": str(error)}, status=getattr(error, "status", 401))


class Routes:
    """One method per address."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def page(self, _request: Request) -> HTTPResponse:
        """The chat page, with the operator's title and what must be said above it."""
        page = (PAGE / "chat.html").read_text(encoding="utf-8")
        for gap, words in (("{{title}}", self._door.title), ("{{notice}}", self._door.notice)):
            page = page.replace(gap, html.escape(words))
        return response.html(page)

    async def file(self, _request: Request, name: str) -> HTTPResponse:
        """One of the page's own files; nothing else of the disk."""
        path = PAGE / Path(name).name
        if path.suffix not in TYPES or not path.is_file():
            return response.json({"error": "There is no such file."}, status=404)
        return response.raw(path.read_bytes(), content_type=TYPES[path.suffix] + "; charset=utf-8")

    async def open(self, request: Request) -> HTTPResponse:
        """Go on with the conversation in the cookie, or start one: then the first letter is the disclosure (DIS-1)."""
        body = self._body(request)
        try:
            self._session(request)
            return response.json({"resumed": True})
        except session.TokenRefused:
            return await self._start(body.get("locale"))

    async def listen(self, request: Request) -> None:
        """The conversation as server-sent events, from Last-Event-ID or ?after on."""
        conversation = self._session(request).conversation_id
        after = request.headers.get("last-event-id") or request.args.get("after") or "0"
        if not re.fullmatch("[0-9]{1,15}", after):
            raise post.PostRefused(400, "Last-Event-ID and after must be the number of a letter.")
        request.stream.keep_alive = False  # a server that stops need not wait for the connection, too
        answer = await request.respond(content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        async for frame in stream.frames(self._door.delivery, self._door.owner, conversation, int(after)):
            await answer.send(frame)
        await answer.eof()

    async def say(self, request: Request) -> HTTPResponse:
        """Take a customer's message: 202 at once; the same message_id is heard once.

        While the database is away the answer says `stored: false`: whoever wants to be sure that the message outlives
        this server sends it again, with `again: true`, until it is stored.
        """
        posted = post.read(self._body(request))
        if posted.dropped:
            _log.warning("dropped %d field(s) that are no part of a message", posted.dropped)  # BND-5
        here = self._session(request)
        letters = await self._door.delivery.letters(here.conversation_id, 0) if posted.payload else []
        shown, meant = post.understand(posted, letters)
        data = {} if meant == post.plain(shown) else {post.MEANT: meant}  # a server that is killed now leaves it behind
        letter = Letter(0, here.conversation_id, posted.message_id, "customer", shown, self._door.clock(), data=data)
        is_new = await self._door.delivery.deliver(letter)
        if is_new:
            hear = self._door.hear_once if posted.again else self._door.hear
            hear(replace(self._turn(here), message_id=posted.message_id, words=meant))
        stored = self._door.delivery.is_stored(letter)
        return response.json({"message_id": posted.message_id, "new": is_new, "stored": stored}, status=202)

    async def consent(self, request: Request) -> HTTPResponse:
        """The state of each purpose, for the page's switches."""
        conversation = self._session(request).conversation_id
        return response.json(dict(await self._door.consent(request, conversation)))

    async def export(self, request: Request) -> HTTPResponse:
        """The copy of what is stored about this conversation, once the customer asked for one (CON-7)."""
        body = await self._door.copy(self._session(request).conversation_id)
        if body is None:
            return response.text("There is no copy of your data ready. Ask for one in the chat.\n", status=404)
        return response.text(body, headers={"Content-Disposition": 'attachment; filename="my-data.md"'})

    async def _start(self, locale: object) -> HTTPResponse:
        locale = locale if isinstance(locale, str) and len(locale) <= 35 else None
        here = session.Session(self._door.new_id(), self._door.clock(), locale)
        greeting = self._door.hear(replace(self._turn(here), words="/session_start"))
        await asyncio.wait({greeting}, timeout=DISCLOSE_WITHIN)  # DIS-1: nobody can write before it stands there
        answer = response.json({"resumed": False}, status=201)
        answer.cookies[COOKIE] = session.seal(here, self._door.key)
        answer.cookies[COOKIE].update({"httponly": True, "samesite": "Strict", "path": "/",
                                       "max-age": session.MAX_AGE})
        if self._door.secure:  # browsers take the bare presence of the attribute for a yes
            answer.cookies[COOKIE]["secure"] = True
        return answer

    def _turn(self, here: session.Session) -> Turn:
        return Turn(here.conversation_id, self._door.new_id(), "", "web", country=self._door.country,
                    locale=here.locale)

    def _session(self, request: Request) -> session.Session:
        return session.unseal(request.cookies.get(COOKIE), self._door.key, self._door.clock())

    def _body(self, request: Request) -> Mapping[str, object]:
        """A post's JSON, after the checks that keep other sites from posting for a customer."""
        if not headers.is_json(request.headers):
            raise post.PostRefused(415, "Send the body as application/json.")
        if not headers.is_same_origin(request.headers, self._door.origins):
            raise post.PostRefused(403, "This page is not allowed to post here.")
        if not self._door.is_ready(request):  # else Rasa drops the message without a word
            raise post.PostRefused(503, "The assistant has no model loaded. Train one, then start the server again.")
        if len(request.body) > MAX_BODY:
            raise post.PostRefused(413, f"The body is larger than {MAX_BODY} bytes.")
        try:
            return request.json if isinstance(request.json, dict) else {}
        except InvalidUsage as error:
            raise post.PostRefused(400, "The body is no JSON.") from error
