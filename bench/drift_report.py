"""How long a drift report takes over so many records in SQLite, beside reading and counting the same rows.

    python bench/drift_report.py [--records 100000]

The records are simulated weeks, sealed as an assistant's are. The peer reads every row of the ledger and counts the
kinds. Prints seconds, their ratio and the greatest memory; asserts nothing.
"""

import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.engine import Engine
from tqdm import tqdm

from attune import database
from attune.audit import ledger, store, vault
from attune.audit.store import LEAF
from attune.drift.looking import look
from attune.drift.report import page
from attune.drift.settings import load
from attune.drift.simulate_command import BATCH
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, WEEKS, simulated

BEGIN = 1_790_000_000.0
PER_CONVERSATION = 10.5


def filled(engine: Engine, count: int) -> None:
    """Simulated weeks of about so many records."""
    store.prepare(engine)
    told = simulated(round(count / PER_CONVERSATION), BEGIN, 1, "nlu")
    with tqdm(total=count, desc="records", unit="") as bar:
        while batch := list(islice(told, BATCH)):
            with engine.begin() as connection:
                store.append(connection, [vault.sealed(connection, *pair, os.urandom) for pair in batch])
            ledger.sequence(engine)
            bar.update(len(batch))


def counted(engine: Engine) -> int:
    """What the peer does."""
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=1000).execute(select(LEAF.c.kind, LEAF.c.data))
        return sum(Counter(kind for kind, _ in rows).values())


def reported(engine: Engine) -> int:
    """The page over the last four weeks, compared with the two before."""
    begin, end = (int((BEGIN + days * DAY) * MICRO) for days in (CHANGES_IN, WEEKS * 7))
    how = load()
    return len(page.drift(look(vault.read(engine), begin, end, how), how, end))


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Seconds, and what came of it."""
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


@click.command()
@click.option("--records", "count", default=100_000, show_default=True)
def main(count: int) -> None:
    """Measure the report beside a plain SELECT."""
    with tempfile.TemporaryDirectory() as folder:
        engine = database.engine(f"sqlite:///{Path(folder) / 'attune.db'}")
        filled(engine, count)
        peer, rows = timed(lambda: counted(engine))
        ours, size = timed(lambda: reported(engine))
    print(f"{rows:,} records: SELECT and count {peer:.1f} s; report {ours:.1f} s, {ours / peer:.1f} times as long, "
          f"{size // 1024} KiB of HTML, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB at most")
    sys.exit(0)


if __name__ == "__main__":
    main()
