"""`attune chatwoot`: set an account up for the assistant, and look whether it works."""

import json
import os
from dataclasses import asdict

import click
import httpx

from attune import settings
from attune.errors import AttuneError, SettingsError
from attune.handoff.desks.chatwoot import account, admin, api, setup
from attune.handoff.desks.chatwoot.admin import Admin
from attune.handoff.desks.chatwoot.routes import PATH
from attune.handoff.signing import is_safe
from attune.policy import protocol


class OutOfReach(AttuneError):
    """Chatwoot gives no answer."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url} gives no answer ({problem}). Compare {account.URL} with the address in your browser.")


class NotPublic(AttuneError):
    """Chatwoot cannot be told where to send its webhooks."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url!r} is no https address. Give --webhook the address under which Chatwoot reaches the "
                         f"desk, with {PATH} at the end, or set ATTUNE_DESK_URL.")


@click.group()
def chatwoot() -> None:
    """Chatwoot as the desk (docs/chatwoot.md)."""


@chatwoot.command("setup", epilog="Example: attune chatwoot setup --inbox 7 --inbox 9")
@click.option("--inbox", "inboxes", type=int, multiple=True, required=True,
              help="The number of an inbox the assistant answers in; may come twice. The first API inbox also takes "
                   "customers of other channels.")
@click.option("--webhook", default="", help=f"Where Chatwoot reaches the desk. Default: ATTUNE_DESK_URL and {PATH}.")
@click.option("--name", default="Attune", show_default=True, help="The bot's name, which customers may see.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def set_up(inboxes: tuple[int, ...], webhook: str, name: str, as_json: bool) -> None:
    """Make bot, attributes and labels, and print what belongs into the environment; may be run again.

    Needs ATTUNE_CHATWOOT_URL, ATTUNE_CHATWOOT_ACCOUNT and, in ATTUNE_CHATWOOT_ADMIN_TOKEN, an administrator's token,
    which nothing else needs: take it out of the environment afterwards.
    """
    for problem in account.where(os.environ):
        raise SettingsError(problem.name, problem.what, problem.remedy)
    if not os.environ.get(admin.TOKEN):
        raise SettingsError(admin.TOKEN, "is not set", "Take it from an administrator's profile in Chatwoot")
    address = webhook or os.environ.get("ATTUNE_DESK_URL", "").rstrip("/") + PATH
    if not is_safe(address):
        raise NotPublic(address)
    url, number = os.environ[account.URL].rstrip("/"), os.environ[account.ACCOUNT]
    queues = [line.queue for line in protocol.load(settings.protocol_path()).queues]
    with admin.client(url, number, os.environ[admin.TOKEN], api.TIMEOUT) as client:
        try:
            values = setup.set_up(Admin(client), name=name, webhook=address, inboxes=inboxes, queues=queues)
        except httpx.HTTPError as problem:
            raise OutOfReach(url, type(problem).__name__) from problem
    for line in [json.dumps(values)] if as_json else setup.environment(values):
        click.echo(line)


@chatwoot.command(epilog="Example: attune chatwoot check --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def check(as_json: bool) -> None:
    """Look whether Chatwoot can be reached, is new enough, and takes the token; exit code 1 if something is wrong."""
    here = account.load()
    with api.client(here) as client:
        looks = list(setup.look(client, here))
    for one in looks:
        line = f"{'ok  ' if one.is_well else 'FAIL'}  {one.what}: {one.says}"
        click.echo(json.dumps(asdict(one)) if as_json else line)
    if not all(one.is_well for one in looks):
        raise click.exceptions.Exit(1)
