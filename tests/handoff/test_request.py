"""A wish for a person opens one handoff; afterwards its packet follows what the customer allows."""

from typing import Any

import pytest
from sqlalchemy.engine import Engine

from attune.consent.permission import Permission
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet
from attune.handoff.request import Request, ask, reason
from attune.policy import protocol
from handoff.trackers import annoyed, reading, state, user

T0 = 1_800_000_000.0
UNKNOWN, YES, NO, BACK = (Permission(agent=answer) for answer in ("unknown", "granted", "refused", "withdrawn"))  # type: ignore[arg-type]
DANGER = state([user("I want to end it all tonight", "disclose_crisis", reading("sadness", 940, 2)),
                user("yes please, a person", "request_human", reading("sadness", 300, 0))])


def request(permission: Permission, tracker: dict[str, Any] | None = None) -> Request:
    return Request(tracker or annoyed(), permission, protocol.load())


def newest(engine: Engine) -> Packet:
    return dict(Outbox(engine).pending()[-1].body)


@pytest.mark.parametrize(("answers", "outcomes", "version", "detailed"), [
    ([UNKNOWN], ["opened"], 1, False),
    ([UNKNOWN, YES], ["opened", "upgraded"], 2, True),
    ([UNKNOWN, NO], ["opened", "kept"], 1, False),
    ([YES], ["opened"], 1, True),
    ([UNKNOWN, YES, BACK], ["opened", "upgraded", "upgraded"], 3, False),
    ([UNKNOWN, YES, BACK, BACK], ["opened", "upgraded", "upgraded", "kept"], 3, False),
])
def test_the_packet_follows_the_customers_answers(
    engine: Engine, answers: list[Permission], outcomes: list[str], version: int, detailed: bool,
) -> None:
    outbox = Outbox(engine)

    assert [ask(outbox, request(one), new_id=f"h-{n}", now=T0 + n) for n, one in enumerate(answers)] == outcomes
    packet = newest(engine)
    assert (packet["handoff_id"], packet["version"], "context" in packet) == ("h-0", version, detailed)
    assert packet["opened"] == "2027-01-15T08:00:00Z"


def test_danger_stated_before_still_makes_it_urgent() -> None:
    assert reason(request(NO, DANGER)) == "safety"
    assert reason(request(NO)) == "customer_request"


def test_danger_read_only_in_the_latest_message_is_seen_too() -> None:
    tracker = state([user("hello", "greet")]) | {"latest_message": {"attune": reading("sadness", 900, 2).as_dict()}}

    assert reason(request(NO, tracker)) == "safety"


def test_an_open_handoff_turns_urgent_without_asking_and_stays_so(engine: Engine) -> None:
    outbox = Outbox(engine)
    ask(outbox, request(UNKNOWN), new_id="h-1", now=T0)

    assert ask(outbox, request(UNKNOWN, DANGER), new_id="h-2", now=T0) == "upgraded"
    assert (newest(engine)["reason"], newest(engine)["priority"], "context" in newest(engine)) == ("safety", 1, False)
    assert ask(outbox, request(YES), new_id="h-3", now=T0) == "upgraded"
    assert newest(engine)["reason"] == "safety"
