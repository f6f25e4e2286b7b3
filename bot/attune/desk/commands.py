"""`attune desk`: who has an account. The desk itself runs as `python -m attune.desk`, or with `attune up`."""

import json
import secrets
import sys
from dataclasses import asdict

import click

from attune import database, settings
from attune.desk.account import Account
from attune.desk.accounts import Accounts
from attune.desk.passwords import Hasher, require_strong
from attune.desk.roles import ROLES
from attune.desk.staff import Staff
from attune.policy import protocol
from attune.settings import Settings

from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")


@click.group()
def desk() -> None:
    """Who may sit at the desk, and in which role."""


@desk.command(epilog="Example: attune desk accounts --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def accounts(as_json: bool) -> None:
    """List every account: role, queues, and whether it is closed."""
    for one in _staff().accounts.all():
        click.echo(json.dumps(_facts(one), ensure_ascii=False) if as_json else _line(one))


@desk.command(epilog="Example: attune desk add ada --role agent --queue care --display-name Ada")
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), required=True, help="What the account may do (docs/access.md).")
@click.option("--queue", "queues", multiple=True, help="Only this queue of protocol.yml; may come twice. Default: all.")
@click.option("--display-name", default="", help="The name customers see. Default: the account's name.")
@from_stdin
def add(name: str, role: str, queues: tuple[str, ...], display_name: str, password_stdin: bool) -> None:
    """Add an account; asks for its password."""
    added = _staff().add(name, display_name, role, queues, _password(name, password_stdin))
    click.echo(f"Added {_line(added)}")


@desk.command(epilog="Example: attune desk password ada")
@click.argument("name")
@from_stdin
def password(name: str, password_stdin: bool) -> None:
    """Set another password; every session of the account ends."""
    staff = _staff()
    known = staff.known(name).name
    staff.set_password(known, _password(known, password_stdin))
    click.echo(f"The password of {known} is changed. Every session of the account has ended.")


@desk.command(epilog="Example: attune desk disable ada")
@click.argument("name")
def disable(name: str) -> None:
    """Close an account; every session of it ends at once."""
    _staff().set_disabled(name, disabled=True)
    click.echo(f"{name} is closed. `attune desk enable {name}` opens it again.")


@desk.command(epilog="Example: attune desk enable ada")
@click.argument("name")
def enable(name: str) -> None:
    """Open a closed account again, with the password it had."""
    _staff().set_disabled(name, disabled=False)
    click.echo(f"{name} is open.")


def accounts_of(found: Settings) -> Accounts:
    """The accounts of an installation."""
    return Accounts(database.engine(found.db_url), secrets.token_hex)


def _staff() -> Staff:
    found = settings.load()
    queues = tuple(dict.fromkeys(line.queue for line in protocol.load(found.protocol).queues))
    return Staff(accounts_of(found), Hasher(), queues)


def _password(name: str, from_stdin: bool) -> str:
    """A password typed twice, unseen, or one line of standard input; never an argument, which `ps` shows."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True)
    require_strong(given, name.strip().lower())
    return str(click.prompt("The same again", hide_input=True, value_proc=lambda again: _same(given, again)))


def _same(given: str, again: str) -> str:
    if again != given:
        raise click.UsageError("The two passwords differ. Start again.")
    return again


def _facts(account: Account) -> dict[str, object]:
    return {key: value for key, value in asdict(account).items() if key != "version"}  # it stands in signed cookies


def _line(account: Account) -> str:
    queues = ", ".join(account.queues) or "all queues"
    where, closed = queues if account.role == "agent" else "", "  closed" if account.disabled else ""
    return f"{account.name:20}  {account.role:10}  {account.display_name:20}  {where}{closed}".rstrip()
