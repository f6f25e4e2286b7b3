"""AUD-3: of a thousand Records every byte, field and row is changed, taken out, doubled and swapped in turn, and found.

Rows far apart are changed together, so that each must be named for itself.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row

from attune import database
from attune.audit.merkle import leaf_hash
from attune.audit.store import LEAF
from attune.audit.verify import verify
from audit.rows import PUBLIC, fill, spoil, tamper

pytestmark = [pytest.mark.slow]

ROWS = 1000
APART = 80
FIELDS = ("idx", "record_id", "kind", "conversation", "data", "leaf", "chain")
Change = Callable[[Connection, Row], set[int]]
"""Changes something about a row; returns the places of which one must be named."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thousand")
    engine = database.engine(f"sqlite:///{folder / 'attune.db'}")
    fill(engine, folder, ROWS)
    tamper(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return folder


@pytest.fixture
def fresh(template: Path, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """A whole ledger of a thousand Records, as often as it is asked for."""
    engines: list[Engine] = []

    def again() -> Engine:
        for engine in engines:
            engine.dispose()
        shutil.rmtree(tmp_path)
        shutil.copytree(template, tmp_path)
        engines[:] = [database.engine(f"sqlite:///{tmp_path / 'attune.db'}")]
        return engines[0]

    yield again
    for engine in engines:
        engine.dispose()


def changed(field: str) -> Change:
    def change(connection: Connection, row: Row) -> set[int]:
        connection.execute(update(LEAF).where(LEAF.c.idx == row.idx).values({field: spoil(row._mapping[field])}))
        return {row.idx, row.idx + 1, row.idx + 100_000}  # a spoiled number stands elsewhere, or is missed by the next

    return change


def taken_out(connection: Connection, row: Row) -> set[int]:
    connection.execute(delete(LEAF).where(LEAF.c.idx == row.idx))
    return {row.idx, row.idx + 1}


def doubled_over_the_next(connection: Connection, row: Row) -> set[int]:
    copied = {field: row._mapping[field] for field in FIELDS if field not in ("idx", "record_id")}
    connection.execute(update(LEAF).where(LEAF.c.idx == row.idx + 1).values(copied))
    return {row.idx + 1, row.idx}


def doubled_far_behind(connection: Connection, row: Row) -> set[int]:
    place = ROWS + 10_000 + row.idx
    values = {**row._mapping, "idx": place, "record_id": spoil(row.record_id)}
    connection.execute(insert(LEAF).values(values))
    return {place}


def swapped_with_the_next(connection: Connection, row: Row) -> set[int]:
    for before, after in ((row.idx, -7), (row.idx + 1, row.idx), (-7, row.idx + 1)):
        connection.execute(update(LEAF).where(LEAF.c.idx == before).values(idx=after))
    return {row.idx, row.idx + 1}


NEEDS_A_NEXT = (doubled_over_the_next, swapped_with_the_next)
CHANGES: dict[str, Change] = {
    **{f"{field} changed": changed(field) for field in FIELDS}, "taken out": taken_out,
    "doubled over the next": doubled_over_the_next, "doubled far behind": doubled_far_behind,
    "swapped with the next": swapped_with_the_next,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_aud_3_every_row_that_was_changed_is_named(
    fresh: Callable[[], Engine], tmp_path: Path, change: Change,
) -> None:
    for start in range(APART):
        engine = fresh()
        with engine.begin() as connection:
            rows = connection.execute(select(LEAF).order_by(LEAF.c.idx)).all()
            chosen = [row for row in rows[start::APART] if row.idx + 1 < ROWS or change not in NEEDS_A_NEXT]
            expected = [change(connection, row) for row in chosen]
        verdict = verify(engine, tmp_path, PUBLIC)
        named = {problem.row for problem in verdict.problems}

        assert not verdict.is_whole
        assert [places for places in expected if not places & named] == []


def test_aud_3_every_byte_of_every_record_counts(fresh: Callable[[], Engine]) -> None:
    with fresh().connect() as connection:
        rows = connection.execute(select(LEAF.c.data, LEAF.c.leaf).order_by(LEAF.c.idx)).all()
    for data, leaf in ((row.data.encode(), row.leaf) for row in rows):
        whole = bytearray(data)
        for place, byte in enumerate(data):
            whole[place] = byte ^ 1
            assert leaf_hash(bytes(whole)).hex() != leaf
            whole[place] = byte
        assert leaf_hash(bytes(whole)).hex() == leaf
