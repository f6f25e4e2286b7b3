"""`attune drift`: how the bot's conduct changes from day to day."""

import json
from dataclasses import asdict

import click

from attune import database, settings
from attune.audit import vault
from attune.drift.report import line, rows
from attune.drift.windows import windows


@click.group()
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
