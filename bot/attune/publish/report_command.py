"""`attune drift report`: the look back as a page or as JSON."""

import json
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click

from attune import database, settings
from attune.audit import vault
from attune.drift import settings as drift_settings
from attune.drift.looking import look
from attune.drift.report import page, words
from attune.drift.report.summary import plain

DAY = click.DateTime(formats=["%Y-%m-%d"])
EXAMPLES = """\b
Examples:
  attune drift report                                                   the last seven days, in a few sentences
  attune drift report --from 2026-09-01 --to 2026-09-30 --out look.html the page for one month
  attune drift report --json                                            the same as data"""


@click.command(epilog=EXAMPLES)
@click.option("--from", "begin", type=DAY, metavar="DAY", help="The first day (UTC). Default: seven days before --to.")
@click.option("--to", "end", type=DAY, metavar="DAY", help="The last day (UTC), included. Default: today.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the page (HTML) or the JSON here.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of HTML or sentences.")
def report(begin: datetime | None, end: datetime | None, out: Path | None, as_json: bool) -> None:
    """Look back: what moved, since when, how sure that is, what came into use just before, and where to look."""
    since, until = span(begin, end, time.time())
    how, said = drift_settings.load(), words.load()
    found = look(vault.read(database.engine(settings.load().db_url)), since, until, how)
    if as_json:
        text = json.dumps(page.as_json(found, said, how), ensure_ascii=False, indent=2) + "\n"
    else:
        short = "\n".join(plain(found, said, how.watch.urgent)) + "\n"
        text = page.html(found, said, how) if out else short
    with click.open_file(str(out or "-"), "w", encoding="utf-8") as file:
        file.write(text)
    if out:
        click.echo(f"Written to {out}.", err=True)


def span(begin: datetime | None, end: datetime | None, now: float) -> tuple[int, int]:
    """From the first day to the end of the last, in unix microseconds (`now` in seconds); raises click.UsageError."""
    today = datetime.fromtimestamp(now, tz=timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    last = (end.replace(tzinfo=timezone.utc) if end else today) + timedelta(days=1)
    first = begin.replace(tzinfo=timezone.utc) if begin else last - timedelta(days=7)
    if first >= last:
        raise click.UsageError(f"--from {first:%Y-%m-%d} is after --to {last - timedelta(days=1):%Y-%m-%d}; swap them.")
    return tuple(round(each.timestamp() * 1_000_000) for each in (first, last))  # type: ignore[return-value]
