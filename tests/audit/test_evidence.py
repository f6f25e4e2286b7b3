"""One conversation's proof, and the script that checks it without Attune."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from attune.audit import checkpoints, keeper, signing
from attune.audit.checkpoints import Notary
from attune.audit.commands import audit
from attune.audit.evidence import NotEarlier, NothingToProve, evidence
from attune.audit.merkle import leaf_hash, root
from attune.audit.proofs import consistency_spans, hashes, inclusion_spans
from attune.audit.record import seal
from attune.settings import load
from audit.rows import PUBLIC, SIGNER, fill, records, tamper

CHECKER = Path(__file__).parents[2] / "tools" / "check_proof.py"
NOW = 1_700_000_100.0
WHO = f"{1:064x}"
"""A conversation of `records`."""


@pytest.fixture
def older(engine: Engine, tmp_path: Path) -> checkpoints.Checkpoint:
    """A ledger of 37 Records, and the checkpoint of its first 20."""
    fill(engine, tmp_path, 20)
    before = keeper.checkpoint(engine, Notary(tmp_path, SIGNER), NOW)
    fill(engine, tmp_path, 17, 20)
    return before


@pytest.fixture
def proof(engine: Engine, older: checkpoints.Checkpoint) -> dict[str, Any]:
    return json.loads(json.dumps(evidence(engine, (WHO,), SIGNER, NOW, older)))


def checker() -> dict[str, Any]:
    """The script's own functions."""
    found: dict[str, Any] = {"__name__": "check_proof"}
    exec(compile(CHECKER.read_text(), str(CHECKER), "exec"), found)
    return found


CHECK = checker()["check"]


def holds(proof: dict[str, Any], key: str = signing.as_hex(PUBLIC)) -> bool:
    try:
        return all(fine for _, fine in CHECK(proof, key))
    except (ValueError, KeyError, TypeError, IndexError):
        return False  # the script ends with an error, which is no yes


def test_a_conversations_records_are_all_there_and_proved(proof: dict[str, Any]) -> None:
    assert [record["index"] for record in proof["records"]] == list(range(1, 37, 3))
    assert holds(proof)


def test_the_script_runs_where_attune_is_not_installed(proof: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "kept.json").write_text(json.dumps(proof["since"]["checkpoint"]))
    script = f"import sys; sys.modules['attune'] = None; sys.argv = ['check', *sys.argv[1:]]\n{CHECKER.read_text()}"
    told = [subprocess.run([sys.executable, "-c", script, tmp_path / "proof.json", *more], check=False,
                           capture_output=True, text=True)
            for more in ([signing.as_hex(PUBLIC), tmp_path / "kept.json"], ["00" * 32])]

    assert (told[0].returncode, told[0].stdout.count("yes"), told[1].returncode) == (0, 16, 1)
    assert "the older checkpoint is the one you kept" in told[0].stdout


def parts(proof: dict[str, Any]) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    """Everything that can be wrong with a proof, as functions that make it so."""
    for number in (0, 5, len(proof["records"]) - 1):
        yield from _wrong_path(f"record {number}", lambda told, at=number: told["records"][at]["proof"],
                               len(proof["records"][number]["proof"]))
        for name, change in (("one on", 1), ("one back", -1), ("xor 2", 2), ("doubled", 40)):
            yield f"record {number}: index {name}", lambda told, at=number, by=change: told["records"][at].update(
                index=told["records"][at]["index"] + by)
        yield f"record {number}: another word", lambda told, at=number: told["records"][at].update(
            record=told["records"][at]["record"].replace("order", "other"))
        yield f"record {number}: one space more", lambda told, at=number: told["records"][at].update(
            record=told["records"][at]["record"] + " ")
    yield from _wrong_path("growth", lambda told: told["since"]["proof"], len(proof["since"]["proof"]))
    for place in ("checkpoint", "older"):
        def point(told: dict[str, Any], which: str = place) -> dict[str, Any]:
            return told["checkpoint"] if which == "checkpoint" else told["since"]["checkpoint"]
        for name, value in (("size", 38), ("size", 0), ("size", 74), ("root", "00" * 32), ("at", 1), ("key", "x"),
                            ("chain", "11" * 32), ("signature", "00" * 64), ("signature", "")):
            yield f"{place}: {name} {value}", lambda told, point=point, name=name, value=value: point(told).update(
                {name: value})
    yield "checkpoints swapped", _swap_checkpoints


def _wrong_path(what: str, of: Callable[[dict[str, Any]], list[str]], length: int) -> Iterator[
        tuple[str, Callable[[dict[str, Any]], None]]]:
    for place in range(length):
        yield f"{what}: bit of {place}", lambda told, at=place: of(told).__setitem__(at, _flip(of(told)[at]))
        yield f"{what}: without {place}", lambda told, at=place: of(told).pop(at)
        yield f"{what}: {place} twice", lambda told, at=place: of(told).insert(at, of(told)[at])
    yield f"{what}: something before", lambda told: of(told).insert(0, "ab" * 32)
    yield f"{what}: something after", lambda told: of(told).append("ab" * 32)
    yield f"{what}: the root after", lambda told: of(told).append(told["checkpoint"]["root"])
    yield f"{what}: nothing", lambda told: of(told).clear()
    yield f"{what}: backwards", lambda told: of(told).reverse()


def _flip(digits: str) -> str:
    return f"{int(digits, 16) ^ 1:064x}"


def _swap_checkpoints(told: dict[str, Any]) -> None:
    told["checkpoint"], told["since"]["checkpoint"] = told["since"]["checkpoint"], told["checkpoint"]


def test_aud_3_whatever_is_wrong_with_a_proof_the_script_says_no(proof: dict[str, Any]) -> None:
    wrong = dict(parts(proof))
    believed = []
    for name, spoil in wrong.items():
        told = copy.deepcopy(proof)
        spoil(told)
        if told != proof and holds(told):
            believed.append(name)

    assert len(wrong) > 100
    assert believed == []
    assert not holds(proof, signing.as_hex(Ed25519PrivateKey.from_private_bytes(b"\1" * 32).public_key()))


def test_the_chain_of_who_changed_the_past_does_not_grow_from_the_kept_checkpoint(
    engine: Engine, older: checkpoints.Checkpoint,
) -> None:
    tamper(engine, "UPDATE attune_audit_leaf SET data = replace(data, 'status', 'statue') WHERE idx = 4")

    assert not holds(json.loads(json.dumps(evidence(engine, (WHO,), SIGNER, NOW, older))))


def test_there_is_nothing_to_prove_of_who_never_wrote(engine: Engine, older: checkpoints.Checkpoint) -> None:
    with pytest.raises(NothingToProve, match="no Record of nobody"):
        evidence(engine, ("nobody",), SIGNER, NOW)


def test_a_checkpoint_that_knows_more_than_there_is_tells_that_the_end_is_gone(
    engine: Engine, tmp_path: Path, older: checkpoints.Checkpoint,
) -> None:
    more = checkpoints.Checkpoint(38, older.root, older.chain, older.at)
    with pytest.raises(NotEarlier, match="38 Records, the ledger has 37"):
        evidence(engine, (WHO,), SIGNER, NOW, more)


@given(st.integers(1, 200), st.data())
def test_the_hashes_of_any_nodes_come_from_one_pass_over_the_leaves(size: int, draw: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    index, before = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size))
    wanted = {*inclusion_spans(index, size), *consistency_spans(before, size)}
    found = hashes(iter(leaves), wanted)

    assert found == {span: root(leaves[span[0]:span[1]]) for span in wanted}


def test_at_the_command_line_one_conversation_is_proved_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.setenv("ATTUNE_SECRET", "a secret for tests")
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    from attune import database

    found = load()
    engine = database.engine(found.db_url)
    keeper.put(engine, [*records(5), *(_of(one, seal(found).pseudonym("anna")) for one in records(2, 50))])
    run = CliRunner().invoke
    assert run(audit, ["checkpoint", "--json"]).exit_code == 0
    (tmp_path / "kept.jsonl").write_text(run(audit, ["checkpoint", "--json"]).output)
    key = run(audit, ["key"]).output.strip()
    by_name = run(audit, ["prove", "anna", "--since", str(tmp_path / "kept.jsonl"), "--out", str(tmp_path / "p.json")])
    by_id = json.loads(run(audit, ["prove", records(5)[4].id]).output)

    assert by_name.exit_code == 0
    assert holds(json.loads((tmp_path / "p.json").read_text()), key)
    assert ([record["index"] for record in by_id["records"]], holds(by_id, key)) == ([4], True)
    assert "no Record of bob" in str(run(audit, ["prove", "bob"]).exception)


def _of(record: Any, conversation: str) -> Any:
    from dataclasses import replace

    return replace(record, conversation=conversation)
