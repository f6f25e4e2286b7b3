"""`attune drift`: how the bot's conduct changes from day to day."""

import json
from dataclasses import asdict
from importlib import import_module

import click

from attune import database, settings
from attune.audit import vault
from attune.drift.report import line, rows
from attune.drift.windows import windows

LATER = {"replay": "attune.rehearsal.replay_command:replay"}
"""Commands that need Rasa or the rehearsal: imported when they are called."""


class WithLater(click.Group):
    """Its own commands, and those imported later."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*super().list_commands(ctx), *LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name if it is one of these."""
        if cmd_name not in LATER:
            return super().get_command(ctx, cmd_name)
        module, name = LATER[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=WithLater)
def drift() -> None:
    """How the bot's conduct changes from day to day."""


@drift.command(epilog="Example: attune drift report --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object a day and measure.")
def report(as_json: bool) -> None:
    """Print for each day how often the bot acknowledged first, handed over, did not understand, showed help."""
    engine = database.engine(settings.load().db_url)
    found = rows(windows(vault.read(engine)))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found]))
    else:
        click.echo("\n".join(map(line, found)) or "The ledger is empty: nothing has happened yet.")
