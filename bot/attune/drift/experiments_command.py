"""`attune experiments`: how the wordings on trial do, and ending one by hand."""

import json
import time

import click

from attune import database
from attune import settings as installation
from attune.drift import judging, settings
from attune.drift.alarms import MICRO
from attune.drift.look import Estimate
from attune.drift.report import figures
from attune.drift.trials import Compared, Trial
from attune.errors import AttuneError
from attune.reply import experiments as declared
from attune.reply.endings import Ending
from attune.reply.experiments import Experiments


class NoSuchVariant(AttuneError):
    """A variant no experiment declares."""

    def __init__(self, name: str, known: list[str]) -> None:
        there = f"There are {', '.join(known)}." if known else "experiments.yml declares none."
        super().__init__(f"There is no variant {name}. {there}")


class EndedAlready(AttuneError):
    """A variant that was ended before."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is ended already. `attune experiments` shows how each of them does.")


@click.command(epilog="Example: attune experiments; then: attune experiments --end warmer-thanks:warm --by sue")
@click.option("--end", "ended", metavar="EXPERIMENT:VARIANT", help="Say this variant to nobody any more, for good.")
@click.option("--by", default="somebody at the command line", show_default=True, help="With --end: who.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def experiments(ended: str | None, by: str, as_json: bool) -> None:
    """Judge the wordings on trial by what is on record, and show how each does. What does harm is ended at once.

    The desk does the same by itself, every hour unless drift.yml says otherwise.
    """
    told, engine, now = declared.load(), database.engine(installation.load().db_url), time.time()
    if ended:
        ending = Ending(_label(told, ended), round(now * MICRO), "somebody ended it", by)
        if not judging.end(engine, ending):
            raise EndedAlready(ended)
    smallest = settings.load().smallest_cell
    found = judging.judge(engine, told, now, smallest)
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in found]))
    else:
        click.echo("\n\n".join(_told(one, smallest) for one in found) or "No wording is on trial (experiments.yml).")


def _label(told: Experiments, name: str) -> str:
    known = {f"{one.id}:{variant}": one.label(variant) for one in told.all for variant in one.shares}
    if name not in known:
        raise NoSuchVariant(name, sorted(known))
    return known[name]


def _told(one: Trial, smallest: int) -> str:
    """A trial as lines of text."""
    of = f"{one.of} of {one.experiment.at_most} conversations that are over" if one.of is not None else (
        f"Fewer than {smallest} conversations that are over in one half.")
    why = f" ({one.why})" if one.why else ""
    head = f"{one.experiment.id}:{one.variant}  {one.state}{why}\n  {of}"
    return "\n".join([head, *map(_line, one.compared)])


def _line(one: Compared) -> str:
    if one.now is None:
        return f"  {one.measure}: too few to show"
    more, less = figures.evidence(one.commoner), figures.evidence(one.rarer)
    return (f"  {one.measure}: {_share(one.now)}, as before {_share(one.before)}; "
            f"evidence for more {more}, for less {less}")


def _share(found: Estimate | None) -> str:
    return figures.estimate(found, "share")
