"""How long a look back at many Records takes, beside a plain SELECT-and-count of the same rows in the same run.

    python bench/look_back.py [--records 100000]

The Records are made up, sealed as real ones are, and stand in a fresh SQLite file. Each step runs in a process of its
own; prints its seconds and the most memory it held (with what is imported: see the first row). Asserts nothing.
"""

import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import click
from sqlalchemy import select
from tqdm import tqdm

from attune import database, settings
from attune.audit import ledger, store, vault
from attune.audit.store import LEAF
from attune.drift import settings as drift_settings
from attune.drift.looking import look
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, WEEKS, simulated

BEGIN = 1_790_000_000
PER_CONVERSATION = 10
"""Records of a conversation, fewer than on average, so that there are enough."""
BATCH = 500


@click.command(epilog="Example: python bench/look_back.py --records 100000")
@click.option("--records", default=100_000, show_default=True, type=click.IntRange(min=1000))
def main(records: int) -> None:
    """Fill a ledger and look back at it."""
    with tempfile.TemporaryDirectory() as var:
        url = settings.load({"ATTUNE_VAR": var}).db_url
        _alone(_fill, url, records)
        print(f"{records} Records in SQLite")
        for name, act in (("nothing, only imported", _nothing), ("SELECT and count by kind", _plain),
                          ("read and opened", _opened), ("look back", _look)):
            seconds, peak = _alone(act, url, records)
            print(f"{name:28} {seconds:8.2f} s   {peak:6.0f} MiB at most", flush=True)


def _alone(act: Callable[[str, int], None], url: str, records: int) -> tuple[float, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(_measured, act, url, records).result()


def _measured(act: Callable[[str, int], None], url: str, records: int) -> tuple[float, float]:
    began = time.perf_counter()
    act(url, records)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(url: str, records: int) -> None:
    engine = database.engine(url)
    store.prepare(engine)
    told = islice(simulated(1 + records // PER_CONVERSATION, BEGIN, 1, "cold"), records)
    with tqdm(total=records, desc="records", delay=2, disable=None) as bar:
        while batch := list(islice(told, BATCH)):
            with engine.begin() as connection:
                store.append(connection, [vault.sealed(connection, *pair, os.urandom) for pair in batch])
            ledger.sequence(engine)
            bar.update(len(batch))


def _nothing(_url: str, _records: int) -> None:
    pass


def _plain(url: str, records: int) -> None:
    with database.engine(url).connect() as connection:
        rows = connection.execution_options(yield_per=1000).execute(select(LEAF.c.kind, LEAF.c.data))
        assert sum(Counter(row.kind for row in rows).values()) == records


def _opened(url: str, records: int) -> None:
    assert sum(1 for _ in vault.read(database.engine(url))) == records


def _look(url: str, _records: int) -> None:
    begin, end = ((BEGIN + days * DAY) * MICRO for days in (CHANGES_IN, WEEKS * 7))
    look(vault.read(database.engine(url)), begin, end, drift_settings.load())


if __name__ == "__main__":
    sys.exit(main())
