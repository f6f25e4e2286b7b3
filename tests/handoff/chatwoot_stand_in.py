"""A Chatwoot that answers by HTTP and holds callers to its contract: what a bot may do, what is replaced, limits.

Written from Chatwoot's API reference and the behaviour of 4.15.1 and 4.16; it has no desk, so tests act for people.
"""

import itertools
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handoff.chatwoot_webhooks import Webhooks

Fault = Literal["refused", "lost"]
"""`refused`: nothing happens and the answer is an error; `lost`: it happens, but the answer is an error."""

ACCOUNT = 3
BOT_TOKEN, ADMIN_TOKEN, SECRET, INBOX = "bot-token", "admin-token", "hook-secret", "api-inbox-identifier"
BOT_MAY = {"show", "messages", "custom_attributes", "labels", "toggle_priority", "assignments", "toggle_status"}
"""What a bot's token may do with a conversation since 4.14.2; all else is for users."""
LONGEST_TEXT, LONGEST_ATTRIBUTE = 20_000, 1500
PRIORITIES = ("urgent", "high", "medium", "low", None)
TYPES = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}


@dataclass
class Conversation:
    """One conversation as Chatwoot keeps it."""

    id: int
    inbox: str
    contact: str
    status: str = "pending"
    priority: str | None = None
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    team: int | None = None
    person: str | None = None
    bot: bool = False
    opened_by_bot: int = 0

    def texts(self, *, private: bool = False, kind: str = "outgoing") -> list[str]:
        """What was written, in order."""
        return [one["content"] for one in self.messages if one["private"] == private and one["message_type"] == kind]


class StandIn:
    """One account with a website inbox (`web`) and an API inbox (`api`), and a bot that answers in both."""

    def __init__(self, version: str = "4.15.1", webhook: str | None = None, *, has_secret: bool = True) -> None:
        self.version, self.conversations, self.faults = version, {}, deque[Fault | None]()
        self.calls: list[str] = []
        self.tokens: list[str | None] = []
        self.refused: list[tuple[str, int]] = []
        self.on_call: Callable[[str], object] = lambda _: None
        self.definitions: list[dict[str, Any]] = []
        self.labels: list[dict[str, Any]] = []
        self.bots: list[dict[str, Any]] = []
        self.bot_of: dict[int, int] = {}
        self.contacts: dict[str, str] = {}
        self.webhooks = Webhooks(webhook, SECRET if has_secret else None, self.broken)
        self.conversations: dict[int, Conversation] = {}
        self._has_secret = has_secret
        self._ids, self._display, self._lock = itertools.count(100), itertools.count(1), threading.RLock()
        account = f"/api/v1/accounts/{ACCOUNT}"
        inbox = "/public/api/v1/inboxes/{inbox}"
        self.app = Starlette(routes=[
            Route("/api", lambda _: JSONResponse({"version": self.version, "queue_services": "ok"})),
            Route(f"{account}/conversations/{{id:int}}", self._bot_call, methods=["GET", "PATCH", "DELETE"]),
            Route(f"{account}/conversations/{{id:int}}/{{action}}", self._bot_call, methods=["GET", "POST"]),
            Route(f"{account}/{{what:path}}", self._admin_call, methods=["GET", "POST", "PATCH"]),
            Route(inbox, self._public_call),
            Route(f"{inbox}/contacts", self._public_call, methods=["POST"]),
            Route(f"{inbox}/contacts/{{source}}/conversations", self._public_call, methods=["GET", "POST"]),
        ])

    # What people do, as the tests let them.

    def begins(self, text: str, contact: str = "0f9d-visitor") -> Conversation:
        """A customer writes for the first time."""
        with self._lock:
            found = self._new("web", contact)
            self.customer_says(found, text)
            return found

    def customer_says(self, found: Conversation, text: str) -> None:
        """A customer writes; a resolved conversation goes back to the bot."""
        with self._lock:
            if found.status == "resolved":
                self._set_status(found, "pending")
            self._message(found, {"content": text, "message_type": "incoming"}, _customer(found))

    def customer_chooses(self, found: Conversation, title: str) -> None:
        """A customer presses a button of the newest choice."""
        with self._lock:
            chosen = next(one for one in reversed(found.messages) if one["content_type"] == "input_select")
            item = next(one for one in chosen["content_attributes"]["items"] if one["title"] == title)
            chosen["content_attributes"] = {**chosen["content_attributes"], "submitted_values": [item]}
            self._tell("message_updated", found, chosen)

    def person_says(self, found: Conversation, text: str, name: str | None = "Ada", *, private: bool = False) -> None:
        """A person writes; `name` is None for the native app of a channel, where Chatwoot knows nobody."""
        with self._lock:
            sender = {"id": 9, "name": name, "type": "user"} if name else None
            self._message(found, {"content": text, "message_type": "outgoing", "private": private}, sender)

    def machine_says(self, found: Conversation, text: str, attributes: dict[str, Any] | None = None) -> None:
        """An automation rule or a template of Chatwoot's writes."""
        kind = "outgoing" if attributes else "template"
        with self._lock:
            self._message(found, {"content": text, "message_type": kind, "content_attributes": attributes}, None)

    def rates(self, found: Conversation, rating: int) -> None:
        """A customer answers Chatwoot's own survey."""
        with self._lock:
            values = {"csat_survey_response": {"rating": rating, "feedback_message": "fine"}}
            survey = {"content": "Please rate", "message_type": "template", "content_type": "input_csat"}
            self._message(found, survey, None)
            found.messages[-1]["content_attributes"] = {"submitted_values": values}
            self._tell("message_updated", found, found.messages[-1])

    def assigns(self, found: Conversation, name: str | None) -> None:
        """Somebody, or auto-assignment, gives the conversation to a person, or takes it from them."""
        with self._lock:
            found.person, found.bot = name, False
            if name and self._is_16 and found.status == "pending":
                found.status = "open"
            self._changed(found)

    def hands_to_bot(self, found: Conversation) -> None:
        """A person assigns the bot, as 4.16 lets them."""
        with self._lock:
            found.person, found.bot, found.status = None, True, "pending"
            self._changed(found)

    def sets_status(self, found: Conversation, status: str) -> None:
        """A person sets the status."""
        with self._lock:
            self._set_status(found, status)

    def broken(self, payload: dict[str, Any]) -> None:
        """A webhook could not be delivered: Chatwoot calls people to a pending conversation."""
        with self._lock:
            found = self.conversations[(payload.get("conversation") or payload)["id"]]
            if payload["event"] in ("message_created", "message_updated") and found.status == "pending":
                self._set_status(found, "open")

    def dump(self) -> str:
        """Everything that is kept, as text."""
        return json.dumps([vars(one) for one in self.conversations.values()], ensure_ascii=False)

    # What Chatwoot does.

    @property
    def _is_16(self) -> bool:
        return self.version.startswith("4.16")

    def _new(self, inbox: str, contact: str) -> Conversation:
        found = Conversation(next(self._display), inbox, contact, bot=self._is_16)
        self.conversations[found.id] = found
        return found

    def _message(self, found: Conversation, body: dict[str, Any], sender: dict[str, Any] | None) -> dict[str, Any]:
        text = str(body.get("content") or "")
        kind = body.get("message_type", "outgoing")
        said = {
            "id": next(self._ids), "content": liquid(text) if kind == "outgoing" else text, "message_type": kind,
            "private": bool(body.get("private")), "content_type": body.get("content_type") or "text", "sender": sender,
            "content_attributes": body.get("content_attributes") or {}, "created_at": time.time(),
        }
        found.messages.append(said)
        self._tell("message_created", found, said)
        return said

    def _set_status(self, found: Conversation, status: str) -> None:
        if found.status != status:
            found.status = status
            named = {"open": "conversation_opened", "resolved": "conversation_resolved"}.get(status)
            self._changed(found, *filter(None, [named]), "conversation_status_changed")

    def _changed(self, found: Conversation, *events: str) -> None:
        for event in (*events, "conversation_updated"):
            self.webhooks.send({"event": event, **self._hook_data(found), "changed_attributes": []})

    def _tell(self, event: str, found: Conversation, said: dict[str, Any]) -> None:
        self.webhooks.send({
            "event": event, **{key: value for key, value in said.items() if key != "sender"}, "sender": said["sender"],
            "account": {"id": ACCOUNT, "name": "Shop"}, "inbox": {"id": 1, "name": found.inbox},
            "additional_attributes": {}, "source_id": None, "conversation": self._hook_data(found),
        })

    def _hook_data(self, found: Conversation) -> dict[str, Any]:
        public = [one for one in found.messages if not one["private"]][-1:]
        return {
            "id": found.id, "status": found.status, "inbox_id": 1, "labels": found.labels, "priority": found.priority,
            "custom_attributes": found.attributes, "additional_attributes": {"conversation_language": "en"},
            "contact_inbox": {"source_id": found.contact}, "meta": self._meta(found), "updated_at": time.time(),
            "messages": [{"content": one["content"], "account_id": ACCOUNT} for one in public],
        }

    def _meta(self, found: Conversation) -> dict[str, Any]:
        holder = {"id": 9, "name": found.person} if found.person else {"id": 1, "name": "Attune"} if found.bot else None
        kind = "User" if found.person else "AgentBot" if found.bot else None
        return {"sender": _customer(found), "assignee": holder, "assignee_type": kind, "team": None}

    # How it answers.

    async def _bot_call(self, request: Request) -> Response:
        action = request.path_params.get("action", "show" if request.method == "GET" else "update")
        self.tokens.append(request.headers.get("api_access_token"))
        if self.tokens[-1] != BOT_TOKEN:
            return self._refuse(action, 401)
        if action not in BOT_MAY or (action == "messages" and request.method == "GET") or (
            action in ("show", "labels") and self._number < (4, 14, 2)
        ):
            return self._refuse(action, 401)
        body = await request.json() if request.method == "POST" else {}
        return self._faulty(action, lambda: self._act(request.path_params["id"], action, request.method, body))

    def _act(self, number: int, action: str, method: str, body: dict[str, Any]) -> Response:
        found = self.conversations.get(number)
        if found is None:
            return self._refuse(action, 404)
        if action == "show":
            return JSONResponse(self._shown(found))
        if action == "labels" and method == "GET":
            return JSONResponse({"payload": found.labels})
        return getattr(self, f"_{action}")(found, body)

    def _messages(self, found: Conversation, body: dict[str, Any]) -> Response:
        if len(body.get("content") or "") > LONGEST_TEXT:
            return self._refuse("messages", 422)
        if body.get("message_type") == "incoming" and found.inbox != "api":
            return self._refuse("messages", 422)
        by_customer = body.get("message_type") == "incoming"
        sender = _customer(found) if by_customer else {"id": 1, "name": "Attune", "type": "agent_bot"}
        if by_customer and found.status == "resolved":
            self._set_status(found, "pending")
        return JSONResponse({"id": self._message(found, body, sender)["id"]})

    def _custom_attributes(self, found: Conversation, body: dict[str, Any]) -> Response:
        attributes = body["custom_attributes"]
        if any(isinstance(value, str) and len(value) >= LONGEST_ATTRIBUTE for value in attributes.values()):
            return self._refuse("custom_attributes", 422)
        found.attributes = dict(attributes)  # the whole object is replaced
        self._changed(found)
        return JSONResponse({"custom_attributes": found.attributes})

    def _labels(self, found: Conversation, body: dict[str, Any]) -> Response:
        found.labels = list(body["labels"])  # the whole set is replaced
        self._changed(found)
        return JSONResponse({"payload": found.labels})

    def _toggle_priority(self, found: Conversation, body: dict[str, Any]) -> Response:
        if body["priority"] not in PRIORITIES:
            return self._refuse("toggle_priority", 422)
        found.priority = body["priority"]
        self._changed(found)
        return Response(status_code=200)

    def _assignments(self, found: Conversation, body: dict[str, Any]) -> Response:
        found.team = body["team_id"]
        self._changed(found)
        return JSONResponse({"id": found.team})

    def _toggle_status(self, found: Conversation, body: dict[str, Any]) -> Response:
        found.opened_by_bot += found.status == "pending" and body["status"] == "open"
        found.bot = found.bot and body["status"] != "open"
        self._set_status(found, body["status"])
        return JSONResponse({"payload": {"success": True}})

    async def _public_call(self, request: Request) -> Response:
        self.tokens.append(None)
        assert "api_access_token" not in request.headers, "the token is shown to an address that needs none"
        if request.path_params["inbox"] != INBOX:
            return self._refuse("inbox", 404)
        body = await request.json() if request.method == "POST" else {}
        source = request.path_params.get("source")
        if request.url.path.endswith("/contacts"):
            return self._faulty("contacts", lambda: self._contact(body))
        if source is None:
            return JSONResponse({"identifier": INBOX, "name": "Other channels"})
        if source not in self.contacts:
            return self._refuse("conversations", 404)
        return self._faulty(f"{request.method.lower()} conversations", lambda: self._of(source, request.method))

    def _contact(self, body: dict[str, Any]) -> Response:
        source = body.get("source_id") or f"made-{next(self._ids)}"
        self.contacts.setdefault(source, body.get("name") or "wispy-cloud-7")
        return JSONResponse({"source_id": source, "name": self.contacts[source]})

    def _of(self, source: str, method: str) -> Response:
        if method == "POST":
            return JSONResponse({"id": self._new("api", source).id, "messages": []})
        return JSONResponse([{"id": one.id} for one in self.conversations.values() if one.contact == source])

    async def _admin_call(self, request: Request) -> Response:
        what, body = request.path_params["what"], await request.json() if request.method != "GET" else {}
        self.calls.append(f"{request.method} {what}")
        if request.headers.get("api_access_token") != ADMIN_TOKEN:
            return self._refuse(what, 401)
        lists = {"agent_bots": self.bots, "custom_attribute_definitions": self.definitions}
        if match := re.fullmatch(r"inboxes/(\d+)(/set_agent_bot)?", what):
            return self._inbox(int(match[1]), body if match[2] else None)
        if what == "agent_bots" and request.method == "POST":
            number = len(self.bots) + 1
            secret = {"secret": SECRET} if self._has_secret else {}
            self.bots.append({**body, "id": number, "access_token": BOT_TOKEN, **secret})
            return JSONResponse(self.bots[-1])
        if match := re.fullmatch(r"agent_bots/(\d+)", what):
            self.bots[int(match[1]) - 1].update(body)
            return JSONResponse(self.bots[int(match[1]) - 1])
        if what == "teams":
            return JSONResponse([{"id": 4, "name": "general"}, {"id": 5, "name": "sales"}])
        if what == "labels":
            self.labels += [body] if body else []
            return JSONResponse(body or {"payload": self.labels})
        if what in lists:
            lists[what] += [body] if body else []
            return JSONResponse(body or lists[what])
        return self._refuse(what, 404)

    def _inbox(self, number: int, given: dict[str, Any] | None) -> Response:
        if number not in (7, 9):
            return self._refuse("inboxes", 404)
        if given is not None:
            self.bot_of[number] = given["agent_bot"]
            return Response(status_code=200)
        kind = {"channel_type": "Channel::Api", "inbox_identifier": INBOX} if number == 9 else {
            "channel_type": "Channel::WebWidget"}
        return JSONResponse({"id": number, **kind})

    def _shown(self, found: Conversation) -> dict[str, Any]:
        last = [{**one, "message_type": TYPES[one["message_type"]]} for one in found.messages][-1:]
        return {
            "id": found.id, "status": found.status, "custom_attributes": found.attributes, "labels": found.labels,
            "priority": found.priority, "meta": self._meta(found), "messages": last,
            "last_non_activity_message": last[0] if last else None,
        }

    def _faulty(self, call: str, act: Callable[[], Response]) -> Response:
        with self._lock:
            self.calls.append(call)
            self.on_call(call)
            fault = self.faults.popleft() if self.faults else None
            answer = act() if fault != "refused" else Response(status_code=500)
            return Response(status_code=502) if fault == "lost" else answer

    def _refuse(self, call: str, status: int) -> Response:
        self.refused.append((call, status))
        return JSONResponse({"error": "not for you"}, status_code=status)

    @property
    def _number(self) -> tuple[int, ...]:
        return tuple(map(int, self.version.split(".")))


def liquid(text: str) -> str:
    """What Chatwoot's templates make of outgoing text: tags vanish; what is no valid template stays."""
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)


@contextmanager
def listening(app: Starlette, port: int) -> Iterator[str]:
    """Serve an application on the port until the block ends, in a thread of its own; gives the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)


@contextmanager
def serving(stand_in: StandIn, port: int) -> Iterator[str]:
    """Serve the stand-in until the block ends; gives the address."""
    with listening(stand_in.app, port) as url:
        yield url
        stand_in.webhooks.close()


def _customer(found: Conversation) -> dict[str, Any]:
    return {"id": 77, "name": "wispy-cloud-7", "identifier": found.contact}  # contacts carry no type
