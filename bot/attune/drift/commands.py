"""`attune drift`: how the bot's conduct changes from day to day."""

from importlib import import_module

import click

LATER = {
    "replay": "attune.rehearsal.replay_command:replay",
    "report": "attune.rights.report_command:report",
    "review": "attune.drift.report_commands:review",
    "watch": "attune.drift.watch_command:watch",
}
"""Commands that need Rasa, the rehearsal or a library that draws: imported when they are called."""


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
