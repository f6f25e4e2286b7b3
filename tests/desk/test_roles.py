"""The table of roles gives each no more than it needs, and the page that explains it says the same."""

import re
from pathlib import Path

import pytest

from attune.desk import roles
from attune.desk.app import _routes
from attune.desk.roles import ANYBODY, DOORS, MEANING, ROLES, SIGNED_IN, NoSuchDoor, UnknownRole

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


@pytest.mark.parametrize(("role", "may", "may_not"), [
    ("agent", {"read", "speak"}, {"every_queue", "supervise", "review", "audit", "accounts"}),
    ("supervisor", {"read", "speak", "every_queue", "supervise", "review"}, {"audit", "accounts"}),
    ("auditor", {"audit"}, {"read", "speak", "every_queue", "supervise", "review", "accounts"}),
    ("admin", {"accounts"}, {"read", "speak", "every_queue", "supervise", "review", "audit"}),
])
def test_con_5_a_role_reaches_no_further_than_its_work(role: roles.Role, may: set[str], may_not: set[str]) -> None:
    assert ROLES[role] == may
    assert may | may_not == set(MEANING)


def test_every_route_of_the_desk_stands_in_the_table_of_doors() -> None:
    there = {(method, route.path) for route in _routes() for method in (route.methods or set()) - {"HEAD"}}

    assert there == set(DOORS)


def test_every_door_takes_a_permission_somebody_has() -> None:
    given = frozenset().union(*ROLES.values())

    assert set(DOORS.values()) - {ANYBODY, SIGNED_IN} <= given <= set(MEANING)


def test_only_health_and_the_sign_in_open_to_anybody() -> None:
    assert {path for (_, path), needs in DOORS.items() if needs == ANYBODY} == {"/health", "/sign-in"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/new"), ("POST", "/"), ("DELETE", "/accounts"), ("GET", "")])
def test_a_door_nobody_spoke_of_is_closed(method: str, path: str) -> None:
    with pytest.raises(NoSuchDoor, match=r"roles\.py"):
        roles.needed(method, path)


@pytest.mark.parametrize("name", ["", "Agent", "root", "agent "])
def test_a_role_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnknownRole, match="agent, supervisor, auditor, admin"):
        roles.role(name)


@pytest.mark.parametrize(("role", "path"), [
    ("agent", "/"), ("supervisor", "/"), ("auditor", "/audit"), ("admin", "/accounts"),
])
def test_everybody_begins_at_a_page_they_may_open(role: roles.Role, path: str) -> None:
    assert roles.home(role) == path
    assert DOORS["GET", path] in ROLES[role]


def test_the_page_about_access_has_the_same_table() -> None:
    rows = re.findall(r"^\| (.+?) \|((?: ?(?:yes|–) ?\|){4})$", PAGE.read_text(), re.MULTILINE)
    told = {meaning: [cell.strip() == "yes" for cell in cells.split("|")[:-1]] for meaning, cells in rows}

    assert told == {meaning: [one in ROLES[role] for role in ROLES] for one, meaning in MEANING.items()}
