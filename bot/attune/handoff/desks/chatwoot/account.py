"""Which Chatwoot is the desk, as the environment says it: ATTUNE_CHATWOOT_URL, _ACCOUNT, _TOKEN and their kin."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from attune.errors import SettingsError
from attune.handoff.signing import is_safe
from attune.handoff.supervisor import Problem

URL = "ATTUNE_CHATWOOT_URL"
ACCOUNT = "ATTUNE_CHATWOOT_ACCOUNT"
TOKEN = "ATTUNE_CHATWOOT_TOKEN"  # noqa: S105  # the name of the variable
SECRET = "ATTUNE_CHATWOOT_SECRET"  # noqa: S105
INBOX = "ATTUNE_CHATWOOT_INBOX"
TEAMS = "ATTUNE_CHATWOOT_TEAMS"
UNSIGNED = "ATTUNE_CHATWOOT_UNSIGNED"
SETUP = "Take it from what `attune chatwoot setup` prints"

_TEAM = re.compile(r"([^=,\s]+)=(\d+)")


@dataclass(frozen=True)
class Account:
    """One account of one Chatwoot.

    `inbox`: identifier of the API inbox for customers who came by another channel, empty if there is none.
    `unsigned`: webhooks may come without a signature. `teams`: Chatwoot's team for each of our queues.
    """

    url: str
    number: int
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    inbox: str = field(default="", repr=False)
    unsigned: bool = False
    teams: Mapping[str, int] = field(default_factory=dict)

    def conversation_id(self, display_id: int) -> str:
        """What we call the conversation of a customer who came by Chatwoot."""
        return f"chatwoot-{self.number}-{display_id}"

    def display_id(self, conversation_id: str) -> int | None:
        """What Chatwoot calls our conversation; None if its customer came by another channel."""
        found = re.fullmatch(rf"chatwoot-{self.number}-(\d+)", conversation_id)
        return int(found[1]) if found else None


def load(environ: Mapping[str, str] = os.environ) -> Account:
    """The account to work with; raises SettingsError with what to set."""
    for problem in problems(environ):
        raise SettingsError(problem.name, problem.what, problem.remedy)
    return Account(
        url=environ[URL].rstrip("/"), number=int(environ[ACCOUNT]), token=environ[TOKEN],
        secret=environ.get(SECRET, ""), inbox=environ.get(INBOX, ""), unsigned=environ.get(UNSIGNED) == "1",
        teams=_teams(environ.get(TEAMS, "")),
    )


def problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Why the settings cannot be used, if they cannot."""
    yield from where(environ)
    if not environ.get(TOKEN):
        yield Problem(TOKEN, "is not set", SETUP)
    if not environ.get(SECRET) and environ.get(UNSIGNED) != "1":
        yield Problem(SECRET, "is not set, so anybody could speak as your agents",
                      f"{SETUP}. Where Chatwoot gives none (before 4.13), let nobody else reach the address of the "
                      f"webhook and set {UNSIGNED}=1")
    if environ.get(TEAMS) and not re.fullmatch(rf"{_TEAM.pattern}(\s*,\s*{_TEAM.pattern})*", environ[TEAMS].strip()):
        yield Problem(TEAMS, f"is {environ[TEAMS]!r}", "Write queue=team, as care=3,general=4")


def where(environ: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with address and account, the part that setting up needs too."""
    if not is_safe(environ.get(URL, "")):
        yield Problem(URL, "is no https address, so others could read what customers wrote",
                      "Give Chatwoot's address, as https://chat.example.org; http:// is for this machine only")
    if not environ.get(ACCOUNT, "").isdecimal():
        yield Problem(ACCOUNT, "is no number", "Give the number that follows /accounts/ in Chatwoot's addresses")


def _teams(given: str) -> dict[str, int]:
    return {queue: int(team) for queue, team in _TEAM.findall(given)}
