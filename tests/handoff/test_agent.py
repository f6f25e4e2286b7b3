"""An agent claims, replies and gives back: once each, and only where it is theirs to do."""

import pytest
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Letter, Mailbox
from attune.channel.ownership import Owner, Ownership, Taken
from attune.consent.permission import Permission
from attune.handoff.agent import Counter, NothingOpen, NotYours
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from handoff.trackers import annoyed

T0 = 1_800_000_000.0


@pytest.fixture
def counter(engine: Engine) -> Counter:
    ticket = Ticket("h-1", 1, "customer_request", T0)
    Outbox(engine).open(build(annoyed(), Permission(), protocol.load(), ticket), T0)
    return Counter(engine)


def letters(engine: Engine) -> list[tuple[str, str | None, str]]:
    return [(letter.sender, letter.name, letter.text) for letter in Mailbox(engine).since("c-1")]


def queued(engine: Engine) -> list[str]:
    return [str(one.body.get("value") or one.body.get("text") or one.body.get("name"))
            for one in TrackerEvents(engine).pending()]


def words(text: str, message_id: str = "m-1", agent: str = "Ada") -> Letter:
    return Letter(0, "c-1", message_id, "person", text, T0, agent)


def test_a_whole_conversation_with_a_person(engine: Engine, counter: Counter) -> None:
    counter.claim("c-1", "Ada", "Ada joined", T0)
    counter.reply(words("I have your order here."))
    counter.release("c-1", "Ada", "Ada left", T0)

    assert letters(engine) == [
        ("notice", None, "Ada joined"), ("person", "Ada", "I have your order here."), ("notice", None, "Ada left"),
    ]
    assert queued(engine) == ["Ada joined", "agent", "I have your order here.", "Ada left", "bot", "attune_handed_back"]
    assert Ownership(engine).owner("c-1").kind == "bot"


def test_doing_a_thing_twice_does_it_once(engine: Engine, counter: Counter) -> None:
    for _ in range(2):
        counter.claim("c-1", "Ada", "Ada joined", T0)
    for _ in range(2):
        counter.reply(words("Hello."))

    assert letters(engine) == [("notice", None, "Ada joined"), ("person", "Ada", "Hello.")]
    assert queued(engine) == ["Ada joined", "agent", "Hello."]


def test_a_colleague_who_comes_second_gets_nothing(engine: Engine, counter: Counter) -> None:
    counter.claim("c-1", "Ada", "Ada joined", T0)

    with pytest.raises(Taken):
        counter.claim("c-1", "Bo", "Bo joined", T0)
    with pytest.raises(NotYours, match="belongs to Ada"):
        counter.reply(words("Me too!", agent="Bo"))
    with pytest.raises(NotYours):
        counter.release("c-1", "Bo", "Bo left", T0)
    assert letters(engine) == [("notice", None, "Ada joined")]
    assert queued(engine) == ["Ada joined", "agent"]


def test_nobody_speaks_before_claiming(engine: Engine, counter: Counter) -> None:
    with pytest.raises(NotYours, match="claim it first"):
        counter.reply(words("Hello."))
    assert letters(engine) == []
    assert queued(engine) == []


def test_a_conversation_that_waits_for_nobody_cannot_be_claimed(engine: Engine, counter: Counter) -> None:
    with pytest.raises(NothingOpen):
        counter.claim("c-2", "Ada", "Ada joined", T0)
    assert Ownership(engine).owner("c-2").kind == "bot"


def test_an_owner_without_a_handoff_is_not_claimed(engine: Engine, counter: Counter) -> None:
    Ownership(engine).set("c-9", Owner("queue", None, T0))
    with pytest.raises(NothingOpen):
        counter.claim("c-9", "Ada", "Ada joined", T0)
    assert Ownership(engine).owner("c-9").kind == "queue"
