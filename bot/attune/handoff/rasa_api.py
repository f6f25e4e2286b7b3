"""The calls to Rasa's HTTP API: append an event, send words, trigger an intent, look whether something arrived."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

import httpx

from attune.handoff import other_channels, tracker_events
from attune.handoff.tracker_events import Waiting
from attune.settings import Settings
from attune.signals.reading import KEY

PAGE = "web"
"""Where the bot's return is said when the customer's own channel cannot be sent to: it is kept in the mailbox."""
PATIENCE = 310.0
"""Seconds to wait for an answer: Rasa's channels and actions give up after 300, and no call is made twice at a time."""
EXTERNAL = "EXTERNAL: "
"""What Rasa writes before the name of a triggered intent, as the text of its event."""
HERE: Mapping[str, str | None] = {}
"""An event for the tracker alone."""


class Rasa:
    """One Rasa server; close it when done."""

    def __init__(self, settings: Settings) -> None:
        token = {"token": settings.key("rasa-api")}
        timeout = httpx.Timeout(10.0, read=PATIENCE)
        self._client = httpx.AsyncClient(base_url=settings.rasa_url, params=token, timeout=timeout)

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
            await self._append(waiting, waiting.body)
        elif waiting.kind == "words":
            await self._say(waiting)
        else:
            channel = await self._channel(waiting)
            params = {"output_channel": channel if other_channels.is_sent_to(channel) else PAGE}
            await self._post(f"{_path(waiting)}/trigger_intent", {"name": waiting.body["name"]}, params)

    async def has(self, waiting: Waiting) -> bool:
        """Whether an earlier call took effect although its answer was lost; raises httpx.HTTPError."""
        answer = await self._client.get(f"{_path(waiting)}/tracker", params={"include_events": "ALL"})
        answer.raise_for_status()
        return is_in(answer.json().get("events") or [], waiting)

    async def _say(self, waiting: Waiting) -> None:
        """Append the words, and have Rasa send them where no page of ours shows them; a notice is for sending alone."""
        text, name, at = waiting.body["text"], waiting.body["name"], waiting.body["at"]
        sender: Literal["agent", "notice"] = "notice" if name is None else "agent"
        channel = await self._channel(waiting)
        if other_channels.is_sent_to(channel):
            event = tracker_events.said(other_channels.labelled(text, name), waiting.event_id, at, sender)
            # Rasa sends before it stores: killed in between, it sends again rather than never.
            await self._append(waiting, event, {"output_channel": channel, "execute_side_effects": "true"})
        elif sender == "agent":
            await self._append(waiting, tracker_events.said(text, waiting.event_id, at))

    async def _channel(self, waiting: Waiting) -> str | None:
        """The channel the customer wrote on last."""
        answer = await self._client.get(f"{_path(waiting)}/tracker", params={"include_events": "NONE"})
        answer.raise_for_status()
        channel = answer.json().get("latest_input_channel")
        return None if channel is None else str(channel)

    async def _append(self, waiting: Waiting, event: Mapping[str, Any], how: Mapping[str, str | None] = HERE) -> None:
        await self._post(f"{_path(waiting)}/tracker/events", event, how)

    async def _post(self, path: str, body: Mapping[str, Any], params: Mapping[str, str | None]) -> None:
        answer = await self._client.post(path, params=dict(params), json=dict(body))
        answer.raise_for_status()


def is_in(events: Sequence[Mapping[str, Any]], waiting: Waiting) -> bool:
    """Whether a tracker's events show the call: by its id, or as the intent after the event it had to follow."""
    ids = [((event.get("metadata") or {}).get(KEY) or {}).get("event_id") for event in events]
    if waiting.kind != "trigger":
        return waiting.event_id in ids
    if waiting.body["after"] not in ids:
        return False
    later = events[ids.index(waiting.body["after"]) + 1:]
    return any(event.get("text") == EXTERNAL + waiting.body["name"] for event in later)


def _path(waiting: Waiting) -> str:
    return f"/conversations/{quote(waiting.conversation_id)}"
