"""A running web channel, and a customer's browser without a screen."""

import json
import multiprocessing
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from attune.channel import session
from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.database import engine

DRAINING = 120
"""Seconds this server may wait for open connections when it is told to stop; no test need be quick."""
SERVERS = multiprocessing.get_context("forkserver")
"""One process imports Rasa, which takes most of a minute on a busy machine; every server is a copy of it."""
SERVERS.set_forkserver_preload(["attune.channel.web"])


@dataclass
class Server:
    port: int
    db_url: str
    log: Path
    process: ForkServerProcess | None = None
    mailbox: Mailbox = field(init=False)
    ownership: Ownership = field(init=False)

    def __post_init__(self) -> None:
        self.mailbox, self.ownership = Mailbox(engine(self.db_url)), Ownership(engine(self.db_url))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/web"

    def start(self) -> None:
        self.process = SERVERS.Process(target=serve, args=(self.port, self.db_url, self.log), daemon=True)
        self.process.start()
        until(self._answers, seconds=240)

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(DRAINING / 2)
        assert self.process.exitcode is not None, f"still there after {DRAINING / 2} s"

    def heard(self) -> list[dict]:
        return httpx.get(f"http://127.0.0.1:{self.port}/heard").json()

    def _answers(self) -> bool:
        try:
            return bool(httpx.get(f"{self.url}/chat").text)
        except httpx.TransportError:
            assert self.process.is_alive(), self.log.read_text()
            return False


def serve(port: int, db_url: str, log: Path) -> None:
    """What the server's process does."""
    from channel import plain_assistant
    plain_assistant.run(port, db_url, log, DRAINING)


def until(true, seconds: float = 5.0):
    """Wait for something to become true; returns it."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)
    return found


class Customer:
    """A browser without a screen: cookie, posts, stream."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx.Client(timeout=20)
        self.http.post(f"{server.url}/session", json={"locale": "en-IE"}).raise_for_status()

    @property
    def conversation(self) -> str:
        return session.unseal(self.http.cookies["attune_session"], "a key for tests", time.time()).conversation_id

    def say(self, text: str, payload: str | None = None, message_id: str | None = None, **extra: object):
        body = {"text": text, "message_id": message_id or str(uuid.uuid4()), **extra}
        return self.http.post(f"{self.server.url}/message", json=body | ({"payload": payload} if payload else {}))

    @contextmanager
    def listen(self, after: int | None = None) -> Iterator[Iterator[dict]]:
        """Events as they come: {"id", "event", "data", "at"}."""
        headers = {"Last-Event-ID": str(after)} if after else {}
        with self.http.stream("GET", f"{self.server.url}/stream", headers=headers) as answer:
            answer.raise_for_status()
            yield events(answer.iter_lines())

    def read(self, count: int, after: int | None = None) -> list[dict]:
        """The next `count` letters."""
        with self.listen(after) as stream:
            return take(stream, "letter", count)


def take(stream: Iterator[dict], kind: str, count: int) -> list[dict]:
    """The next `count` events of one kind."""
    return list(islice((event for event in stream if event["event"] == kind), count))


def events(lines: Iterator[str]) -> Iterator[dict]:
    """Parse server-sent events; an event without data sets the id only, as browsers do."""
    event: dict = {"event": None, "id": None, "data": None}
    for line in lines:
        name, _, value = line.partition(": ")
        if line == "":
            if event["data"] is not None:
                yield {**event, "at": time.time()}
            event = {"event": None, "id": event["id"], "data": None}
        elif name == "data":
            event["data"] = json.loads(value)
        elif name == "id":
            event["id"] = int(value)
        elif name == "event":
            event["event"] = value


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
