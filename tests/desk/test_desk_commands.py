"""`attune desk` for the people who run it: accounts without a password on any command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from attune import settings
from attune.cli import main
from attune.desk.accounts import Accounts
from attune.desk.commands import accounts_of, desk
from attune.desk.passwords import Hasher
from desk.people import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)


def attune(*arguments: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["desk", *arguments], input=typed)
    return result.exit_code, result.output


def accounts() -> Accounts:
    return accounts_of(settings.load())


def test_an_account_is_added_with_a_password_typed_twice_and_unseen() -> None:
    code, said = attune("add", "Ada", "--role", "agent", "--queue", "care", "--display-name", "Ada L.",
                        typed=f"{PASSWORD}\n{PASSWORD}\n")
    [ada] = accounts().all()

    assert code == 0
    assert "Added ada" in said
    assert PASSWORD not in said
    assert (ada.name, ada.display_name, ada.role, ada.queues) == ("ada", "Ada L.", "agent", ("care",))
    assert Hasher().fits(accounts().password_hash("ada"), PASSWORD)


def test_a_password_can_come_from_standard_input() -> None:
    assert attune("add", "root", "--role", "admin", "--password-stdin", typed=f"{PASSWORD}\n")[0] == 0
    assert attune("password", "ROOT", "--password-stdin", typed="seven quiet harbours\r\n")[0] == 0

    assert Hasher().fits(accounts().password_hash("root"), "seven quiet harbours")


@pytest.mark.parametrize("arguments", [
    ("add", "ada", PASSWORD, "--role", "agent"), ("add", "ada", "--role", "agent", "--password", PASSWORD),
    ("password", "ada", PASSWORD),
])
def test_a_password_is_never_an_argument(arguments: tuple[str, ...]) -> None:
    assert attune(*arguments)[0] == 2
    assert accounts().all() == []


@pytest.mark.parametrize(("arguments", "typed", "why"), [
    (("add", "ada", "--role", "agent"), "short\nshort\n", "has 5 characters"),
    (("add", "ada", "--role", "agent"), f"{PASSWORD}\nanother\n", "The two passwords differ"),
    (("add", "ada", "--role", "agent", "--password-stdin"), "", "has 0 characters"),
    (("add", "a da", "--role", "agent"), f"{PASSWORD}\n{PASSWORD}\n", "cannot name an account"),
    (("add", "ada", "--role", "owner"), "", "'owner' is not one of"),
    (("add", "ada", "--role", "agent", "--queue", "x"), f"{PASSWORD}\n{PASSWORD}\n", "is no queue of protocol.yml"),
    (("password", "nobody"), "", "attune desk accounts"),
    (("disable", "nobody"), "", "No account is called 'nobody'"),
])
def test_what_is_wrong_is_said_and_nothing_is_kept(arguments: tuple[str, ...], typed: str, why: str) -> None:
    code, said = attune(*arguments, typed=typed)

    assert code != 0
    assert why in said
    assert "Traceback" not in said
    assert accounts().all() == []


def test_a_new_password_ends_sessions_and_locks() -> None:
    attune("add", "ada", "--role", "agent", "--password-stdin", typed=PASSWORD)
    before = accounts().all()[0].version
    attune("password", "ada", typed="seven quiet harbours\nseven quiet harbours\n")

    assert accounts().all()[0].version != before


def test_an_account_is_closed_and_opened_again() -> None:
    attune("add", "ada", "--role", "agent", "--password-stdin", typed=PASSWORD)

    assert "ada is closed" in attune("disable", "ada")[1]
    assert accounts().all()[0].disabled
    assert "closed" in attune("accounts")[1]
    assert attune("enable", "ada")[0] == 0
    assert not accounts().all()[0].disabled


def test_the_list_holds_neither_hash_nor_what_stands_in_cookies() -> None:
    attune("add", "ada", "--role", "agent", "--queue", "care", "--password-stdin", typed=PASSWORD)
    attune("add", "root", "--role", "admin", "--password-stdin", typed=PASSWORD)
    lines = attune("accounts", "--json")[1].splitlines()

    assert [json.loads(line) for line in lines] == [
        {"name": "ada", "display_name": "ada", "role": "agent", "queues": ["care"], "disabled": False,
         "locked_until": 0.0},
        {"name": "root", "display_name": "root", "role": "admin", "queues": [], "disabled": False, "locked_until": 0.0},
    ]
    assert "ada" in attune("accounts")[1]


@pytest.mark.parametrize("command", sorted(desk.commands))
def test_help_has_an_example(command: str) -> None:
    assert f"attune desk {command}" in attune(command, "--help")[1].split("Example:")[1]
