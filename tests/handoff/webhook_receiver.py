"""Another desk that really listens and speaks: signed HTTP both ways, checked with the spec's own library."""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import uvicorn
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from attune.handoff import signing
from handoff.rasa_stand_in import free_port
from handoff.receiver import SECRET

Fault = Literal["refused", "lost", "moved", "slow"]
"""`refused`: an error, nothing taken; `lost`: taken, but the answer is an error; `moved`: a redirect; `slow`: late."""

Activity = dict[str, Any]


@dataclass
class OtherDesk:
    """What its agents see, every genuine body as it came, and the faults to come."""

    packets: dict[str, Activity] = field(default_factory=dict)
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)
    webhook_ids: list[str] = field(default_factory=list)
    forged: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)

    @property
    def shown(self) -> dict[str, int]:
        """The handoffs in its queue, with the version of each."""
        return {name: activity["value"]["version"] for name, activity in self.packets.items()}

    def noted(self, handoff_id: str) -> list[str]:
        """The notes on a handoff."""
        return [text for owner, text in self.notes.values() if owner == handoff_id]

    def app(self) -> Starlette:
        """Its one address."""
        return Starlette(routes=[Route("/", self._listen, methods=["POST"])])

    async def _listen(self, request: Request) -> Response:
        fault = self.faults.popleft() if self.faults else None
        if fault == "refused":
            return Response(status_code=503)
        if fault == "moved":
            return Response(status_code=307, headers={"location": "/elsewhere"})
        if fault == "slow":
            await asyncio.sleep(0.3)
        body = await request.body()
        try:
            activity = Webhook(SECRET).verify(body, dict(request.headers))
        except Exception:  # whatever is wrong with it
            self.forged += 1
            return Response(status_code=401)
        self.raw.append(body.decode())
        self.webhook_ids.append(request.headers["webhook-id"])
        if activity["id"] not in self._seen:
            self._seen.add(activity["id"])
            self._take(activity)
        return Response(status_code=500 if fault == "lost" else 202)

    def _take(self, activity: Activity) -> None:
        handoff_id = activity["conversation"]["id"]
        if activity["type"] == "message":
            self.said.append((handoff_id, activity["text"]))
        elif activity["name"] == "attune.note":
            self.notes[activity["id"]] = (handoff_id, activity["value"]["text"])
        elif activity["name"] == "handoff.status":
            self.closed.add(handoff_id)
            self.packets.pop(handoff_id, None)
        elif handoff_id not in self.closed and self.shown.get(handoff_id, 0) < activity["value"]["version"]:
            self.packets[handoff_id] = activity


def status(state: str, *, activity_id: str, handoff: str = "h-1", agent: str | None = "Ada", why: str | None = None,
           ) -> Activity:
    """A `handoff.status` as a desk sends it."""
    value = {"state": state} | ({"message": why} if why else {})
    return {"type": "event", "name": "handoff.status", "id": activity_id, "from": {"id": "agent-7", "name": agent},
            "conversation": {"id": handoff}, "value": value}


def words(text: str, *, activity_id: str, handoff: str = "h-1", agent: str | None = "Ada") -> Activity:
    """An agent's words as a desk sends them."""
    return {"type": "message", "id": activity_id, "from": {"id": "agent-7", "name": agent},
            "conversation": {"id": handoff}, "text": text}


def signed(activity: Activity, *, now: float, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """Body and headers of one POST."""
    body = json.dumps(activity)
    return body.encode(), signing.headers(signing.message_id(activity["id"]), body, secret, now)


def speak(url: str, activity: Activity) -> tuple[int, dict[str, str]]:
    """Send an activity over HTTP; returns what was answered."""
    body, headers = signed(activity, now=time.time())
    answer = httpx.post(url, content=body, headers=headers)
    return answer.status_code, answer.json()


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port until the block ends; gives the address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)
