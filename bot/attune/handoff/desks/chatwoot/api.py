"""The few calls a bot's token may make, and those of an API inbox, which need none. Retries are the caller's.

Sources: Chatwoot's API reference, and what its access_token_auth_helper lets a bot do (Chatwoot 4.14.2 and later).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from attune.errors import AttuneError
from attune.handoff.desks.chatwoot.account import INBOX, TOKEN, Account

TIMEOUT = 10.0
"""Seconds for each of connecting, sending and reading."""
MARK = "attune"
"""The content attribute by which we know a message of ours again."""
LONGEST = 20_000
"""Letters in one message; Chatwoot refuses more."""

Status = Literal["open", "pending", "resolved"]
Priority = Literal["urgent", "high", "medium"]
Conversation = Mapping[str, Any]
"""A conversation as Chatwoot answers it."""


class Refused(AttuneError):
    """Chatwoot does not do what it was asked; says neither what was sent nor with which token."""

    def __init__(self, call: str, status: int) -> None:
        self.status = status
        super().__init__(f"Chatwoot answered {status} to “{call}”. {REMEDIES.get(status, OTHERWISE)}.")


class NoInbox(AttuneError):
    """A customer of another channel is to be handed over, and there is no inbox for them."""

    def __init__(self) -> None:
        super().__init__(
            f"A customer who did not come by Chatwoot waits for a person, and {INBOX} is not set. Make an API inbox in "
            "Chatwoot, give its number to `attune chatwoot setup --inbox`, and set what it prints. Nothing is lost.",
        )


@dataclass(frozen=True)
class Message:
    """One message to put into a conversation; `mark` is how we know it again, `choices` are title and value."""

    text: str
    mark: str
    kind: Literal["note", "incoming", "outgoing"] = "outgoing"
    choices: Sequence[tuple[str, str]] = ()

    def body(self) -> dict[str, Any]:
        """The message as Chatwoot takes it."""
        attributes: dict[str, Any] = {MARK: self.mark}
        body: dict[str, Any] = {
            "content": self.text[:LONGEST], "private": self.kind == "note", "content_attributes": attributes,
            "message_type": "incoming" if self.kind == "incoming" else "outgoing",
        }
        if self.choices:
            attributes["items"] = [{"title": title, "value": value} for title, value in self.choices]
            body["content_type"] = "input_select"
        return body


class Api:
    """One account of one Chatwoot, called with the token of a bot. Every call raises Refused or httpx.HTTPError."""

    def __init__(self, client: httpx.Client, account: Account) -> None:
        self._client, self._account = client, account

    def conversation(self, display_id: int) -> Conversation:
        """The conversation as it is now, with its newest message."""
        found: Conversation = self._call("GET", f"/{display_id}", "read a conversation")
        return found

    def say(self, display_id: int, message: Message) -> None:
        """Put a message into the conversation; a note is for agents alone."""
        self._call("POST", f"/{display_id}/messages", "write a message", message.body())

    def set_attributes(self, display_id: int, attributes: Mapping[str, object]) -> None:
        """Replace all custom attributes of the conversation: Chatwoot does not merge."""
        self._call("POST", f"/{display_id}/custom_attributes", "set attributes", {"custom_attributes": attributes})

    def labels(self, display_id: int) -> list[str]:
        """The labels of the conversation."""
        return [str(label) for label in self._call("GET", f"/{display_id}/labels", "read labels")["payload"]]

    def set_labels(self, display_id: int, labels: Iterable[str]) -> None:
        """Replace all labels of the conversation: Chatwoot does not merge."""
        self._call("POST", f"/{display_id}/labels", "set labels", {"labels": list(labels)})

    def set_priority(self, display_id: int, priority: Priority | None) -> None:
        """Say how urgent it is; None takes that back."""
        self._call("POST", f"/{display_id}/toggle_priority", "set the priority", {"priority": priority})

    def assign_team(self, display_id: int, team: int) -> None:
        """Give the conversation to a team."""
        self._call("POST", f"/{display_id}/assignments", "assign a team", {"team_id": team})

    def set_status(self, display_id: int, status: Status) -> None:
        """Set the status; from pending to open is what Chatwoot calls a handoff, and tells agents."""
        self._call("POST", f"/{display_id}/toggle_status", "set the status", {"status": status})

    def contact(self, source_id: str, name: str) -> str:
        """The contact of that source id in the API inbox, made if missing; returns the id Chatwoot gave it."""
        body = {"source_id": source_id, "name": name}
        return str(self._public("POST", "/contacts", "make a contact", body)["source_id"])

    def conversations_of(self, source_id: str) -> list[int]:
        """The contact's conversations in the API inbox, oldest first."""
        found = self._public("GET", f"/contacts/{source_id}/conversations", "read a contact's conversations")
        return sorted(int(one["id"]) for one in found)

    def open_conversation(self, source_id: str) -> int:
        """Begin a conversation of the contact in the API inbox; returns its display id."""
        return int(self._public("POST", f"/contacts/{source_id}/conversations", "begin a conversation", {})["id"])

    def _call(self, method: str, path: str, call: str, body: Mapping[str, object] | None = None) -> Any:
        address = f"/api/v1/accounts/{self._account.number}/conversations{path}"
        headers = {"api_access_token": self._account.token}
        return _answer(call, self._client.request(method, address, json=body, headers=headers))

    def _public(self, method: str, path: str, call: str, body: Mapping[str, object] | None = None) -> Any:
        if not self._account.inbox:
            raise NoInbox
        address = f"/public/api/v1/inboxes/{self._account.inbox}{path}"
        return _answer(call, self._client.request(method, address, json=body))


def client(account: Account) -> httpx.Client:
    """A client for the account; it follows no redirect, which could lead the token elsewhere."""
    return httpx.Client(base_url=account.url, timeout=TIMEOUT, follow_redirects=False)


def mark_of(message: Mapping[str, Any] | None) -> str | None:
    """Our mark on a message of Chatwoot's, None on everybody else's."""
    attributes = (message or {}).get("content_attributes")
    mark = attributes.get(MARK) if isinstance(attributes, Mapping) else None
    return mark if isinstance(mark, str) else None


def _answer(call: str, answer: httpx.Response) -> Any:
    if answer.status_code // 100 != 2:
        raise Refused(call, answer.status_code)
    return answer.json() if answer.content.strip() else None


_NOT_ALLOWED = (f"Set {TOKEN} to the token of an agent bot of this account, and use Chatwoot 4.14.2 or newer: older "
                "ones do not let a bot do this. `attune chatwoot check` tells which it is")
REMEDIES = {
    401: _NOT_ALLOWED,
    403: _NOT_ALLOWED,
    404: f"Compare ATTUNE_CHATWOOT_URL, ATTUNE_CHATWOOT_ACCOUNT and {INBOX} with Chatwoot; the conversation may also "
         "have been deleted there",
    429: "Chatwoot takes 200 messages a minute in a conversation. It is tried again",
}
OTHERWISE = "It is tried again; if it goes on, look at Chatwoot's log"
