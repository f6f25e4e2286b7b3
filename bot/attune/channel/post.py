"""What a browser may post, and what Rasa gets to read of it."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attune.channel.mailbox import Letter
from attune.errors import AttuneError

MAX_TEXT = 4000
"""Characters in one message."""

FIELDS = frozenset({"text", "message_id", "payload", "again"})
CONSENT = "/attune_consent"
CONSENT_ENTITIES = {"attune_purpose": ("adapt", "agent", "quality", "quotes"), "attune_answer": ("yes", "no")}
MEANT = "meant"
"""What a pressed button says to the assistant, in the data of the letter that shows its title."""
OPEN_LETTERS = 12
"""How many of the last letters keep their buttons open."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMMAND = re.compile(r"^[\s/]+")


class PostRefused(AttuneError):
    """A post that cannot be taken; `status` is the HTTP answer."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status


@dataclass(frozen=True)
class Post:
    """One post: text as typed, the browser's id for it, a button's payload; `dropped` counts fields thrown away.

    `again`: it was sent before, and may have been heard by a server that was killed since.
    """

    text: str
    message_id: str
    payload: str | None = None
    dropped: int = 0
    again: bool = False


def read(body: object) -> Post:
    """Read the body of a post; raises PostRefused. Fields nobody asked for are dropped and counted (BND-5)."""
    if not isinstance(body, Mapping):
        raise PostRefused(400, "Send a JSON object with text and message_id.")
    text, message_id, payload = _storable(body.get("text")), body.get("message_id"), body.get("payload")
    if not text:
        raise PostRefused(400, "The message is empty. Write something first.")
    if len(text) > MAX_TEXT:
        raise PostRefused(413, f"The message is longer than {MAX_TEXT} characters. Send it in parts.")
    if not isinstance(message_id, str) or not is_id(message_id):
        raise PostRefused(400, "message_id must be a UUID in lower case.")
    return Post(text, message_id, payload if isinstance(payload, str) else None,
                len(body.keys() - FIELDS), body.get("again") is True)


def is_id(message_id: str) -> bool:
    """Whether a browser made this id, as the chat page does."""
    return _UUID.fullmatch(message_id) is not None


def plain(text: str) -> str:
    """The text without what Rasa would take for a command: `/restart` typed by a customer is the word "restart"."""
    return _COMMAND.sub("", text) or "?"


def understand(post: Post, letters: Iterable[Letter]) -> tuple[str, str]:
    """What the log shows and what Rasa reads: an allowed payload, else the words as plain text."""
    consent = _consent(post.payload or "")
    offered = _offered(list(letters)[-OPEN_LETTERS:])
    if post.payload in offered:
        return offered[post.payload], post.payload
    return post.text, consent or plain(post.text)


def _storable(text: object) -> str:
    """The text without what no database takes: zero bytes and half characters."""
    if not isinstance(text, str):
        return ""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _consent(payload: str) -> str | None:
    if not payload.startswith(CONSENT):
        return None
    try:
        entities = json.loads(payload[len(CONSENT):])
    except ValueError:
        return None
    if not isinstance(entities, dict) or entities.keys() != CONSENT_ENTITIES.keys():
        return None
    if any(entities[name] not in values for name, values in CONSENT_ENTITIES.items()):
        return None
    return CONSENT + json.dumps(entities, separators=(",", ":"))


def _offered(letters: Iterable[Letter]) -> dict[str, str]:
    """Payloads of the buttons the bot offered, each with its title."""
    found: dict[str, str] = {}
    for letter in letters:
        buttons = letter.data.get("buttons") if letter.sender == "bot" else None
        for button in buttons if isinstance(buttons, list) else ():
            found[str(button.get("payload"))] = str(button.get("title"))
    return found
