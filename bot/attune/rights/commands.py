"""`attune export`, `attune forget`, `attune orphans`: a customer's data is theirs."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

from attune.rights import dossier, erasure, markdown, orphans, stores
from attune.rights.erasure import Erased
from attune.rights.replay import replay as replay_
from attune.rights.stores import Stores


@click.command(epilog="Example: attune export 3f2a9c --out copy.md")
@click.argument("subject")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to the screen.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Markdown.")
def export(subject: str, out: Path | None, as_json: bool) -> None:
    """Write down everything stored about SUBJECT, a conversation's id (Rasa's sender_id), for the customer to read."""
    found = dossier.gather(stores.here(), subject, time.time())
    text = json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n" if as_json else markdown.write(found)
    with click.open_file(str(out or "-"), "w", encoding="utf-8") as file:
        file.write(text)


@click.command(epilog="Examples: attune forget 3f2a9c --yes, attune forget --replay")
@click.argument("subject", required=False)
@click.option("--yes", is_flag=True, help="Don't ask whether to go on.")
@click.option("--even-open", is_flag=True, help="Even while a person speaks with the customer or is awaited.")
@click.option("--replay", is_flag=True, help="After a backup was restored: erase again who had been erased.")
def forget(subject: str | None, yes: bool, even_open: bool, replay: bool) -> None:
    """Erase everything stored about SUBJECT, a conversation's id (Rasa's sender_id). It cannot be brought back."""
    if replay == (subject is not None):
        raise click.UsageError("Give either a SUBJECT or --replay.")
    found, now = stores.here(), time.time()
    if subject is None:
        _replay(found, now)
        return
    if not yes:
        click.confirm(f"Erase everything about conversation {subject}, for good?", abort=True)
    _say(subject, erasure.forget(found, subject, now, even_open=even_open))


@click.command("orphans", epilog="Example: attune orphans --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def orphans_(as_json: bool) -> None:
    """List everything stored that tells a feeling without a consent or another documented basis; exit 1 if any."""
    found = orphans.look(stores.here())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{one.place}  {one.id}  {one.why}")
        click.echo(f"{len(found)} without a basis." if found else "Nothing is stored without a basis.")
    sys.exit(1 if found else 0)


def _replay(found: Stores, now: float) -> None:
    done = replay_(found, now)
    for subject in done.again:
        click.echo(f"{subject}: erased again.")
    for subject in done.written_since:
        click.echo(f"{subject}: was written in since. Look at it, then: attune forget {subject}", err=True)
    for sentence in done.left:
        click.echo(sentence, err=True)
    click.echo(f"{done.keys} keys destroyed, {len(done.again)} conversations erased again.")


def _say(subject: str, done: Erased) -> None:
    for place, count in sorted(done.counts.items()):
        click.echo(f"{count:6}  {place}")
    for sentence in done.left:
        click.echo(sentence, err=True)
    click.echo(f"Conversation {subject} is erased." if done.counts else f"Nothing is stored about {subject}.")
