"""A handoff is stored whole or not at all, once, and survives whatever dies."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine, create_engine

from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.consent.permission import Permission
from attune.database import engine as open_engine
from attune.handoff.agent import Counter
from attune.handoff.outbox import Outbox, StaleHandoff
from attune.handoff.packet import Packet, Ticket, build
from attune.handoff.tables import HANDOFFS, OUTBOX, TRACKER_EVENTS
from attune.policy import protocol
from handoff.trackers import annoyed

pytestmark = pytest.mark.slow

T0 = 1_800_000_000.0


def packet(handoff: str = "h-1", version: int = 1, agent: str = "refused", conversation: str = "c-1") -> Packet:
    ticket = Ticket(handoff, version, "customer_request", T0)
    return build(annoyed() | {"sender_id": conversation}, Permission(agent=agent), protocol.load(), ticket)  # type: ignore[arg-type]


def test_opening_stores_the_packet_and_puts_the_conversation_in_the_queue(engine: Engine) -> None:
    outbox = Outbox(engine)
    opened = outbox.open(packet(), T0)

    assert (opened.handoff_id, opened.version, opened.detailed) == ("h-1", 1, False)
    assert [(item.item_id, item.kind, item.body) for item in outbox.pending()] == [("h-1/1", "packet", packet())]
    assert Ownership(engine).owner("c-1").kind == "queue"


def test_a_conversation_has_one_open_handoff_however_often_it_asks(engine: Engine) -> None:
    outbox = Outbox(engine)
    outbox.open(packet("h-1"), T0)

    assert outbox.open(packet("h-2"), T0 + 5).handoff_id == "h-1"
    assert len(outbox.pending()) == 1
    assert outbox.open(packet("h-3", conversation="c-2"), T0).handoff_id == "h-3"


def test_a_fuller_packet_replaces_the_one_not_yet_delivered(engine: Engine) -> None:
    outbox = Outbox(engine)
    outbox.open(packet(), T0)
    outbox.upgrade(packet(version=2, agent="granted"), T0 + 1)

    assert [item.item_id for item in outbox.pending()] == ["h-1/2"]
    current = outbox.current("c-1")
    assert current and (current.version, current.detailed) == (2, True)


@pytest.mark.parametrize("version", [1, 3])
def test_only_the_next_version_is_taken(engine: Engine, version: int) -> None:
    outbox = Outbox(engine)
    outbox.open(packet(), T0)

    with pytest.raises(StaleHandoff, match="build the packet anew"):
        outbox.upgrade(packet(version=version), T0)


def test_a_closed_handoff_takes_no_packet_and_a_new_one_can_be_opened(engine: Engine) -> None:
    outbox = Outbox(engine)
    outbox.open(packet(), T0)
    give_back(engine)

    with pytest.raises(StaleHandoff):
        outbox.upgrade(packet(version=2), T0)
    assert outbox.current("c-1") is None
    assert outbox.open(packet("h-2"), T0 + 9).handoff_id == "h-2"
    every = [(one.handoff_id, one.closed is None) for one in outbox.handoffs(closed=True)]
    assert every == [("h-1", False), ("h-2", True)]
    assert [one.handoff_id for one in outbox.handoffs()] == ["h-2"]


def test_what_was_delivered_is_not_kept_twice(engine: Engine) -> None:
    outbox = Outbox(engine)
    outbox.open(packet(agent="granted"), T0)
    outbox.delivered(outbox.pending()[0].id, T0 + 1)

    assert outbox.pending() == []
    with engine.connect() as connection:
        assert connection.execute(select(OUTBOX.c.body)).scalars().all() == ["{}"]


def give_back(engine: Engine) -> None:
    counter = Counter(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0 + 2)
    counter.release("c-1", "Ada", "Ada left", T0 + 3)


def opened(engine: Engine) -> None:
    Outbox(engine).open(packet(), T0)


def upgraded(engine: Engine) -> None:
    Outbox(engine).upgrade(packet(version=2, agent="granted"), T0)


def claimed(engine: Engine) -> None:
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0)


def released(engine: Engine) -> None:
    Counter(engine).release("c-1", "Ada", "Ada left", T0)


STEPS: list[Callable[[Engine], None]] = [opened, upgraded, claimed, released]


def seen(engine: Engine) -> tuple[object, ...]:
    """Everything a step changes, in one value."""
    Outbox(engine).handoffs()
    with engine.connect() as connection:
        handoffs = connection.execute(select(HANDOFFS.c.handoff_id, HANDOFFS.c.version, HANDOFFS.c.closed)).all()
        items = connection.execute(select(OUTBOX.c.item_id, OUTBOX.c.body)).all()
        events = connection.execute(select(TRACKER_EVENTS.c.event_id)).all()
    letters = [letter.message_id for letter in Mailbox(engine).since("c-1")]
    return Ownership(engine).owner("c-1"), handoffs, items, events, letters


def die_at(url: str, step: Callable[[Engine], None], statement: int) -> None:
    """Take the step in this process and kill it for good before its n-th statement (or the commit after the last)."""
    engine, count = create_engine(url, future=True), iter(range(1000))

    def kill(*_: object, **__: object) -> None:
        if next(count) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", kill)
    event.listen(engine, "commit", kill)
    step(engine)


@pytest.mark.parametrize("place", range(len(STEPS)), ids=[step.__name__ for step in STEPS])
def test_a_killed_process_leaves_all_of_a_step_or_nothing(place: int, tmp_path: Path) -> None:
    for statement in range(60):
        url = f"sqlite:///{tmp_path / f'{statement}.db'}"
        engine = open_engine(url)
        for step in STEPS[:place]:
            step(engine)
        before = seen(engine)
        engine.dispose()
        process = multiprocessing.get_context("fork").Process(target=die_at, args=(url, STEPS[place], statement))
        process.start()
        process.join()
        after = seen(engine)
        if process.exitcode == 0:
            assert statement > 4
            assert after != before
            return
        assert process.exitcode == -signal.SIGKILL
        assert after == before
        STEPS[place](engine)
        assert seen(engine) != before
    pytest.fail("the step never came to its end")
