"""A supervisor's address that really listens: checks every page with the spec's own library, and fails when told to."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from standardwebhooks import Webhook

Fault = Literal["dropped", "refused", "lost"]
"""`dropped`: the connection breaks; `refused`: an error, nothing taken; `lost`: taken, but the answer is an error."""

SECRET = "whsec_" + "YXR0dW5lIHRlc3RzIHNpZ24gd2l0aCB0aGlzIGtleSE="


@dataclass
class Receiver:
    """What arrived and was genuine, in order, and the faults to come."""

    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    forged: int = 0
    tries: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    on_page: Callable[[], object] = lambda: None

    @property
    def ids(self) -> list[str]:
        """The webhook-ids, each once, as a receiver that keeps to the spec counts them."""
        return list(dict.fromkeys(name for name, _ in self.taken))

    def take(self, headers: dict[str, str], body: bytes) -> int | None:
        """The status to answer with, None to break the connection."""
        self.tries += 1
        fault = self.faults.popleft() if self.faults else None
        if fault in ("dropped", "refused"):
            return None if fault == "dropped" else 503
        try:
            self.taken.append((headers["webhook-id"], Webhook(SECRET).verify(body, headers)))
        except Exception:  # whatever is wrong with it
            self.forged += 1
            return 401
        self.raw.append(body.decode())
        self.on_page()
        return 500 if fault == "lost" else 204


@contextmanager
def receiving(receiver: Receiver, port: int) -> Iterator[str]:
    """Listen on the port until the block ends; gives the address."""
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            if status is None:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle_error(self, *_: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A broken connection is what was asked for."""

    server = Quiet(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/pages"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
