"""The command: what it can be told, and what it prints."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from attune.reply.lint import load
from lints import sets
from lints.measures import Figure, figures
from lints.peers import PEERS
from lints.table import table


def measure(tables: Mapping[str, Path]) -> dict[str, dict[str, dict[str, Figure]]]:
    """The figures of every table, by peer and by lint."""
    errors = {lint.id for lint in load() if lint.severity == "error"}
    peers = {name: make() for name, make in PEERS.values()}
    sentences = {title: sets.load(path) for title, path in tables.items()}
    return {title: {name: figures(rows, ask, errors) for name, ask in peers.items()}
            for title, rows in sentences.items()}


@click.command(epilog="Example: python bench/lints --reference lints.jsonl")
@click.option("--reference", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A further file: the format of the tables, or one lint a line with must_flag and must_pass.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def main(reference: Path | None, as_json: bool) -> None:
    """Measure how many bad wordings each lint finds and how many good ones it flags, beside a plain list of phrases.

    found: of the sentences that must be flagged, in per cent with the 95 % Wilson interval. alarms: of those that must
    pass, flagged by the lint they are about; others: by another lint, as an error.
    """
    tables = {name: sets.OWN / f"{name}.jsonl" for name in sets.NAMES}
    found = measure(tables | ({"reference": reference} if reference else {}))
    if as_json:
        click.echo(json.dumps(found, indent=2, default=asdict))
        return
    names = {lint.id: lint.name for lint in load()}
    click.echo("\n\n".join("\n".join(table(title, by_peer, names)) for title, by_peer in found.items()))
