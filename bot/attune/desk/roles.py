"""Who may do what at the desk: one table of roles, one of doors. What stands in neither is closed (CON-5)."""

from collections.abc import Mapping
from typing import Literal, get_args

from attune.errors import AttuneError

Role = Literal["agent", "supervisor", "auditor", "admin"]
Permission = Literal["read", "speak", "every_queue", "supervise", "review", "audit", "accounts"]

ROLES: Mapping[Role, frozenset[Permission]] = {
    "agent": frozenset({"read", "speak"}),
    "supervisor": frozenset({"read", "speak", "every_queue", "supervise", "review"}),
    "auditor": frozenset({"audit"}),       # no conversation, no word of one
    "admin": frozenset({"accounts"}),      # neither conversations nor the audit
}

MEANING: Mapping[Permission, str] = {
    "read": "see the conversations of their own queues",
    "speak": "claim, reply, note, pass on, resolve, give back",
    "every_queue": "see the conversations of all queues",
    "supervise": "supervisors' pages and alarms",
    "review": "look back at one conversation, which goes on record",
    "audit": "check that the audit is whole",
    "accounts": "add, disable and change accounts",
}

ANYBODY: Literal["anybody"] = "anybody"
"""Before sign-in: the only doors that open without an account."""
SIGNED_IN: Literal["signed_in"] = "signed_in"
Needs = Permission | Literal["anybody", "signed_in"]

DOORS: Mapping[tuple[str, str], Needs] = {
    ("GET", "/health"): ANYBODY,
    ("GET", "/sign-in"): ANYBODY,
    ("POST", "/sign-in"): ANYBODY,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/"): "read",
    ("GET", "/events/queue"): "read",
    ("GET", "/events/conversation/{conversation_id:path}"): "read",
    ("GET", "/conversation/{conversation_id:path}"): "read",
    ("POST", "/claim/{conversation_id:path}"): "speak",
    ("POST", "/reply/{conversation_id:path}"): "speak",
    ("POST", "/release/{conversation_id:path}"): "speak",
    ("POST", "/resolve/{conversation_id:path}"): "speak",
    ("POST", "/transfer/{conversation_id:path}"): "speak",
    ("POST", "/note/{conversation_id:path}"): "speak",
    ("POST", "/correct/{conversation_id:path}"): "speak",
    ("POST", "/break"): "speak",
    ("GET", "/load"): "supervise",
    ("GET", "/events/load"): "supervise",
    ("GET", "/drift"): "supervise",
    ("GET", "/drift/transparency"): "supervise",
    ("GET", "/drift/review"): "review",
    ("GET", "/drift/review/{name:path}"): "review",
    ("POST", "/drift/{alarm_id}/seen"): "supervise",
    ("POST", "/alarm/{alarm_id:int}/seen"): "speak",
    ("GET", "/handoff/{handoff_id}"): "read",
    ("GET", "/audit"): "audit",
    ("GET", "/accounts"): "accounts",
    ("POST", "/accounts"): "accounts",
    ("POST", "/accounts/{name}/password"): "accounts",
    ("POST", "/accounts/{name}/role"): "accounts",
    ("POST", "/accounts/{name}/disabled"): "accounts",
}
"""Each method and path, and what it takes to pass. A route that is not listed keeps the desk from starting."""

HIDDEN: frozenset[Needs] = frozenset({"review"})
"""Doors that are not found (404) by whom they are not for, rather than closed (403): each is about one person."""

HOMES: tuple[tuple[Permission, str], ...] = (("read", "/"), ("audit", "/audit"), ("accounts", "/accounts"))
"""Where a visitor begins: the first page the role may open."""


class NoSuchDoor(AttuneError):
    """A route was added without saying who may pass."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{method} {path} says nowhere who may pass. Add it to DOORS in attune/desk/roles.py.")


class UnknownRole(AttuneError):
    """No role is called that."""

    def __init__(self, role: str) -> None:
        super().__init__(f"{role!r} is no role. Use {', '.join(ROLES)}.")


def needed(method: str, path: str) -> Needs:
    """What a door needs; raises NoSuchDoor, for nothing is open by default."""
    try:
        return DOORS[method, path]
    except KeyError:
        raise NoSuchDoor(method, path) from None


def role(name: str) -> Role:
    """The role of that name; raises UnknownRole."""
    for known in get_args(Role):
        if known == name:
            return known  # type: ignore[no-any-return]
    raise UnknownRole(name)


def home(of: Role) -> str:
    """Where somebody of this role begins."""
    return next(path for permission, path in HOMES if permission in ROLES[of])
