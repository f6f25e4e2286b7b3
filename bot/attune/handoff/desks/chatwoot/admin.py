"""What only an administrator's token may do: make the bot, its attributes and labels, and give it inboxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from attune.errors import AttuneError

TOKEN = "ATTUNE_CHATWOOT_ADMIN_TOKEN"  # noqa: S105  # the name of the variable
API_INBOX = "Channel::Api"
COLOUR = "#4F46E5"


class AdminRefused(AttuneError):
    """Chatwoot does not let itself be set up."""

    def __init__(self, call: str, status: int) -> None:
        remedy = f"Set {TOKEN} to the access token of an administrator of this account" if status in (401, 403) else (
            "Compare ATTUNE_CHATWOOT_URL, ATTUNE_CHATWOOT_ACCOUNT and the number of the inbox with Chatwoot")
        super().__init__(f"Chatwoot answered {status} to “{call}”. {remedy}. What is set up already stays.")


@dataclass(frozen=True)
class Bot:
    """The agent bot; `secret` is empty where Chatwoot gives none."""

    id: int
    token: str
    secret: str


@dataclass(frozen=True)
class Admin:
    """One account, called with an administrator's token; `client` holds both. Every call may be repeated."""

    client: httpx.Client

    def bot(self, name: str, webhook: str) -> Bot:
        """The agent bot of that name, made if missing, with the webhook's address."""
        found = next((one for one in self._list("agent_bots") if one["name"] == name), None)
        wanted = {"name": name, "description": "The assistant", "outgoing_url": webhook}
        if found is None:
            found = self._call("POST", "agent_bots", wanted)
        elif found.get("outgoing_url") != webhook:
            found = {**found, **self._call("PATCH", f"agent_bots/{found['id']}", wanted)}
        return Bot(int(found["id"]), str(found["access_token"]), str(found.get("secret") or ""))

    def define(self, attributes: Mapping[str, Mapping[str, str]]) -> None:
        """Define the conversation attributes that are missing, so that agents see them in the sidebar."""
        known = {one["attribute_key"] for one in self._list("custom_attribute_definitions")
                 if one.get("attribute_model") in (0, "conversation_attribute")}
        for key, words in attributes.items():
            if key not in known:
                self._call("POST", "custom_attribute_definitions", {
                    "attribute_key": key, "attribute_display_name": words["name"], "attribute_model": 0,
                    "attribute_description": words["about"], "attribute_display_type": int(key == "attune_version"),
                })

    def add_labels(self, names: Sequence[str]) -> None:
        """Make the labels that are missing."""
        known = {one["title"] for one in self._list("labels")}
        for name in names:
            if name not in known:
                self._call("POST", "labels", {"title": name, "color": COLOUR, "show_on_sidebar": True})

    def teams(self) -> Mapping[str, int]:
        """The account's teams by name."""
        return {str(one["name"]): int(one["id"]) for one in self._list("teams")}

    def give(self, inbox: int, bot: Bot) -> str | None:
        """Let the bot answer in the inbox; returns the identifier if it is an API inbox."""
        found = self._call("GET", f"inboxes/{inbox}")
        self._call("POST", f"inboxes/{inbox}/set_agent_bot", {"agent_bot": bot.id})
        return str(found["inbox_identifier"]) if found.get("channel_type") == API_INBOX else None

    def _list(self, what: str) -> list[dict[str, Any]]:
        found = self._call("GET", what)
        return list(found["payload"] if isinstance(found, dict) else found)

    def _call(self, method: str, what: str, body: Mapping[str, object] | None = None) -> Any:
        answer = self.client.request(method, what, json=body)
        if answer.status_code // 100 != 2:
            raise AdminRefused(f"{method} {what}", answer.status_code)
        return answer.json() if answer.content.strip() else None


def client(url: str, account: str, token: str, timeout: float) -> httpx.Client:
    """A client for one account; it follows no redirect, which could lead the token elsewhere."""
    return httpx.Client(base_url=f"{url}/api/v1/accounts/{account}/", headers={"api_access_token": token},
                        timeout=timeout, follow_redirects=False)
