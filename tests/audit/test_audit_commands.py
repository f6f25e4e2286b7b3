"""`attune audit` for the people who run it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from attune import database, settings
from attune.audit import keeper
from attune.audit.commands import audit
from attune.audit.record import Record, seal
from audit.rows import records, tamper


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An installation with nine Records waiting, one of them of the conversation `anna`."""
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.setenv("ATTUNE_SECRET", "a secret for tests")
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    found = settings.load()
    engine = database.engine(found.db_url)
    hers = Record("f" * 64, "decision", 1_700_000_000_000_000, seal(found).pseudonym("anna"), {"row": "hand_over"})
    keeper.put(engine, [*records(8), hers])
    return engine


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(audit, arguments)
    return result.exit_code, result.output


def test_a_whole_ledger_is_said_to_be_whole(installed: Engine) -> None:
    before = run("verify")
    run("checkpoint")
    code, said = run("verify")

    assert (before[0], "9 records are not in the ledger yet" in before[1]) == (0, True)
    assert (code, said.startswith("The audit is whole: 9 records, 2 checkpoints, root ")) == (0, True)


def test_a_changed_ledger_ends_with_1_and_the_place(installed: Engine) -> None:
    run("checkpoint")
    tamper(installed, "UPDATE attune_audit_leaf SET data = replace(data, 'said', 'help') WHERE idx = 4")
    code, said = run("verify")
    as_json = run("verify", "--json")

    assert (code, as_json[0]) == (1, 1)
    assert "CHANGED: row 4: the Record is not the one that was hashed" in said
    assert json.loads(as_json[1])["problems"][0]["row"] == 4


def test_it_lists_what_was_decided_in_one_conversation(installed: Engine) -> None:
    run("checkpoint")
    code, said = run("verify", "--list", "--conversation", "anna")
    found = json.loads(run("verify", "--json", "--conversation", "anna")[1])

    assert (code, said.count("\n")) == (0, 2)
    assert "2023-11-14 22:13:20" in said and "decision" in said and "row=hand_over" in said
    assert ([record["kind"] for record in found["records"]], found["is_whole"]) == (["decision"], True)


def test_it_lists_everything_but_what_cannot_be_read(installed: Engine) -> None:
    run("checkpoint")
    tamper(installed, "UPDATE attune_audit_leaf SET data = 'x' WHERE idx = 4")
    code, said = run("verify", "--list")

    assert (code, said.count("utter_order_status")) == (1, 7)


def test_a_checkpoint_names_size_and_root(installed: Engine) -> None:
    code, said = run("checkpoint", "--json")

    assert (code, json.loads(said)["size"], len(json.loads(said)["root"])) == (0, 9, 64)


def test_an_export_holds_every_row(installed: Engine, tmp_path: Path) -> None:
    run("checkpoint")
    code, said = run("export")
    run("export", "--out", str(tmp_path / "audit.jsonl"))
    rows = [json.loads(line) for line in said.splitlines()]

    assert (code, [row["row"] for row in rows]) == (0, list(range(9)))
    assert rows[8]["record"]["facts"] == {"row": "hand_over"}
    assert (tmp_path / "audit.jsonl").read_text() == said


@pytest.mark.parametrize("command", ["verify", "checkpoint", "export", "key", "prove"])
def test_every_command_has_an_example(command: str) -> None:
    assert f"Example: attune audit {command}" in run(command, "--help")[1]
