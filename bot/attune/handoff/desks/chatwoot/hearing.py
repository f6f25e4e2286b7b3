"""Lets Rasa hear what customers said in Chatwoot, and keeps its answers as letters; nothing is asked twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from attune.channel import mailbox, ownership
from attune.channel.mailbox import Letter, Mailbox
from attune.channel.post import Post, understand
from attune.channel.turn import Turn
from attune.handoff.desks.chatwoot.store import Store
from attune.settings import Settings
from attune.signals.reading import KEY

CHANNEL = "chatwoot"
"""What Rasa calls the channel; `other_channels.yml` says that Rasa cannot send there."""
TIMEOUT = 25.0
"""Seconds one answer may take; then the tracker is asked for it. Shorter than a lease."""
ANSWER = "answer-"
"""How the message ids of the bot's letters begin."""

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Hearing:
    """The way from letters of customers to the bot's; `rasa` is a client for Rasa's HTTP API, with its token."""

    store: Store
    mailbox: Mailbox
    rasa: httpx.Client

    def hear(self, conversation_id: str) -> None:
        """Have every letter answered that is not; raises Busy or httpx.HTTPError, and goes on from there next time."""
        with self.store.hold(conversation_id, "hearing_until") as lease:
            place = self.store.place(conversation_id)
            for letter in self.mailbox.since(conversation_id, place.heard):
                if letter.sender == "customer":
                    lease.renew()
                    self._answer(letter, asked=place.asked >= letter.id)

    def _answer(self, letter: Letter, *, asked: bool) -> None:
        found = self._earlier(letter) if asked else None
        if found is None:
            self.store.asking(letter.conversation_id, letter.id)
            found = self._ask(letter)
        with self.store.engine.begin() as connection:
            has_agent = ownership.read(connection, letter.conversation_id).kind == "agent"
            for number, said in enumerate(() if has_agent else found):  # I5
                once, text = f"{ANSWER}{letter.id}-{number}", str(said.get("text") or "")
                mailbox.put(connection, Letter(0, letter.conversation_id, once, "bot", text, self.store.clock(),
                                               data=_data(said)))
            self.store.heard(connection, letter.conversation_id, letter.id)

    def _ask(self, letter: Letter) -> list[Event]:
        turn = self._turn(letter)
        metadata = turn.metadata()
        body = {"sender": turn.conversation_id, "message": turn.words, "input_channel": CHANNEL,
                "metadata": {**metadata, KEY: {**_ours(metadata), "event_id": turn.message_id}}}
        answer = self.rasa.post("/webhooks/rest/webhook", json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        return list(answer.json())

    def _earlier(self, letter: Letter) -> list[Event] | None:
        """What Rasa answered to a call whose answer was lost; None if the call never reached it."""
        path = f"/conversations/{quote(letter.conversation_id)}/tracker"
        answer = self.rasa.get(path, params={"include_events": "ALL"}, timeout=TIMEOUT)
        answer.raise_for_status()
        return answers_to(letter.message_id, answer.json().get("events") or [])

    def _turn(self, letter: Letter) -> Turn:
        payload, locale = letter.data.get("payload"), letter.data.get("locale")
        post = Post(letter.text, letter.message_id, payload if isinstance(payload, str) else None)
        before = self.mailbox.since(letter.conversation_id) if post.payload else ()
        _, words = understand(post, [one for one in before if one.id < letter.id])
        return Turn(letter.conversation_id, letter.message_id, words, CHANNEL,
                    locale=locale if isinstance(locale, str) else None)


def answers_to(message_id: str, events: Iterable[Event]) -> list[Event] | None:
    """What a tracker shows the bot said to one message of a customer, up to the next; None if it isn't there."""
    found: list[Event] | None = None
    for event in events:
        if event.get("event") == "user":
            if found is not None:
                return found
            found = [] if _ours(event.get("metadata") or {}).get("event_id") == message_id else None
        elif event.get("event") == "bot" and found is not None and not _ours(event.get("metadata") or {}):
            found.append({"text": event.get("text"), **_present(event.get("data") or {})})
    return found


def connect(settings: Settings) -> httpx.Client:
    """A client for this installation's Rasa."""
    return httpx.Client(base_url=settings.rasa_url, params={"token": settings.key("rasa-api")})


def _ours(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    ours = metadata.get(KEY)
    return ours if isinstance(ours, Mapping) else {}


def _present(data: Event) -> dict[str, object]:
    return {name: data[name] for name in ("buttons", "image") if data.get(name)}


def _data(said: Event) -> dict[str, object]:
    buttons = [{"title": str(one.get("title", "")), "payload": str(one.get("payload", ""))}
               for one in said.get("buttons") or ()]
    return {**({"buttons": buttons} if buttons else {}), **({"image": said["image"]} if said.get("image") else {})}
