"""Decisions are heard of from the moment they are on record, inbox or ledger, and none is passed over."""

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from attune.audit import keeper
from attune.audit.checkpoints import Notary
from attune.audit.news import decisions
from attune.audit.record import Record
from audit.rows import SIGNER, fill, records

pytestmark = pytest.mark.slow


def decided(number: int, row: str = "person_alerted", kind: str = "decision") -> Record:
    facts = {"row": row, "protocol": "p", "model": "m", "steps": ""}
    return Record(f"d{number}", kind, 1_700_000_000_000_000 + number, "pseudonym", facts)  # type: ignore[arg-type]


def heard(engine: Engine, start: int = 0) -> tuple[list[str], int]:
    told, end = decisions(engine, "person_alerted", start)
    return [record.id for record in told], end


def test_a_decision_is_heard_in_the_inbox_and_in_the_ledger(engine: Engine, tmp_path: Path) -> None:
    assert heard(engine) == ([], 0)
    keeper.put(engine, [decided(1)])
    assert heard(engine) == (["d1"], 0)
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)
    keeper.put(engine, [decided(2)])
    assert heard(engine) == (["d2", "d1"], 1)
    assert heard(engine, 1) == (["d2"], 1)


def test_only_this_row_of_the_table_is_heard(engine: Engine) -> None:
    keeper.put(engine, [
        decided(1, "person_speaks"), decided(2, "personXalerted"), decided(3), decided(4, kind="turn"),
        Record("d5", "decision", 1, "p", {"row": "nothing", "model": '"row":"person_alerted"'}),
    ])

    assert heard(engine)[0] == ["d3"]


def test_a_ledger_put_back_from_an_older_copy_is_read_from_its_new_end(engine: Engine, tmp_path: Path) -> None:
    fill(engine, tmp_path, 3)
    told, end = heard(engine, start=500)
    assert (told, end) == ([], 3)
    keeper.put(engine, [decided(1)])
    keeper.keep(engine, Notary(tmp_path, SIGNER), 2.0)

    assert heard(engine, end) == (["d1"], 4)


def test_other_records_move_the_place_on(engine: Engine, tmp_path: Path) -> None:
    keeper.put(engine, records(20))
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)

    assert heard(engine) == ([], 20)
