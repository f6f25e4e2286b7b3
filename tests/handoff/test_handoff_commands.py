"""`attune handoff list` and `show` say what waits, for people and for machines."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from attune.cli import main
from attune.consent.permission import Permission
from attune.database import engine
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.policy import protocol
from handoff.trackers import annoyed

T0 = 1_800_000_000.0


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    url = f"sqlite:///{tmp_path / 'attune.db'}"
    packet = build(annoyed(), Permission(agent="granted"), protocol.load(), Ticket("h-1", 1, "customer_request", T0))
    Outbox(engine(url)).open(packet, T0)
    BuiltinDesk(engine(url)).deliver(packet)
    return url


def attune(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["handoff", *arguments])
    return result.exit_code, result.output


def test_open_handoffs_are_listed(url: str) -> None:
    assert attune("list") == (0, "h-1  2027-01-15T08:00:00+00:00  open    v1  customer_request  c-1\n")
    assert json.loads(attune("list", "--json")[1])["conversation_id"] == "c-1"


def test_closed_ones_are_listed_when_asked_for(url: str) -> None:
    counter = Counter(engine(url))
    counter.claim("c-1", "Ada", "joined", T0)
    counter.release("c-1", "Ada", "left", T0)

    assert attune("list") == (0, "")
    assert "closed" in attune("list", "--all")[1]


@pytest.mark.parametrize("name", ["h-1", "c-1"])
def test_one_case_is_shown_by_either_name(url: str, name: str) -> None:
    code, said = attune("show", name)

    assert code == 0
    assert "wants: order status" in said
    assert "turn 2: looked up order status" in said
    assert json.loads(attune("show", name, "--json")[1])["context"]["peak"]["turn"] == 2


def test_an_unknown_name_says_what_to_do(url: str) -> None:
    code, said = attune("show", "nobody")

    assert code == 1
    assert "`attune handoff list` shows" in said


@pytest.mark.parametrize("command", ["list", "show"])
def test_help_has_an_example(command: str) -> None:
    assert "attune handoff " + command in attune(command, "--help")[1].split("Example:")[1]
