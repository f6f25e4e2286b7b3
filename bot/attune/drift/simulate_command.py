"""`attune simulate`: weeks of conversations that never were, to try reports and alarms on."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import get_args

import click
from sqlalchemy import select
from sqlalchemy.engine import Engine
from tqdm import tqdm

from attune import database, settings
from attune.audit import ledger, store, vault
from attune.audit.store import LEAF
from attune.drift.simulation import DAY, WEEKS, Plant, Told, simulated
from attune.errors import AttuneError

PER_CONVERSATION = 11
"""Records a conversation leaves, about: for the progress bar."""
BATCH = 500


class NotEmpty(AttuneError):
    """Simulated Records would be mixed with real ones."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} already holds records of the audit, and simulated ones cannot be taken out again. "
                         "Set ATTUNE_VAR to an empty folder, or write to a file with --out.")


@click.command(epilog="Example: ATTUNE_VAR=/tmp/trial attune simulate --plant cold && "
                      "ATTUNE_VAR=/tmp/trial attune drift report --from 2026-10-15 --out trial.html")
@click.option("--conversations", type=click.IntRange(1, 1_000_000), default=6000, show_default=True)
@click.option("--plant", type=click.Choice(get_args(Plant)), default="none", show_default=True,
              help="What changes in the third of the six weeks.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same weeks.")
@click.option("--begin", type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC). Default: six weeks ago.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write JSON lines here instead of into the (empty) audit of ATTUNE_VAR.")
def simulate(conversations: int, plant: Plant, seed: int, begin: datetime | None, out: Path | None) -> None:
    """Make up six weeks of conversations as the records they would leave, with a change planted in the third.

    cold: feelings are no longer acknowledged. crisis: danger three times as often. nlu: more is not understood. queue:
    people come late or not at all. intents: customers ask for other things. The records hold no text; nothing is sent
    anywhere.
    """
    now = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    start = begin.replace(tzinfo=timezone.utc).timestamp() if begin else now.timestamp() - WEEKS * 7 * DAY
    told = tqdm(simulated(conversations, start, seed, plant), total=conversations * PER_CONVERSATION, desc="records",
                unit="", delay=2, disable=None)
    count = _to_file(told, out) if out else _to_database(told)
    first, third = (datetime.fromtimestamp(start + days * DAY, timezone.utc) for days in (0, 14))
    click.echo(f"{count} records from {first:%Y-%m-%d} on; the third week begins on {third:%Y-%m-%d}.")


def _to_file(told: Iterable[Told], out: Path) -> int:
    with out.open("w", encoding="utf-8") as file:
        return sum(file.write(json.dumps(asdict(felt)) + "\n") > 0 for _, felt in told)


def _to_database(told: Iterable[Told]) -> int:
    found = settings.load()
    engine = database.engine(found.db_url)
    _must_be_empty(engine)
    count, batch = 0, list[Told]()
    for pair in told:
        batch.append(pair)
        if len(batch) == BATCH:
            count += _put(engine, batch)
            batch = []
    return count + _put(engine, batch)


def _must_be_empty(engine: Engine) -> None:
    store.prepare(engine)
    with engine.connect() as connection:
        if store.pending(connection) or connection.execute(select(LEAF.c.idx).limit(1)).first():
            raise NotEmpty(str(engine.url))


def _put(engine: Engine, batch: list[Told]) -> int:
    with engine.begin() as connection:
        store.append(connection, [vault.sealed(connection, *pair, os.urandom) for pair in batch])
    ledger.sequence(engine)
    return len(batch)
