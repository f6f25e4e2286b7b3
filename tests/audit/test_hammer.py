"""Several processes at once, and one killed at any moment: no gap, no double, and the ledger verifies (AUD-7)."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from attune.audit import keeper, ledger, store
from attune.audit.verify import verify
from audit.rows import PUBLIC, move, on_record, records, write

pytestmark = pytest.mark.stack  # starts processes; takes its time

SEQUENCE = """
import sys
from attune import database
from attune.audit import ledger
while True:
    ledger.sequence(database.engine(sys.argv[1]), batch=7)
"""


def test_two_sequencers_and_four_writers_leave_no_gap_and_no_double(engine: Engine, tmp_path: Path) -> None:  # AUD-7
    url, spawn = str(engine.url), multiprocessing.get_context("spawn")
    store.prepare(engine)
    workers = [spawn.Process(target=write, args=(url, number)) for number in range(4)]
    workers += [spawn.Process(target=move, args=(url, 160)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0] * 6
    assert sorted(on_record(engine)) == sorted(record.id for n in range(4) for record in records(40, 1000 * n))
    assert verify(engine, tmp_path, PUBLIC).is_whole


@pytest.mark.parametrize("seed", range(5))
def test_a_sequencer_killed_at_any_moment_loses_and_doubles_nothing(engine: Engine, tmp_path: Path, seed: int) -> None:
    keeper.put(engine, records(1500))
    worker = subprocess.Popen([sys.executable, "-c", SEQUENCE, str(engine.url)], env={
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path),
    })
    while not on_record(engine):
        time.sleep(0.002)
    time.sleep(random.Random(seed).random() / 20)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    found = len(on_record(engine))
    after_the_kill = verify(engine, tmp_path, PUBLIC)
    ledger.sequence(engine)

    assert 0 < found < 1500
    assert (after_the_kill.is_whole, after_the_kill.size + after_the_kill.pending) == (True, 1500)
    assert on_record(engine) == [record.id for record in records(1500)]
    assert verify(engine, tmp_path, PUBLIC).is_whole
