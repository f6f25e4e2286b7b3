"""A customer who waits may go on with the assistant; a case for safety is looked at all the same (HND-5, CRI-13)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from attune.channel.ownership import Owner, Ownership
from attune.consent.permission import Permission
from attune.handoff.agent import Counter
from attune.handoff.outbox import NotWaiting, Outbox, StaleHandoff
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from attune.policy.routing import Reason
from handoff.trackers import annoyed

T0 = 1_800_000_000.0


def opened(engine: Engine, reason: Reason) -> Outbox:
    outbox = Outbox(engine)
    outbox.open(build(annoyed(), Permission(), protocol.load(), Ticket("h-1", 1, reason, T0)), T0)
    return outbox


def test_who_leaves_the_queue_speaks_with_the_assistant_and_the_case_is_closed(engine: Engine) -> None:
    outbox = opened(engine, "customer_request")
    outbox.leave("c-1", T0 + 5)

    assert Ownership(engine).owner("c-1") == Owner("bot", None, T0 + 5)
    assert outbox.current("c-1") is None
    assert [item.kind for item in outbox.pending()] == ["packet", "close"]


def test_hnd_5_a_case_for_safety_stays_open_with_a_note_and_can_still_be_taken(engine: Engine) -> None:
    outbox = opened(engine, "safety")
    outbox.leave("c-1", T0 + 5)

    assert outbox.current("c-1")
    note = outbox.pending()[-1]
    assert (note.kind, "about safety: look in all the same" in str(note.body["text"])) == ("note", True)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0 + 9)
    assert Ownership(engine).owner("c-1").agent == "Ada"


def test_who_asks_again_waits_again_in_the_same_case(engine: Engine) -> None:
    outbox = opened(engine, "safety")
    outbox.leave("c-1", T0 + 5)

    assert outbox.wait_again("c-1", T0 + 7)
    assert Ownership(engine).owner("c-1") == Owner("queue", None, T0 + 7)
    assert not outbox.wait_again("c-1", T0 + 8)


@pytest.mark.parametrize("owner", ["bot", "agent"])
def test_nobody_leaves_a_queue_they_are_not_in(engine: Engine, owner: str) -> None:
    outbox = opened(engine, "customer_request")
    if owner == "agent":
        Counter(engine).claim("c-1", "Ada", "Ada joined", T0)
    else:
        outbox.leave("c-1", T0)

    with pytest.raises(NotWaiting, match="c-1 is not waiting"):
        outbox.leave("c-1", T0 + 5)
    assert Ownership(engine).owner("c-1").kind == owner


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(name=st.text(min_size=1))
def test_a_conversation_nobody_knows_cannot_leave(engine: Engine, name: str) -> None:
    with pytest.raises(NotWaiting):
        Outbox(engine).leave(name, T0)


WORDS = "after five, 020 7946 0958"


def called_back(version: int = 2) -> Packet:
    return build(annoyed(), Permission(), protocol.load(), Ticket("h-1", version, "customer_request", T0, WORDS))


def test_hnd_2_who_asks_to_be_called_back_goes_on_with_the_assistant_and_the_case_stays_open(engine: Engine) -> None:
    outbox = opened(engine, "customer_request")
    outbox.call_back(called_back(), T0 + 5)
    kinds = {item.kind: item.body for item in outbox.pending()}

    assert Ownership(engine).owner("c-1") == Owner("bot", None, T0 + 5)
    assert outbox.current("c-1")
    assert kinds["packet"]["call_back"] == {"words": WORDS}
    assert "ask to be called back" in kinds["note"]["text"]
    assert WORDS not in kinds["note"]["text"]  # the words stand in the packet alone (CON-5)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0 + 9)
    assert Ownership(engine).owner("c-1").agent == "Ada"


def test_who_waits_again_after_that_and_leaves_is_still_called_back(engine: Engine) -> None:
    outbox = opened(engine, "customer_request")
    outbox.call_back(called_back(), T0 + 5)
    assert outbox.wait_again("c-1", T0 + 7)
    outbox.leave("c-1", T0 + 9)

    assert outbox.current("c-1")


def test_i6_nothing_is_noted_where_an_agent_has_come_or_the_packet_is_stale(engine: Engine) -> None:
    outbox = opened(engine, "customer_request")
    with pytest.raises(StaleHandoff):
        outbox.call_back(called_back(version=3), T0 + 5)
    assert Ownership(engine).owner("c-1").kind == "queue"  # all or nothing
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0 + 6)
    with pytest.raises(NotWaiting):
        outbox.call_back(called_back(), T0 + 7)

    assert [item.kind for item in outbox.pending()] == ["packet"]
    assert not outbox.is_called_back("h-1")
