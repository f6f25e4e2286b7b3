"""Setting up a Chatwoot account for the assistant, and looking whether it works."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from attune.handoff.desks.chatwoot import account, card
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.admin import Admin
from attune.handoff.desks.chatwoot.api import Api, Refused

OLDEST = (4, 14, 2)
"""The first version that lets a bot read a conversation and set labels."""


@dataclass(frozen=True)
class Look:
    """One thing that was looked at, whether it is well, and what to say of it."""

    what: str
    is_well: bool
    says: str


def set_up(admin: Admin, *, name: str, webhook: str, inboxes: Sequence[int], queues: Sequence[str]) -> dict[str, str]:
    """Make what is missing in the account; returns what belongs into the environment. May be repeated.

    Raises:
        AdminRefused: Chatwoot does not allow it.
        httpx.HTTPError: it cannot be reached.
    """
    words = card.words()
    bot = admin.bot(name, webhook)
    admin.define(words["attributes"])
    admin.add_labels(list(words["labels"].values()))
    api_inboxes = [found for found in (admin.give(inbox, bot) for inbox in inboxes) if found]
    teams = admin.teams()
    mapped = ",".join(f"{queue}={teams[queue]}" for queue in dict.fromkeys(queues) if queue in teams)
    values = {account.TOKEN: bot.token, account.SECRET: bot.secret, account.INBOX: (api_inboxes or [""])[0],
              account.TEAMS: mapped}
    return {key: value for key, value in values.items() if value}


def look(client: httpx.Client, here: Account) -> Iterator[Look]:
    """Whether Chatwoot can be reached, is new enough, takes the token, and has the inbox for other channels."""
    try:
        version = str(client.get("/api").raise_for_status().json().get("version"))
    except (httpx.HTTPError, ValueError) as problem:
        yield Look("address", False, f"{here.url} gives no answer of Chatwoot's ({type(problem).__name__}). "
                                     f"Compare {account.URL} with the address in your browser.")
        return
    yield Look("address", True, f"{here.url} answers.")
    is_new = _number(version) >= OLDEST
    yield Look("version", is_new, f"It is {version}." if is_new else
               f"It is {version}. Bots may do what is needed since {'.'.join(map(str, OLDEST))}: update it.")
    yield _token(Api(client, here))
    yield _inbox(client, here)


def _token(api: Api) -> Look:
    try:
        api.conversation(0)  # there is none of that number: whoever may look is told so
    except Refused as problem:
        is_well = problem.status == 404
        return Look("token", is_well, "The token is a bot's of this account." if is_well else str(problem))
    except httpx.HTTPError as problem:
        return Look("token", False, f"The token could not be tried ({type(problem).__name__}). Try again.")
    return Look("token", True, "The token is taken.")


def _inbox(client: httpx.Client, here: Account) -> Look:
    if not here.inbox:
        return Look("inbox", True, f"{account.INBOX} is not set: only who comes by Chatwoot can be handed over.")
    try:
        status = client.get(f"/public/api/v1/inboxes/{here.inbox}").status_code
    except httpx.HTTPError as problem:
        return Look("inbox", False, f"The inbox could not be tried ({type(problem).__name__}). Try again.")
    is_well = status == 200
    return Look("inbox", is_well, "The inbox for customers of other channels is there." if is_well else
                f"There is no API inbox with the identifier in {account.INBOX} ({status}). {account.SETUP}.")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def environment(values: Mapping[str, str]) -> Iterator[str]:
    """The lines to put into the environment."""
    yield from (f"{name}={value}" for name, value in values.items())
    if account.SECRET not in values:
        yield (f"# This Chatwoot gives no secret (before 4.13). Let nobody else reach the webhook, then: "
               f"{account.UNSIGNED}=1")
