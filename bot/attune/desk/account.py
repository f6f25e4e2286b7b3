"""An account of the desk as a value, and what its parts may be."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from attune.desk.roles import Role
from attune.errors import AttuneError

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
LONGEST_DISPLAY_NAME = 40


class BadName(AttuneError):
    """A name cannot be an account's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} cannot name an account. Use 2 to 64 letters a-z, digits and . _ @ + -")


class BadDisplayName(AttuneError):
    """Customers could not read the name, or it could be taken for something else."""

    def __init__(self) -> None:
        super().__init__(f"Give a name of up to {LONGEST_DISPLAY_NAME} letters.")


class NameTaken(AttuneError):
    """Another account has the name, or customers read the same name for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Another account is called {name!r}, or shows that name to customers. Choose another name.")


class UnknownAccount(AttuneError):
    """No account has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No account is called {name!r}. `attune desk accounts` lists those there are.")


class UnknownQueue(AttuneError):
    """protocol.yml knows no queue of that name."""

    def __init__(self, queue: str, known: Collection[str]) -> None:
        super().__init__(f"{queue!r} is no queue of protocol.yml. Use {', '.join(known)}.")


@dataclass(frozen=True)
class Account:
    """Who somebody is and may do; without `queues` all queues are theirs. `version` changes when sessions must end."""

    name: str
    display_name: str
    role: Role
    queues: tuple[str, ...]
    disabled: bool
    version: str
    locked_until: float = 0.0


def account_name(given: str) -> str:
    """The name as it is kept: capitals make no other account; raises BadName."""
    name = given.strip().lower()
    if not NAME.fullmatch(name):
        raise BadName(given)
    return name


def display_name(given: str) -> str:
    """The name customers read, with single spaces; raises BadDisplayName."""
    name = " ".join(given.split())
    if not 0 < len(name) <= LONGEST_DISPLAY_NAME or not name.isprintable():
        raise BadDisplayName
    return name


def same(name: str) -> str:
    """What two names share that a reader would take for one: it says who owns a conversation, so it must be unique."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def queue_names(given: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """The queues an account is limited to, each once; raises UnknownQueue."""
    for queue in given:
        if queue not in known:
            raise UnknownQueue(queue, known)
    return tuple(queue for queue in dict.fromkeys(known) if queue in given)
