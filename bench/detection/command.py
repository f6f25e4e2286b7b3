"""The command: what it can be told, and what it prints."""

import json
import tempfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path

import click

from attune.errors import AttuneError
from attune.signals import lines
from detection import sets
from detection.measures import MEASURES
from detection.peers import PEERS
from detection.report import shown
from detection.run import OWN_TABLES, measure
from detection.table import table
from detection.workshop import Workshop

EVERY_MESSAGE, EVERY_LINE = 10, 8
"""What --quick takes of the messages and of the training lines."""


def _peers(context: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    if not names or (unknown := [name for name in names if name not in PEERS]):
        raise click.BadParameter(f"{', '.join(unknown) if names else 'nobody'}; choose among {', '.join(PEERS)}")
    return names


def _place(cache: Path | None) -> AbstractContextManager[str]:
    if cache is None:
        return tempfile.TemporaryDirectory()
    cache.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(cache.resolve()))


@click.command(epilog="Example: python bench/detection --eval FOLDER --peers attune,keywords --by kind")
@click.option("--eval", "folder", envvar="ATTUNE_EVAL", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="A folder of further messages in the format of tests/tables/hearing. They are never trained on.")
@click.option("--peers", default=",".join(PEERS), show_default=True, callback=_peers, help="Whom to compare.")
@click.option("--by", type=click.Choice(["kind", "source"]), help="Break every figure down.")
@click.option("--show", type=click.Choice([measure.name for measure in MEASURES]), metavar="MEASURE",
              help="Print the messages of a measure too: + flagged, - not, by the first peer.")
@click.option("--quick", is_flag=True, help="See that it runs: few messages, few lines. The figures mean nothing.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path),
              help="Keep what peers learned here, and take it from here while lines and code are the same.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def main(folder: Path | None, peers: list[str], by: str | None, show: str | None,  # noqa: PLR0913, PLR0917
         quick: bool, cache: Path | None, as_json: bool) -> None:
    """Measure how well crisis, distress, frustration and the wish for a person are heard, beside peers.

    Everything is trained and measured on this machine in this run, which takes about half an hour on two cores. Shares
    are in per cent, each with its 95 % Wilson interval.
    """
    every = EVERY_MESSAGE if quick else 1
    folders = {OWN_TABLES: sets.load(sets.OWN, every)}
    if folder:
        folders["Evaluation folder"] = sets.load(folder, every)
    with _place(cache) as place:
        workshop = Workshop(lines.from_folder()[::EVERY_LINE if quick else 1], Path(place), quick)
        try:
            report, heard = measure(peers, workshop, folders, by)
        except AttuneError as error:
            raise click.ClickException(str(error)) from error
    click.echo(json.dumps(asdict(report), indent=2) if as_json else
               "\n".join(table(report, {name: PEERS[name] for name in peers})))
    if show:
        click.echo("\n".join(shown(show, heard[peers[0]])))
