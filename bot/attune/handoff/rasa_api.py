"""The calls to Rasa's HTTP API: append an event, trigger an intent, look whether something arrived."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from attune.handoff.tracker_events import Waiting
from attune.settings import Settings
from attune.signals.reading import KEY

OUTPUT_CHANNEL = "web"
EXTERNAL = "EXTERNAL: "
"""What Rasa writes before the name of a triggered intent, as the text of its event."""


class Rasa:
    """One Rasa server; close it when done."""

    def __init__(self, settings: Settings) -> None:
        token = {"token": settings.key("rasa-api")}
        self._client = httpx.AsyncClient(base_url=settings.rasa_url, params=token, timeout=10)

    async def __aenter__(self) -> "Rasa":
        """Open the connections."""
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *problem: object) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, waiting: Waiting) -> None:
        """Make the call; raises httpx.HTTPError when there is no answer or a bad one."""
        if waiting.kind == "event":
            answer = await self._client.post(f"{_path(waiting)}/tracker/events", json=dict(waiting.body))
        else:
            params, body = {"output_channel": OUTPUT_CHANNEL}, {"name": waiting.body["name"]}
            answer = await self._client.post(f"{_path(waiting)}/trigger_intent", params=params, json=body)
        answer.raise_for_status()

    async def has(self, waiting: Waiting) -> bool:
        """Whether an earlier call took effect although its answer was lost; raises httpx.HTTPError."""
        answer = await self._client.get(f"{_path(waiting)}/tracker", params={"include_events": "ALL"})
        answer.raise_for_status()
        return is_in(answer.json().get("events") or [], waiting)


def is_in(events: Sequence[Mapping[str, Any]], waiting: Waiting) -> bool:
    """Whether a tracker's events show the call: by its id, or as the intent after the event it had to follow."""
    ids = [((event.get("metadata") or {}).get(KEY) or {}).get("event_id") for event in events]
    if waiting.kind == "event":
        return waiting.event_id in ids
    if waiting.body["after"] not in ids:
        return False
    later = events[ids.index(waiting.body["after"]) + 1:]
    return any(event.get("text") == EXTERNAL + waiting.body["name"] for event in later)


def _path(waiting: Waiting) -> str:
    return f"/conversations/{quote(waiting.conversation_id)}"
