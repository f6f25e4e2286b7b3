"""Webhooks that come late, twice, or as the echo of what we did ourselves."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from attune.channel import ownership
from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Owner
from attune.handoff.desks.chatwoot.events import KEPT, Events
from attune.handoff.desks.chatwoot.lifecycle import Heard, Holder, Message, State
from attune.handoff.desks.chatwoot.store import Busy, Store
from attune.handoff.desks.chatwoot.tables import DELIVERIES
from handoff.chatwoot_desk import NATIVE, T0, account


class Clock:
    now = T0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> Store:
    return Store(engine, clock)


@pytest.fixture
def events(store: Store) -> Events:
    return Events(account("http://127.0.0.1:1"), store)


def heard(status: str, holder: Holder = "nobody", seen: float = 1.0, message: Message | None = None) -> Heard:
    agent = "Ada" if holder == "person" else None
    return Heard("message_created" if message else "conversation_updated", 3, 1, "x", None,
                 State(status, holder, agent, seen), message)


HELLO = Message(7, "incoming", "hello", False, False, "wispy", None, None, False)


def owner(events: Events) -> Owner:
    with events.store.engine.connect() as connection:
        return ownership.read(connection, NATIVE)


def test_i5_a_webhook_that_was_overtaken_gives_nothing_back(events: Events) -> None:
    events.take(heard("pending", seen=1.0), "d-1")
    events.take(heard("open", "person", seen=3.0), "d-2")
    events.take(heard("pending", seen=2.0, message=HELLO), "d-3")

    assert owner(events).agent == "Ada"
    assert [one.text for one in Mailbox(events.store.engine).since(NATIVE)] == ["hello"]


def test_i5_the_echo_of_what_was_before_our_own_doing_gives_nothing_back(events: Events, clock: Clock) -> None:
    events.take(heard("pending", seen=1.0), "d-1")
    events.store.wait_for_people(NATIVE)
    events.store.expect(NATIVE, "open", instead_of="pending")
    events.take(heard("pending", seen=2.0), "d-2")  # of the attributes we set just before
    assert owner(events).kind == "queue"
    events.take(heard("open", seen=3.0), "d-3")
    assert owner(events).kind == "queue"
    events.take(heard("pending", seen=4.0), "d-4")

    assert owner(events).kind == "bot"


def test_a_status_that_is_set_back_after_a_minute_counts_though_the_echo_never_came(
    events: Events, clock: Clock,
) -> None:
    events.take(heard("pending", seen=1.0), "d-1")
    events.store.wait_for_people(NATIVE)
    events.store.expect(NATIVE, "open", instead_of="pending")
    clock.now += 61
    events.take(heard("pending", seen=2.0), "d-2")

    assert owner(events).kind == "bot"


def test_a_delivery_is_taken_once_whoever_takes_it(events: Events) -> None:
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: events.take(heard("pending", message=HELLO), "d-1"), range(12)))

    assert taken.count(True) == 1
    assert len(Mailbox(events.store.engine).since(NATIVE)) == 1


def test_a_message_is_taken_once_whatever_brings_it(events: Events) -> None:
    for delivery in ("d-1", "d-2"):
        assert events.take(heard("pending", message=HELLO), delivery)

    assert len(Mailbox(events.store.engine).since(NATIVE)) == 1


def test_deliveries_are_forgotten_after_a_day(events: Events, clock: Clock) -> None:
    events.take(heard("pending"), "d-1")
    clock.now += KEPT + 1
    events.take(heard("pending"), "d-2")

    with events.store.engine.connect() as connection:
        assert list(connection.execute(select(DELIVERIES.c.delivery_id)).scalars()) == ["d-2"]


def test_another_accounts_conversation_of_the_same_number_is_another(events: Events) -> None:
    events.take(replace(heard("pending", message=HELLO), account=4), "d-1")

    assert Mailbox(events.store.engine).since(NATIVE) == []
    assert Mailbox(events.store.engine).since("chatwoot-4-1") == []


def test_who_wrote_is_named_in_no_id(events: Events) -> None:
    """Copies for customers show ids, and leave out the names of staff (CON-7)."""
    store = events.store
    with store.hold("c-1"):
        store.found("c-1", 1, "attune-x")
    said = Message(8, "outgoing", "hi", False, False, "Wilhelmina", None, None, False)
    events.take(heard("open", message=said), "d-1")
    ids = [one.message_id for one in Mailbox(store.engine).since("c-1")]

    assert len(ids) == 2
    assert not [one for one in ids if "Wilhelmina" in one]


def test_only_one_at_a_time_works_on_a_conversation(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attune.handoff.desks.chatwoot.store.PATIENCE", 3)
    busy = pytest.raises(Busy, match="c-1 is being worked on")
    with store.hold("c-1"), store.hold("c-2"), store.hold("c-1", "hearing_until"), busy, store.hold("c-1"):
        pytest.fail("two at once")
    with store.hold("c-1"):
        pass
