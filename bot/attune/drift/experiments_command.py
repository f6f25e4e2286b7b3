"""`attune experiments`: how the wordings on trial do, and ending one by hand."""

import json
import time

import click

from attune import database
from attune import settings as installation
from attune.drift import judging, settings
from attune.drift.look import Estimate
from attune.drift.report import figures
from attune.drift.trials import Compared, Trial, as_dict
from attune.errors import AttuneError
from attune.reply import experiments as declared
from attune.reply.endings import Ending
from attune.reply.experiments import Experiments


class NoSuchVariant(AttuneError):
    """A variant no experiment declares."""

    def __init__(self, name: str, known: list[str]) -> None:
        there = f"There are {', '.join(known)}." if known else "experiments.yml declares none."
        super().__init__(f"There is no variant {name}. {there}")


class NothingToDo(AttuneError):
    """A variant that is ended already, or that is not ended."""

    def __init__(self, name: str, state: str) -> None:
        super().__init__(f"{name} is {state} already. `attune experiments` shows how each of them does.")


@click.command(epilog="Example: attune experiments; then: attune experiments --end warmer-thanks:warm --by sue")
@click.option("--end", "ended", metavar="EXPERIMENT:VARIANT", help="Say this variant to nobody from now on.")
@click.option("--take-back", metavar="EXPERIMENT:VARIANT", help="Let a variant that was ended be said again.")
@click.option("--by", default="somebody at the command line", show_default=True, help="With either: who.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def experiments(ended: str | None, take_back: str | None, by: str, as_json: bool) -> None:
    """Judge the wordings on trial by what is on record, and show how each does. What does harm is ended at once.

    The desk does the same by itself, every hour unless drift.yml says otherwise.
    """
    told, engine, now = declared.load(), database.engine(installation.load().db_url), time.time()
    at = round(now * judging.MICRO)
    if ended and not judging.end(engine, Ending(_label(told, ended), at, "somebody ended it", by)):
        raise NothingToDo(ended, "ended")
    if take_back and not judging.take_back(engine, Ending(_label(told, take_back), at, "somebody took it back", by)):
        raise NothingToDo(take_back, "said")
    smallest = settings.load().smallest_cell
    found = judging.judge(engine, told, now, smallest)
    if as_json:
        click.echo(json.dumps([as_dict(one, smallest) for one in found]))
    else:
        click.echo("\n\n".join(_told(one, smallest) for one in found) or "No wording is on trial (experiments.yml).")


def _label(told: Experiments, name: str) -> str:
    known = {f"{one.id}:{variant}": one.label(variant) for one in told.all for variant in one.shares}
    if name not in known:
        raise NoSuchVariant(name, sorted(known))
    return known[name]


def _told(one: Trial, smallest: int) -> str:
    """A trial as lines of text."""
    of = one.of if one.of >= smallest else f"fewer than {smallest}"
    why = f" ({one.why})" if one.why else ""
    head = f"{one.experiment.id}:{one.variant}  {one.state}{why}\n  {of} of {one.experiment.at_most} conversations"
    return "\n".join([head, *map(_line, one.compared)])


def _line(one: Compared) -> str:
    return (f"  {one.measure}: {_share(one.now)}, as before {_share(one.before)}; "
            f"evidence for more {figures.evidence(one.commoner)}, for less {figures.evidence(one.rarer)}")


def _share(found: Estimate | None) -> str:
    return figures.estimate(found, "share")
