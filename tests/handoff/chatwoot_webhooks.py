"""How Chatwoot sends webhooks: signed, in order, again after 429 or 500, and people are called if none got through."""

import hashlib
import hmac
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

TRIES, TIMEOUT = 3, 5.0


class Webhooks:
    """Sends in a thread of its own; `repeat`: how often each comes; `pause`: seconds before a retry."""

    def __init__(self, url: str | None, secret: str | None, broken: Callable[[dict[str, Any]], None]) -> None:
        self.url, self._secret, self._broken = url, secret, broken
        self.repeat, self.pause = 1, 0.02
        self.sent: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.slowest = 0.0
        self._waiting: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def send(self, payload: dict[str, Any]) -> None:
        """Queue a webhook, as it is at this moment."""
        self._waiting.put(json.loads(json.dumps(payload)))

    def settle(self) -> None:
        """Wait until everything that was queued was sent."""
        self._waiting.join()

    def close(self) -> None:
        """End the thread."""
        self._waiting.put(None)
        self._thread.join(5)

    def signed(self, body: bytes, delivery: str, at: float) -> dict[str, str]:
        """The headers of one try."""
        headers = {"content-type": "application/json", "x-chatwoot-delivery": delivery}
        if self._secret is None:
            return headers
        stamp = str(int(at))
        digest = hmac.new(self._secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return {**headers, "x-chatwoot-timestamp": stamp, "x-chatwoot-signature": f"sha256={digest}"}

    def _work(self) -> None:
        with httpx.Client(timeout=TIMEOUT) as client:
            while (payload := self._waiting.get()) is not None:
                body, delivery = json.dumps(payload, ensure_ascii=False).encode(), str(uuid.uuid4())
                for _ in range(self.repeat if self.url else 0):
                    if not self._deliver(client, body, delivery):
                        self._broken(payload)
                self._waiting.task_done()
            self._waiting.task_done()

    def _deliver(self, client: httpx.Client, body: bytes, delivery: str) -> bool:
        for _ in range(TRIES):
            headers, begun = self.signed(body, delivery, time.time()), time.perf_counter()
            self.sent.append((headers, body))
            try:
                status = client.post(str(self.url), content=body, headers=headers).status_code
            except httpx.HTTPError:
                status = 0
            self.answers.append(status)
            self.slowest = max(self.slowest, time.perf_counter() - begun)
            if status not in (429, 500):
                return 200 <= status < 300
            time.sleep(self.pause)
        return False
