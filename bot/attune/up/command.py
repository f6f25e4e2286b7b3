"""`attune up`: one command from a project's files to an assistant that answers."""

import json
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from attune.desk import entrance
from attune.desk.commands import accounts_of
from attune.up import endpoints, model, ports, review
from attune.up.errors import NotForProduction
from attune.up.installation import Installation, here
from attune.up.interrupt import interruptible
from attune.up.program import action_package, programs
from attune.up.progress import Progress
from attune.up.stack import Stack

EXAMPLES = """
\b
Examples:
  attune up                          train if needed, start everything, print the addresses
  attune up --no-train               start with the model that is there
  attune up --actions my_actions     a project whose custom actions lie elsewhere
  ATTUNE_DESK_PORT=8090 attune up    another port for the desk
  attune up --production             only if everything is reviewed and set

\b
Environment: ATTUNE_HOST, ATTUNE_RASA_PORT, ATTUNE_ACTIONS_PORT, ATTUNE_DESK_PORT, ATTUNE_VAR, ATTUNE_DB_URL,
  ATTUNE_SECRET, ATTUNE_DESK_URL (docs/access.md), ATTUNE_SUPERVISOR_URL (docs/safety.md), ATTUNE_CHECKPOINT_COPIES
  (docs/audit.md).
"""


@click.command(epilog=EXAMPLES)
@click.option("--no-train", is_flag=True, help="Never train; start with the model that is there.")
@click.option("--train-only", is_flag=True, help="Train if anything changed, and start nothing.")
@click.option("--actions", metavar="PACKAGE", help="Custom actions. Default: `actions`, or the package in actions/.")
@click.option("--production", is_flag=True, help="Start nothing unless `attune check --production` finds no error.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON, and no progress.")
@click.option("--quiet", is_flag=True, help="Print the two addresses and nothing else.")
def up(  # noqa: PLR0913, PLR0917 - one argument for each option
    no_train: bool, train_only: bool, actions: str | None, production: bool, as_json: bool, quiet: bool,
) -> None:
    """Start the Rasa server, the action server and the desk on this machine; Ctrl-C stops them all."""
    quiet = quiet or as_json
    try:
        with interruptible(), here(Path.cwd()) as place:
            if train_only:
                _provide_model(place, may_train=True, quiet=quiet)
            else:
                ports.require_free(place.settings)
                entrance.require(place.settings, accounts_of(place.settings))
                if production:
                    _require_production(place)
                package = actions or action_package(place.project)
                _provide_model(place, may_train=not no_train, quiet=quiet)
                _run(_told(place, quiet=quiet), package, _addresses(place, quiet=quiet, as_json=as_json), quiet=quiet)
    except KeyboardInterrupt:
        if not quiet:
            click.echo("\nStopped.", err=True)


def _require_production(place: Installation) -> None:
    """Print what is wrong and stop, if anything is; imports Rasa."""
    from attune.check.command import findings  # noqa: PLC0415 - takes seconds, and a trial does without

    errors = [each for each in findings(place.project, True, date.today(), place.environ) if each.severity == "error"]
    for error in errors:
        click.echo(str(error), err=True)
    if errors:
        raise NotForProduction(len(errors))


def _told(place: Installation, *, quiet: bool) -> Installation:
    """The installation whose chat page says so while help lines or crisis wordings are unreviewed (CRI-6)."""
    number = review.unreviewed(place.project, date.today())
    if number and not quiet:
        click.echo(f"Note: {number} help lines and crisis wordings are unreviewed; the chat page says so.", err=True)
    return replace(place, environ={**place.environ, "ATTUNE_UNREVIEWED": "1" if number else "0"})


def _provide_model(place: Installation, *, may_train: bool, quiet: bool) -> None:
    if model.fits(place):
        return
    if not may_train:
        model.require(place)
        click.echo("Note: the model is older than what it was trained from.", err=True)
        return
    with Progress("Training", sys.stderr, quiet=quiet) as progress:
        model.ensure(place, progress)
        progress.done("the model is up to date")


def _run(place: Installation, package: str, addresses: str, *, quiet: bool) -> None:
    stack = Stack(programs(place, endpoints.derive(place), package), place.logs)
    try:
        stack.start()
        with Progress("Starting", sys.stderr, quiet=quiet) as progress:
            stack.ready(progress)
            progress.done("all three answer")
        click.echo(addresses)
        stack.watch()
    finally:
        stack.stop()


def _addresses(place: Installation, *, quiet: bool, as_json: bool) -> str:
    chat, desk = f"{place.settings.rasa_url}/webhooks/web/chat", place.settings.desk_link
    if as_json:
        return json.dumps({"chat": chat, "desk": desk})
    rest = "" if quiet else f"\n\nCtrl-C stops everything. Logs: {os.path.relpath(place.logs)}"
    return f"Customers' chat  {chat}\nAgents' desk     {desk}{rest}"
