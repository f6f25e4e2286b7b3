"""`attune drift watch`: look for what moved, list what nobody has seen, and note that somebody has."""

import json
import sys
import time
from dataclasses import asdict

import click

from attune import database
from attune import settings as installation
from attune.drift import settings
from attune.drift.alarms import Alarm, DriftAlarms
from attune.drift.watching import watch as look
from attune.errors import AttuneError


class NoSuchAlarm(AttuneError):
    """An alarm nobody knows, or that was seen before."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no open alarm {name}. `attune drift watch` lists those there are.")


@click.command(epilog="Example: attune drift watch; then: attune drift watch --seen 3f2a9c0d1e4b5a67 --by sue")
@click.option("--seen", metavar="ID", help="Somebody has seen this alarm: it rises again only for what begins later.")
@click.option("--by", default="somebody at the command line", show_default=True, help="With --seen: who.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def watch(seen: str | None, by: str, as_json: bool) -> None:
    """Look at the last days now, and list every alarm nobody has seen; exit 1 if there is one.

    The desk does the same by itself, every hour unless drift.yml says otherwise.
    """
    engine, now = database.engine(installation.load().db_url), time.time()
    alarms = DriftAlarms(engine)
    if seen and not alarms.see(seen, by, now):
        raise NoSuchAlarm(seen)
    look(engine, settings.load(), now)
    found = alarms.open()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
    else:
        click.echo("\n".join(map(_line, found)) or "Nothing that was watched has moved, or somebody has seen it.")
    sys.exit(bool(found))


def _line(one: Alarm) -> str:
    return f"{one.id}  {one.words}"
