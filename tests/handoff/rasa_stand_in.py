"""A server that answers like Rasa's HTTP API, keeps trackers in memory, and fails when told to."""

import asyncio
import socket
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Fault = Literal["refused", "lost"]
"""`refused`: nothing happens and the answer is an error; `lost`: it happens, but the answer is an error."""


class StandIn:
    """The trackers, the next faults, and how often each kind of call came."""

    def __init__(self, token: str) -> None:
        self.events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.faults: deque[Fault] = deque()
        self.posts = 0
        self._token = token
        self.app = Starlette(routes=[
            Route("/conversations/{name:path}/tracker/events", self._append, methods=["POST"]),
            Route("/conversations/{name:path}/trigger_intent", self._trigger, methods=["POST"]),
            Route("/conversations/{name:path}/tracker", self._tracker),
        ])

    def said(self, name: str) -> list[str]:
        """The texts and actions in a tracker, in order."""
        return [str(event.get("text") or event.get("name")) for event in self.events[name]]

    async def _append(self, request: Request) -> Response:
        return self._answer(request, [await request.json()])

    async def _trigger(self, request: Request) -> Response:
        name = (await request.json())["name"]
        return self._answer(request, [{"event": "user", "text": f"EXTERNAL: {name}"}, {"event": "bot", "text": "back"}])

    async def _tracker(self, request: Request) -> Response:
        if request.query_params.get("include_events") != "ALL":
            return JSONResponse({"events": []})
        return JSONResponse({"events": self.events[request.path_params["name"]]})

    def _answer(self, request: Request, events: list[dict[str, Any]]) -> Response:
        self.posts += 1
        if request.query_params.get("token") != self._token:
            return JSONResponse({}, status_code=401)
        fault = self.faults.popleft() if self.faults else None
        if fault != "refused":
            self.events[request.path_params["name"]] += events
        return JSONResponse({}, status_code=503 if fault else 200)


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@asynccontextmanager
async def serving(stand_in: StandIn, port: int) -> AsyncIterator[None]:
    """Serve on the port until the block ends."""
    server = uvicorn.Server(uvicorn.Config(stand_in.app, port=port, log_level="error", lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        if task.done():
            task.result()
    try:
        yield
    finally:
        server.should_exit = True
        await task
