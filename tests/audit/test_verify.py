"""Whatever is changed in the ledger is found, and the place is named (AUD-3..5)."""

import json
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from attune import database
from attune.audit import checkpoints, keeper, ledger
from attune.audit.merkle import Tree, leaf_hash
from attune.audit.store import LEAF
from attune.audit.verify import Verdict, verify
from audit.rows import PUBLIC, fill, records, spoil, tamper

pytestmark = pytest.mark.slow

ROWS = 300
FIELDS = ("idx", "record_id", "kind", "conversation", "data", "leaf", "chain")


def places(verdict: Verdict) -> set[int | None]:
    return {problem.row for problem in verdict.problems}


def rebuild(connection: Connection, start: int = 0) -> None:
    """What a careful forger does: make every hash, link and the tree fit the rows again."""
    tree = Tree()
    for row in connection.execute(select(LEAF).order_by(LEAF.c.idx)).all():
        leaf = leaf_hash(row.data.encode())
        tree = tree.add(leaf)
        if row.idx >= start:
            values = {"leaf": leaf.hex(), "chain": tree.chain.hex()}
            connection.execute(update(LEAF).where(LEAF.c.idx == row.idx).values(values))
    ledger._remember(connection, tree)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger of three checkpoints."""
    folder = tmp_path_factory.mktemp("template")
    engine = database.engine(f"sqlite:///{folder / 'attune.db'}")
    for part in range(3):
        fill(engine, folder, ROWS // 3, part * ROWS // 3)
    return folder


@pytest.fixture
def whole(template: Path, tmp_path: Path) -> Engine:
    """A copy of it that verifies."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    engine = database.engine(f"sqlite:///{tmp_path / 'attune.db'}")
    assert verify(engine, tmp_path, PUBLIC).is_whole
    return engine


def test_an_untouched_ledger_is_whole(whole: Engine, tmp_path: Path) -> None:
    keeper.put(whole, records(2, ROWS))
    verdict = verify(whole, tmp_path, PUBLIC)

    assert (verdict.is_whole, verdict.size, verdict.pending, verdict.checkpoints) == (True, ROWS, 2, 3)


def test_an_empty_ledger_is_whole(engine: Engine, tmp_path: Path) -> None:
    assert verify(engine, tmp_path, PUBLIC).is_whole


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("index", [0, 1, 99, 150, ROWS - 1])
def test_any_change_to_any_field_is_found_at_either_end_too(
    whole: Engine, tmp_path: Path, index: int, field: str,
) -> None:
    tamper(whole)
    with whole.begin() as connection:
        row = connection.execute(select(LEAF).where(LEAF.c.idx == index)).one()
        connection.execute(update(LEAF).where(LEAF.c.idx == index).values({field: spoil(row._mapping[field])}))
    verdict = verify(whole, tmp_path, PUBLIC)

    assert not verdict.is_whole
    assert {index, index + 1, index + 100_000} & {place for place in places(verdict) if place is not None}


def test_every_character_of_a_record_counts(whole: Engine, tmp_path: Path) -> None:
    tamper(whole)
    with whole.connect() as connection:
        data = connection.execute(select(LEAF.c.data).where(LEAF.c.idx == 120)).scalar_one()
    for place in range(0, len(data), 12):
        changed = data[:place] + ("~" if data[place] != "~" else "!") + data[place + 1:]
        with whole.begin() as connection:
            connection.execute(update(LEAF).where(LEAF.c.idx == 120).values(data=changed))

        assert 120 in places(verify(whole, tmp_path, PUBLIC))


def test_a_record_changed_with_its_own_hash_is_found_by_the_link(whole: Engine, tmp_path: Path) -> None:
    tamper(whole)
    data = records(1, 900)[0].canonical().decode()
    forged = {"record_id": records(1, 900)[0].id, "conversation": records(1, 900)[0].conversation, "data": data,
              "leaf": leaf_hash(data.encode()).hex()}
    with whole.begin() as connection:
        connection.execute(update(LEAF).where(LEAF.c.idx == 150).values(forged))

    assert 150 in places(verify(whole, tmp_path, PUBLIC))


def test_a_middle_rewritten_with_valid_ends_is_found(whole: Engine, tmp_path: Path) -> None:  # AUD-5
    tamper(whole)
    with whole.begin() as connection:
        ends = connection.execute(select(LEAF.c.chain).where(LEAF.c.idx.in_((99, 199)))).scalars().all()
        data = records(1, 900)[0].canonical().decode()
        forged = {"record_id": records(1, 900)[0].id, "conversation": records(1, 900)[0].conversation, "data": data}
        connection.execute(update(LEAF).where(LEAF.c.idx == 150).values(forged))
        tree = ledger.read(connection)
        rebuild(connection, 150)
        connection.execute(update(LEAF).where(LEAF.c.idx == 199).values(chain=ends[1]))
        ledger._remember(connection, tree)

    assert {199, 200} & places(verify(whole, tmp_path, PUBLIC))


def test_a_ledger_rebuilt_from_the_ground_is_found_by_its_checkpoints(whole: Engine, tmp_path: Path) -> None:  # AUD-4
    tamper(whole)
    with whole.begin() as connection:
        data = records(1, 900)[0].canonical().decode()
        forged = {"record_id": records(1, 900)[0].id, "conversation": records(1, 900)[0].conversation, "data": data}
        connection.execute(update(LEAF).where(LEAF.c.idx == 150).values(forged))
        rebuild(connection)
    [second, third] = verify(whole, tmp_path, PUBLIC).problems

    assert "between row 100 and row 199" in second.what
    assert "between row 100 and row 299" in third.what


@pytest.mark.parametrize("left", [0, 1, 199, 299])
def test_a_tail_cut_off_after_a_checkpoint_is_found(whole: Engine, tmp_path: Path, left: int) -> None:  # AUD-4
    tamper(whole, f"DELETE FROM attune_audit_leaf WHERE idx >= {left}")
    with whole.begin() as connection:
        rebuild(connection)
    [problem] = verify(whole, tmp_path, PUBLIC).problems

    assert problem.what == f"a checkpoint knew 300 rows, {left} are left: the end is gone"


def test_a_tail_cut_off_before_any_checkpoint_is_the_exposure_we_state(engine: Engine, tmp_path: Path) -> None:
    keeper.put(engine, records(5))
    ledger.sequence(engine)
    tamper(engine, "DELETE FROM attune_audit_leaf WHERE idx >= 3")

    assert not verify(engine, tmp_path, PUBLIC).is_whole  # the tree's state still tells
    with engine.begin() as connection:
        rebuild(connection)

    assert verify(engine, tmp_path, PUBLIC).is_whole


@pytest.mark.parametrize("index", [0, 150, ROWS - 1])
def test_a_row_taken_out_is_found(whole: Engine, tmp_path: Path, index: int) -> None:
    tamper(whole, f"DELETE FROM attune_audit_leaf WHERE idx = {index}")

    assert not verify(whole, tmp_path, PUBLIC).is_whole
    if index < ROWS - 1:
        assert index + 1 in places(verify(whole, tmp_path, PUBLIC))


@pytest.mark.parametrize("index", [-1, ROWS])
def test_a_row_put_in_is_found(whole: Engine, tmp_path: Path, index: int) -> None:
    tamper(whole)
    one = records(1, 900)[0]
    data = one.canonical().decode()
    with whole.begin() as connection:
        connection.execute(insert(LEAF).values(
            idx=index, record_id=one.id, kind=one.kind, conversation=one.conversation, data=data,
            leaf=leaf_hash(data.encode()).hex(), chain="00" * 32,
        ))

    assert index in places(verify(whole, tmp_path, PUBLIC))


def test_two_rows_swapped_are_found(whole: Engine, tmp_path: Path) -> None:
    for seed in range(8):
        one, other = sorted(random.Random(seed).sample(range(ROWS), 2))
        swap = [f"UPDATE attune_audit_leaf SET idx = {a} WHERE idx = {b}"
                for a, b in ((-7, one), (one, other), (other, -7))]
        tamper(whole, *swap)

        assert {one, other} <= places(verify(whole, tmp_path, PUBLIC))
        tamper(whole, *swap)
        assert verify(whole, tmp_path, PUBLIC).is_whole


def test_a_row_copied_over_another_is_found(whole: Engine, tmp_path: Path) -> None:
    copied = ", ".join(f"{field} = (SELECT {field} FROM attune_audit_leaf WHERE idx = 40)" for field in
                       ("kind", "conversation", "data", "leaf", "chain"))
    tamper(whole, f"UPDATE attune_audit_leaf SET {copied} WHERE idx = 90")

    assert 90 in places(verify(whole, tmp_path, PUBLIC))


@pytest.mark.parametrize("change", [
    "size = size + 1", "size = 0", "subtrees = '[]'", "chain = ''", "subtrees = 'x'", "subtrees = '[\"zz\"]'",
])
def test_a_changed_state_of_the_tree_is_found(whole: Engine, tmp_path: Path, change: str) -> None:
    tamper(whole, f"UPDATE attune_audit_tree SET {change}")
    [problem] = verify(whole, tmp_path, PUBLIC).problems

    assert "the tree's state" in problem.what


@pytest.mark.parametrize("line", ["", "not json", "{}", '{"size": "x", "root": "", "chain": "", "at": 0}'])
def test_a_spoiled_checkpoint_is_found(whole: Engine, tmp_path: Path, line: str) -> None:
    path = tmp_path / checkpoints.FILE
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], line, *lines[2:]]) + "\n")
    [problem] = verify(whole, tmp_path, PUBLIC).problems

    assert problem.what == f"line 2 of {checkpoints.FILE} holds no checkpoint"


def test_a_checkpoint_torn_by_a_crash_counts_as_not_written(whole: Engine, tmp_path: Path) -> None:
    path = tmp_path / checkpoints.FILE
    path.write_text(path.read_text()[:-20])
    torn = verify(whole, tmp_path, PUBLIC)
    fill(whole, tmp_path, 5, 700)
    after = verify(whole, tmp_path, PUBLIC)

    assert (torn.is_whole, torn.checkpoints, after.is_whole, after.checkpoints) == (True, 2, True, 3)
    assert [json.loads(line)["size"] for line in path.read_text().splitlines()] == [100, 200, 305]


def test_a_broken_ledger_does_not_flood(whole: Engine, tmp_path: Path) -> None:
    tamper(whole, "UPDATE attune_audit_leaf SET leaf = 'x', chain = 'y', data = '1.5'")

    assert len(verify(whole, tmp_path, PUBLIC).problems) == 50
    with whole.connect() as connection:
        assert connection.execute(select(func.count()).select_from(LEAF)).scalar() == ROWS
