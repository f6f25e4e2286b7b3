"""`attune rehearse`: the conversations of a project against the assistant that runs."""

import json
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import click
from tqdm import tqdm

from attune import settings
from attune.errors import AttuneError
from attune.rehearsal import read, report
from attune.rehearsal.judge import Judge
from attune.rehearsal.play import Played
from attune.rehearsal.rehearse import rehearsal
from attune.rehearsal.script import Conversation
from attune.rehearsal.stage import RunningAssistant
from attune.reply import resources

FOLDER = Path("tests/conversations")
EXAMPLES = """
\b
Examples:
  attune rehearse                                      everything in tests/conversations, against `attune up`
  attune rehearse tests/conversations/crisis.yml       one file
  attune rehearse -k "return form"                     those with these words in their name
"""


class NothingToRehearse(AttuneError):
    """No conversation was found, or none with the words asked for."""

    def __init__(self, words: str | None) -> None:
        told = f"No conversation has “{words}” in its name." if words else "No conversation was found."
        super().__init__(f"{told} They are read from {FOLDER}/*.yml, or from the files you name.")


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--url", metavar="URL", help="Where the assistant answers. Default: the one `attune up` starts.")
@click.option("-k", "words", metavar="WORDS", help="Only conversations with these words in their name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per conversation.")
def rehearse(files: Sequence[Path], url: str | None, words: str | None, as_json: bool) -> None:
    """Play conversations against the running assistant and say which did not go as written."""
    chosen = [each for each in read.load(files or [FOLDER]) if (words or "").casefold() in each.name.casefold()]
    if not chosen:
        raise NothingToRehearse(words)
    began = time.monotonic()
    all_played = []
    for played in _play(chosen, url):
        all_played.append(played)
        if as_json:
            click.echo(json.dumps(report.as_json(played), ensure_ascii=False))
        elif not played.expected:
            tqdm.write("\n".join(report.told(played)))
    if not as_json:
        click.echo(report.summary(all_played, time.monotonic() - began))
    sys.exit(0 if all(played.expected for played in all_played) else 1)


def _play(chosen: Sequence[Conversation], url: str | None) -> Iterator[Played]:
    here, new_id = settings.load(), partial(secrets.token_hex, 16)
    stage = RunningAssistant(here, url or here.rasa_url, time.time, new_id)
    judge, new_customer = Judge(resources.load()), lambda: f"rehearsal-{new_id()}"
    with closing(stage), rehearsal(chosen, stage, judge, new_customer) as playing:
        for future in tqdm(playing.values(), unit="conversation", delay=2, leave=False, disable=None):
            played = future.result()
            stage.leave(played.customer)
            yield played
