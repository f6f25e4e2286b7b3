"""A wish for a person opens one handoff; afterwards its packet follows what the customer allows."""

from typing import Any

import pytest
from sqlalchemy.engine import Engine

from attune.channel.ownership import Ownership
from attune.consent.permission import Permission
from attune.handoff.outbox import NotWaiting, Outbox
from attune.handoff.packet import Packet
from attune.handoff.request import Request, ask, call_back, reason, refit
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


WORDS = "after five, 020 7946 0958"


def test_hnd_2_the_words_for_calling_back_stay_in_every_later_packet_of_the_case(engine: Engine) -> None:
    outbox = Outbox(engine)
    ask(outbox, request(UNKNOWN), new_id="h-1", now=T0)
    call_back(outbox, request(UNKNOWN), WORDS, T0 + 1)
    noted = annoyed(attune_call_back=WORDS)

    assert refit(outbox, request(YES, noted), T0 + 2)
    assert (newest_packet(engine)["call_back"], "context" in newest_packet(engine)) == ({"words": WORDS}, True)


def test_con_3_a_withdrawal_reaches_a_case_nobody_waits_for_and_leaves_it_where_it_is(engine: Engine) -> None:
    outbox = Outbox(engine)
    ask(outbox, request(YES), new_id="h-1", now=T0)
    call_back(outbox, request(YES), WORDS, T0 + 1)

    assert refit(outbox, request(BACK, annoyed(attune_call_back=WORDS)), T0 + 2)
    assert "context" not in newest_packet(engine)
    assert newest_packet(engine)["call_back"] == {"words": WORDS}
    assert Ownership(engine).owner("c-1").kind == "bot"
    assert not refit(outbox, request(BACK), T0 + 3)


def test_without_a_case_there_is_nothing_to_bring_up_or_to_call_back_about(engine: Engine) -> None:
    assert not refit(Outbox(engine), request(YES), T0)
    with pytest.raises(NotWaiting):
        call_back(Outbox(engine), request(YES), WORDS, T0)


def test_words_of_an_earlier_case_are_in_no_later_one(engine: Engine) -> None:
    outbox = Outbox(engine)
    ask(outbox, request(YES, annoyed(attune_call_back=WORDS)), new_id="h-1", now=T0)
    ask(outbox, request(YES, annoyed(attune_call_back=WORDS)), new_id="h-1", now=T0 + 1)

    assert "call_back" not in newest_packet(engine)
    assert WORDS not in str(newest_packet(engine))


def newest_packet(engine: Engine) -> Packet:
    return dict([item.body for item in Outbox(engine).pending() if item.kind == "packet"][-1])
