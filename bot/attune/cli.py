"""The command line. A command is imported when it is called: some need Rasa, which takes seconds."""

import os
import warnings
from importlib import import_module

import click

from attune.errors import AttuneError

COMMANDS = {
    "up": "attune.up.command:up",
    "check": "attune.check.command:check",
    "lint": "attune.reply.commands:lint",
    "say": "attune.policy.commands:say",
    "score": "attune.signals.commands:score",
    "rehearse": "attune.rehearsal.command:rehearse",
    "train-data": "attune.handoff.train_data:train_data",
    "handoff": "attune.handoff.commands:handoff",
    "desk": "attune.desk.commands:desk",
    "chatwoot": "attune.handoff.desks.chatwoot.commands:chatwoot",
    "export": "attune.rights.commands:export",
    "forget": "attune.rights.commands:forget",
    "orphans": "attune.rights.commands:orphans_",
    "protocol": "attune.publish.commands:protocol",
    "audit": "attune.audit.commands:audit",
    "drift": "attune.drift.commands:drift",
    "experiments": "attune.drift.experiments_command:experiments",
    "words": "attune.drift.words_commands:words",
    "simulate": "attune.drift.simulate_command:simulate",
}


def _unseen(*_args: object, **_kwargs: object) -> None:
    """Rasa's libraries warn about each other, and turn filters off again; nobody at a terminal can mend that."""


class LazyCommands(click.Group):
    """Imports a command only when it is asked for, and turns our own errors into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        warnings.showwarning = _unseen
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an AttuneError becomes its sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except AttuneError as error:
            raise click.ClickException(str(error)) from error


EXAMPLES = """
\b
Examples:
  attune up                                 run the assistant, its actions and the desk on this machine
  attune say "where is my refund, AGAIN?"   one message with its reading and decision, explained
  attune check                              is everything in place?
"""


@click.command(cls=LazyCommands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="attune")
def main() -> None:
    """Attune: an empathy layer for Rasa assistants."""


if __name__ == "__main__":
    main()
