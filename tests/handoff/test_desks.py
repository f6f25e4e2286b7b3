"""The built-in desk keeps the contract as the reference does, and shows the most urgent first."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from attune.consent.permission import Permission
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.desks.memory import MemoryDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from contracts.desk_contract import DeskContract, Shown
from handoff.trackers import annoyed

T0 = 1_800_000_000.0


class TestMemoryDesk(DeskContract):
    @pytest.fixture
    def desk(self) -> MemoryDesk:
        return MemoryDesk()

    @pytest.fixture
    def shown(self, desk: MemoryDesk) -> Shown:
        return lambda: {name: packet["version"] for name, packet in desk.packets.items()}

    @pytest.fixture
    def noted(self, desk: MemoryDesk) -> Callable[[str], list[str]]:
        return lambda handoff: [text for owner, text, _ in desk.notes.values() if owner == handoff]


class TestBuiltinDesk(DeskContract):
    @pytest.fixture
    def desk(self, engine: Engine) -> BuiltinDesk:
        return BuiltinDesk(engine)

    @pytest.fixture
    def shown(self, desk: BuiltinDesk) -> Shown:
        return lambda: {case.packet["handoff_id"]: case.packet["version"] for case in desk.queue()}

    @pytest.fixture
    def noted(self, desk: BuiltinDesk) -> Callable[[str], list[str]]:
        return lambda handoff: [note.text for note in desk.notes(handoff)]


def packet(number: int, opened: float, reason: str = "customer_request", agent: str = "refused") -> Packet:
    ticket = Ticket(f"h-{number}", 1, reason, opened)  # type: ignore[arg-type]
    tracker = annoyed() | {"sender_id": f"c-{number}"}
    return build(tracker, Permission(agent=agent), protocol.load(), ticket)  # type: ignore[arg-type]


def test_danger_comes_first_then_who_is_due_then_who_waits_longest(engine: Engine) -> None:
    desk = BuiltinDesk(engine)
    arriving = [
        packet(1, T0), packet(2, T0 + 60), packet(3, T0 + 120, reason="safety"), packet(4, T0 + 90, agent="granted"),
    ]
    for one in arriving:
        desk.deliver(one)

    assert [case.packet["handoff_id"] for case in desk.queue()] == ["h-3", "h-4", "h-1", "h-2"]


def test_who_has_a_person_stands_below_who_waits(engine: Engine) -> None:
    desk = BuiltinDesk(engine)
    for number in (1, 2):
        Outbox(engine).open(packet(number, T0 + number), T0)
        desk.deliver(packet(number, T0 + number))
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0)

    shown = [(case.packet["handoff_id"], case.owner.kind) for case in desk.queue()]
    assert shown == [("h-2", "queue"), ("h-1", "agent")]


def test_a_closed_case_leaves_no_word_of_its_packet_behind(engine: Engine, tmp_path: Path) -> None:
    desk = BuiltinDesk(engine)
    desk.deliver(packet(1, T0, agent="granted"))
    desk.close("h-1", T0 + 5)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    assert b"frustration" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_what_was_shared_is_gone_when_the_yes_is_taken_back(engine: Engine, tmp_path: Path) -> None:
    desk = BuiltinDesk(engine)
    desk.deliver(packet(1, T0, agent="granted"))
    desk.deliver(packet(1, T0, agent="withdrawn") | {"version": 2})
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    assert b"frustration" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
