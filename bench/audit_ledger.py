"""How quick the audit is: records appended and verified per second, beside the plain INSERT of the same rows.

    python bench/audit_ledger.py [--records 100000] [--repeats 3] [--no-postgres] [--verify 1000000]

Appending is what a batch of Records goes through: into the inbox, then hashed, chained and moved into the ledger. The
peer writes the same rows in the same batches into a table of the same columns, in the same run; ratios come with their
spread over the repeats. `--verify` builds a ledger of so many Records and verifies a quarter, half and all of it, each
in a process of its own whose greatest memory is told. Nothing is asserted. PostgreSQL is Debian's, without fsync.
"""

import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, insert
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import keeper, ledger, store
from attune.audit.checkpoints import Notary
from attune.audit.merkle import leaf_hash
from attune.audit.record import Record
from attune.audit.verify import verify

BATCH = 500
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PEER = Table(
    "bench_plain", MetaData(), Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("record_id", String(64), nullable=False, unique=True), Column("kind", String(16), nullable=False),
    Column("conversation", String(64)), Column("data", Text, nullable=False),
    Column("leaf", String(64), nullable=False), Column("chain", String(64), nullable=False),
)


def records(count: int, first: int = 0) -> Iterator[list[Record]]:
    """Batches of Records such as an assistant leaves, ten a conversation."""
    for start in range(first, first + count, BATCH):
        yield [Record(f"{number:064x}", "said", 1_700_000_000_000_000 + number, f"{number // 10:064x}",
                      {"response": "utter_order_status", "digest": f"{number * 7:064x}"})
               for number in range(start, min(start + BATCH, first + count))]


def appended(engine: Engine, count: int) -> None:
    """Through the inbox into the ledger."""
    for batch in records(count):
        with engine.begin() as connection:
            store.append(connection, batch)
        ledger.sequence(engine)


def plain(engine: Engine, count: int) -> None:
    """The same rows by plain INSERT; the hash is reckoned here too, the chain is a constant."""
    for batch in records(count):
        rows = []
        for record in batch:
            data = record.canonical()
            rows.append({"idx": int(record.id, 16), "record_id": record.id, "kind": record.kind, "data": data.decode(),
                         "conversation": record.conversation, "leaf": leaf_hash(data).hex(), "chain": "0" * 64})
        with engine.begin() as connection:
            connection.execute(insert(PEER), rows)


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def one_round(url: str, count: int, var: Path) -> tuple[float, float, float]:
    """Records per second: plain INSERT, append, verify."""
    engine = database.engine(url)
    store.prepare(engine)
    PEER.drop(engine, checkfirst=True)
    PEER.create(engine)
    first = timed(lambda: plain(engine, count))
    second = timed(lambda: appended(engine, count))
    third = timed(lambda: verify(engine, var, SIGNER.public_key()))
    engine.dispose()
    return count / first, count / second, count / third


def spread(values: list[float], digits: int = 0) -> str:
    """The median and how far it went."""
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def report(name: str, rounds: list[tuple[float, float, float]]) -> None:
    """One backend's lines."""
    peer, ours, checked = (list(column) for column in zip(*rounds, strict=True))
    ratios = [mine / theirs for theirs, mine, _ in rounds]
    print(f"{name:11} plain INSERT {spread(peer)} records/s\n{'':11} appended     {spread(ours)} records/s, "
          f"{spread(ratios, 2)} of the plain INSERT\n{'':11} verified     {spread(checked)} records/s")


def verified(url: str, var: str, size: int) -> None:
    """Verify in this process, and print seconds and the greatest memory."""
    took = timed(lambda: _must_be_whole(url, Path(var), size))
    print(f"  {size:>9,} records: {took:6.1f} s, {1e6 * took / size:5.1f} µs a record, "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def _must_be_whole(url: str, var: Path, size: int) -> None:
    verdict = verify(database.engine(url), var, SIGNER.public_key())
    if not verdict.is_whole or verdict.size != size:
        sys.exit(f"not whole: {verdict.problems[:2]}")


def growth(count: int) -> None:
    """Verify a quarter, half and all of a ledger in SQLite."""
    print(f"verified in SQLite, up to {count:,}; each in a process of its own")
    with tempfile.TemporaryDirectory() as folder:
        url, done = f"sqlite:///{folder}/attune.db", 0
        for size in (count // 4, count // 2, count):
            for batch in records(size - done, done):
                engine = database.engine(url)
                keeper.put(engine, batch)
                ledger.sequence(engine)
            keeper.checkpoint(database.engine(url), Notary(Path(folder), SIGNER), 1_700_000_000.0)
            done = size
            process = multiprocessing.get_context("spawn").Process(target=verified, args=(url, folder, size))
            process.start()
            process.join()


@click.command()
@click.option("--records", "count", default=20_000, show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option("--postgres/--no-postgres", default=True, show_default=True)
@click.option("--verify", "largest", default=0, help="Also verify so many records, and a half and a quarter of them.")
def main(count: int, repeats: int, postgres: bool, largest: int) -> None:
    """Measure the audit beside the plain INSERT."""
    print(f"{count:,} records in batches of {BATCH}, {repeats} times")
    with ExitStack() as opened:
        rounds = []
        for _ in range(repeats):
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            rounds.append(one_round(f"sqlite:///{folder / 'attune.db'}", count, folder))
        report("SQLite", rounds)
        if postgres:
            sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
            from fixtures.postgres import postgres as started  # noqa: PLC0415 - the tests' own server
            from fixtures.stack import free_ports  # noqa: PLC0415

            rounds = []
            for _ in range(repeats):
                folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
                with started(free_ports(1)[0]) as server:
                    rounds.append(one_round(server.url, count, folder))
            report("PostgreSQL", rounds)
    if largest:
        growth(largest)


if __name__ == "__main__":
    main()
