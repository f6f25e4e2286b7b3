"""Customers on Rasa's own channels, and local stand-ins for what stands at the other end of each."""

import itertools
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx
import socketio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN, BOT_NAME = "110201543:a-token-of-no-bot", "larkfield_test_bot"


class OtherEnd:
    """A callback address and Telegram's Bot API: both keep what they were sent, by customer."""

    def __init__(self) -> None:
        self.received: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.app = Starlette(routes=[
            Route("/callback", self._callback, methods=["POST"]),
            Route(f"/bot{TOKEN}/{{method}}", self._telegram, methods=["GET", "POST"]),
        ])
        self.webhooks = 0

    async def _callback(self, request: Request) -> Response:
        body = await request.json()
        self.received[body["recipient_id"]].append(body)
        return Response()

    async def _telegram(self, request: Request) -> Response:
        method, fields = request.path_params["method"].lower(), await request.form()
        if method == "setwebhook":
            self.webhooks += 1
        if method == "getme":
            return _ok({"id": 1, "is_bot": True, "first_name": "Larkfield", "username": BOT_NAME})
        if method == "sendmessage":
            self.received[str(fields["chat_id"])].append({"text": fields["text"]})
            return _ok({"message_id": 1, "date": 0, "chat": {"id": int(str(fields["chat_id"])), "type": "private"}})
        return _ok(True)


def _ok(result: object) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


@contextmanager
def serving(end: OtherEnd, port: int) -> Iterator[str]:
    """Serve until the block ends; gives the address."""
    server = uvicorn.Server(uvicorn.Config(end.app, port=port, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


class Customer(Protocol):
    """Somebody who writes on one channel and sees what arrives there."""

    conversation: str

    def says(self, words: str) -> None:
        """Write; returns once Rasa has answered, where the channel tells."""

    def seen(self) -> list[str]:
        """All that has arrived so far."""


class ByRest:
    def __init__(self, rasa: str, end: OtherEnd) -> None:
        self.conversation, self._texts = uuid.uuid4().hex, list[str]()
        self._http = httpx.Client(base_url=rasa, timeout=60, trust_env=False)

    def says(self, words: str) -> None:
        answer = self._http.post("/webhooks/rest/webhook", json={"sender": self.conversation, "message": words})
        self._texts += [part.get("text", "") for part in answer.raise_for_status().json()]

    def seen(self) -> list[str]:
        return list(self._texts)


class ByCallback:
    def __init__(self, rasa: str, end: OtherEnd) -> None:
        self.conversation, self._end = uuid.uuid4().hex, end
        self._http = httpx.Client(base_url=rasa, timeout=60, trust_env=False)

    def says(self, words: str) -> None:
        body = {"sender": self.conversation, "message": words}
        self._http.post("/webhooks/callback/webhook", json=body).raise_for_status()

    def seen(self) -> list[str]:
        return [part.get("text", "") for part in self._end.received[self.conversation]]


class BySocket:
    def __init__(self, rasa: str, end: OtherEnd) -> None:
        self._texts: list[str] = []
        self._client = socketio.Client()
        self._client.on("bot_uttered", lambda said: self._texts.append(said.get("text", "")))
        self._client.connect(rasa, transports=["polling"])
        self.conversation = self._client.get_sid()

    def says(self, words: str) -> None:
        self._client.emit("user_uttered", {"message": words})

    def seen(self) -> list[str]:
        return list(self._texts)


class ByTelegram:
    numbers = itertools.count(7001)

    def __init__(self, rasa: str, end: OtherEnd) -> None:
        self._chat, self._end = next(self.numbers), end
        self.conversation = str(self._chat)
        self._http = httpx.Client(base_url=rasa, timeout=60, trust_env=False)

    def says(self, words: str) -> None:
        sender = {"id": self._chat, "is_bot": False, "first_name": "A"}
        message = {"message_id": 1, "date": 0, "chat": {"id": self._chat, "type": "private"}, "from": sender,
                   "text": words}
        self._http.post("/webhooks/telegram/webhook", json={"update_id": 1, "message": message}).raise_for_status()

    def seen(self) -> list[str]:
        return [part["text"] for part in self._end.received[self.conversation]]


CUSTOMERS: dict[str, Callable[[str, OtherEnd], Customer]] = {
    "rest": ByRest, "callback": ByCallback, "socketio": BySocket, "telegram": ByTelegram,
}


def credentials(end: str, rasa: str) -> dict[str, dict[str, object]]:
    """What credentials.yml says of these channels beside `rest`."""
    return {
        "callback": {"url": f"{end}/callback"}, "socketio": {"session_persistence": False},
        "e2e.local_telegram.LocalTelegram": {
            "access_token": TOKEN, "verify": BOT_NAME, "server": end,
            "webhook_url": f"{rasa}/webhooks/telegram/webhook",
        },
    }
