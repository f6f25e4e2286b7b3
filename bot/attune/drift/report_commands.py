"""`attune drift report`: the look back as a page or as JSON."""

import json
import os
import stat
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Protocol

import click

from attune import database, settings
from attune.drift import settings as drift_settings
from attune.drift.alarms import MICRO
from attune.drift.judging import seen as tried
from attune.drift.report import page
from attune.drift.reviewing import Visit, reviewed
from attune.drift.settings import DriftSettings
from attune.drift.transparency import transparency
from attune.drift.watching import looked
from attune.errors import AttuneError
from attune.reply import experiments
from attune.settings import Settings

DAY = click.DateTime(["%Y-%m-%d"])
WEEK = timedelta(days=7)


class Quoted(Protocol):
    """Finds customers' sentences of a time (unix microseconds) that may be shown; None where nobody is asked.

    Raises AttuneError where what they wrote cannot be read.
    """

    def __call__(self, settings: Settings, begin: int, end: int, how: DriftSettings, now: int) -> Sequence[str] | None:
        """The sentences as they stand at `now`."""


@dataclass(frozen=True)
class Told:
    """What is written; `private`: somebody's sentence is in it, or one conversation, so nobody else reads the file."""

    text: str
    private: bool = False


OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
                   help="Write here instead of to the screen.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of a page.")


@click.command(epilog="Example: attune drift report --from 2026-11-16 --to 2026-11-23 --out monday.html")
@click.option("--from", "since", type=DAY, help="The first day (UTC). Default: seven days before --to.")
@click.option("--to", "until", type=DAY, help="The day after the last. Default: tomorrow.")
@click.option("--kind", type=click.Choice(["drift", "transparency"]), default="drift", show_default=True,
              help="drift: what moved, since when. transparency: counts for people outside the house.")
@OUT
@JSON
def report(since: datetime | None, until: datetime | None, kind: str, out: Path | None, as_json: bool) -> None:
    """Write one self-contained HTML page about a time: what moved, since when, and what came into use before."""
    midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    end = until.replace(tzinfo=timezone.utc) if until else midnight + timedelta(days=1)
    begin = since.replace(tzinfo=timezone.utc) if since else end - WEEK
    if begin >= end:
        raise click.UsageError(f"--from {begin:%Y-%m-%d} must lie before --to {end:%Y-%m-%d}.")
    quoted: Quoted | None = click.get_current_context().obj
    _write(out, _of(kind, _micro(begin), _micro(end), as_json, quoted))


def with_quotes(quoted: Quoted) -> click.Command:
    """The same command, showing the sentences `quoted` finds."""
    command = copy(report)
    command.context_settings = {"obj": quoted}
    return command


@click.command(epilog="Example: attune drift review 3f2a9c --out review.html")
@click.argument("conversation")
@OUT
@JSON
def review(conversation: str, out: Path | None, as_json: bool) -> None:
    """Write one conversation's timeline for those who look at it together, after danger or a complaint.

    CONVERSATION is Rasa's sender id, a handoff's id or the pseudonym. It is about one person: mind who sees it. That
    it was opened goes on record.
    """
    _write(out, _review(conversation, as_json))


def _write(out: Path | None, told: Told) -> None:
    if out is None or str(out) == "-":
        click.echo(told.text)
        return
    with open(out, "w", encoding="utf-8", opener=_for_its_owner if told.private else None) as file:
        file.write(told.text + "\n")


def _for_its_owner(name: str, flags: int) -> int:
    """Open a file that only its owner may read, whoever might read what it held before."""
    opened = os.open(name, flags, 0o600)
    if stat.S_ISREG(os.fstat(opened).st_mode):
        os.fchmod(opened, 0o600)
    return opened


def _of(kind: str, begin: int, end: int, as_json: bool, quoted: Quoted | None) -> Told:
    found, how, made = settings.load(), drift_settings.load(), round(time.time() * 1_000_000)
    engine = database.engine(found.db_url)
    if kind == "transparency":
        told = transparency(found, engine, (begin, end, made), how.smallest_cell)
        return Told(json.dumps(asdict(told)) if as_json else page.transparency(told))
    quotes, withheld = _quotes(partial(quoted, found, begin, end, how, made) if quoted else None)
    seen = looked(engine, begin, end, how)
    on_trial = tried(engine, experiments.load(), made / MICRO, how.smallest_cell)
    if as_json:
        more = {"trials": [one.as_dict() for one in on_trial], "quotes": quotes, "withheld": withheld}
        return Told(json.dumps({**asdict(seen), **more}), private=bool(quotes))
    return Told(page.drift(seen, how, made, trials=on_trial, quotes=quotes, withheld=withheld), private=bool(quotes))


def _quotes(find: Callable[[], Sequence[str] | None] | None) -> tuple[Sequence[str] | None, str | None]:
    """What may be quoted; where that cannot be read, why: the rest of the report does not need it."""
    try:
        return (find() if find else None), None
    except AttuneError as error:
        click.echo(f"Warning: no customer's sentence is shown, because they could not be read. {error}", err=True)
        return None, str(error)


def _review(conversation: str, as_json: bool) -> Told:
    found, made = settings.load(), round(time.time() * 1_000_000)
    name, told = reviewed(found, database.engine(found.db_url), conversation, Visit("command", made))
    return Told(json.dumps(asdict(told)) if as_json else page.review(name, told, made), private=True)


def _micro(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
