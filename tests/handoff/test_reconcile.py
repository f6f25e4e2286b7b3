"""What was decided and never opened is opened: once, by the rules of the action, whatever happens in between."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.consent.permission import Permission
from attune.handoff.agent import Counter
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.reconcile import Reconciler, Wanted, has_run
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from handoff.trackers import action, annoyed, bot, reading, state, user

T0 = 1_800_000_000.0
NOTICE = "A person from our team has been called."
DANGER = "i am going to end it tonight"
DECIDED = Wanted("d" * 64, "c-1", T0)


class Trackers:
    """One conversation in Rasa, and the readings of its running model."""

    def __init__(self, tracker: Mapping[str, Any], tiers: Mapping[str, int] | None = None) -> None:
        self.tracker, self._tiers = tracker, tiers or {}
        self.asked: list[str] = []

    def state(self, _conversation_id: str) -> Mapping[str, Any]:
        return self.tracker

    def reading(self, words: str) -> Mapping[str, Any] | None:
        self.asked.append(words)
        return reading("sadness", 800, self._tiers.get(words, 0)).as_dict()


def slot(name: str, value: str) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": T0 + 0.2}


def handing(*after: dict[str, Any]) -> list[dict[str, Any]]:
    """The action as Rasa notes it, whether or not its server was there, and what it left."""
    return [{**action("action_attune_hand_off"), "timestamp": T0 + 0.1}, *after, action("action_listen")]


def in_danger(*after: dict[str, Any], tier: int | None = 2, **slots: str) -> dict[str, Any]:
    read = None if tier is None else reading("sadness", 800, tier)
    return state([user(DANGER, None, read), bot("Here is help.", "utter_crisis_help_now"), *handing(*after)], slots)


def reconciler(engine: Engine, trackers: Trackers) -> Reconciler:
    return Reconciler(engine, trackers, protocol.load(), NOTICE)


def packets(engine: Engine) -> list[Mapping[str, Any]]:
    return [item.body for item in Outbox(engine).pending() if item.kind == "packet"]


def notices(engine: Engine) -> list[str]:
    return [letter.text for letter in Mailbox(engine).since("c-1") if letter.sender == "notice"]


def test_hnd_1_a_decision_the_action_server_never_heard_of_leads_to_a_person(engine: Engine) -> None:
    outcome = reconciler(engine, Trackers(in_danger())).see_to(DECIDED)

    [packet] = packets(engine)
    assert outcome == "opened"
    assert (packet["reason"], packet["conversation"], "context" in packet) == (
        "safety", {"id": "c-1", "channel": "web"}, False)
    assert packet["opened"] == "2027-01-15T08:00:00Z", "the customer has waited since the decision"
    assert Ownership(engine).owner("c-1").kind == "queue"
    assert notices(engine) == [NOTICE]
    assert [one.body.get("value") or one.body.get("text") for one in TrackerEvents(engine).pending()] == [
        NOTICE, "queue"]


def test_i6_seen_to_again_it_is_still_one_handoff_and_one_notice(engine: Engine) -> None:
    for _ in range(3):
        reconciler(engine, Trackers(in_danger())).see_to(DECIDED)

    assert len(packets(engine)) == 1
    assert notices(engine) == [NOTICE]


def test_i6_cut_off_before_the_customer_is_told_it_goes_on_there(engine: Engine) -> None:
    whole = build(in_danger(), Permission(), protocol.load(), Ticket(DECIDED.handoff_id, 1, "safety", T0))
    Outbox(engine).open(whole, T0)
    reconciler(engine, Trackers(in_danger())).see_to(DECIDED)

    assert len(packets(engine)) == 1
    assert notices(engine) == [NOTICE]


def test_what_the_action_opened_is_left_alone(engine: Engine) -> None:
    Outbox(engine).open(build(annoyed(), Permission(), protocol.load(), Ticket("h-1", 1, "customer_request", T0)), T0)
    outcome = reconciler(engine, Trackers(in_danger(slot("attune_owner", "queue")))).see_to(DECIDED)

    assert outcome == "there"
    assert [packet["reason"] for packet in packets(engine)] == ["customer_request"]
    assert notices(engine) == []


def test_i6_a_handoff_the_action_opened_before_it_was_cut_off_is_not_opened_twice(engine: Engine) -> None:
    tracker = in_danger()
    asking = next(event for event in tracker["events"] if event["event"] == "user")
    asking["timestamp"] = T0 - 9
    Outbox(engine).open(build(tracker, Permission(), protocol.load(), Ticket("h-1", 1, "safety", T0 - 6)), T0 - 6)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0 + 1)
    Counter(engine).release("c-1", "Ada", "Ada left", T0 + 9)

    assert reconciler(engine, Trackers(tracker)).see_to(DECIDED) == "there"
    assert Ownership(engine).owner("c-1").kind == "bot"


def test_hnd_1_who_asks_again_after_a_handoff_gets_a_person_again(engine: Engine) -> None:
    tracker = in_danger()
    asking = next(event for event in tracker["events"] if event["event"] == "user")
    asking["timestamp"] = T0 - 3
    Outbox(engine).open(build(tracker, Permission(), protocol.load(), Ticket("h-1", 1, "safety", T0 - 60)), T0 - 60)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0 - 50)
    Counter(engine).release("c-1", "Ada", "Ada left", T0 - 20)

    assert reconciler(engine, Trackers(tracker)).see_to(DECIDED) == "opened"


def test_a_late_action_finds_what_is_open(engine: Engine) -> None:
    reconciler(engine, Trackers(in_danger())).see_to(DECIDED)
    late = build(in_danger(), Permission(), protocol.load(), Ticket("h-late", 1, "safety", T0 + 20))

    assert Outbox(engine).open(late, T0 + 20).handoff_id == DECIDED.handoff_id
    assert len(packets(engine)) == 1


def test_it_is_over_once_a_person_has_been_there(engine: Engine) -> None:
    reconciler(engine, Trackers(in_danger())).see_to(DECIDED)
    counter = Counter(engine)
    counter.claim("c-1", "Ada", "Ada joined", T0 + 30)
    counter.release("c-1", "Ada", "Ada left", T0 + 60)
    reconciler(engine, Trackers(in_danger())).see_to(DECIDED)

    assert Outbox(engine).handoffs() == []
    assert Ownership(engine).owner("c-1").kind == "bot"


def test_danger_stated_while_waiting_makes_the_case_urgent(engine: Engine) -> None:
    waits = build(annoyed(), Permission(), protocol.load(), Ticket("h-1", 1, "customer_request", T0 - 60))
    Outbox(engine).open(waits, T0 - 60)
    outcome = reconciler(engine, Trackers(in_danger())).see_to(DECIDED)

    assert outcome == "upgraded"
    assert [(packet["handoff_id"], packet["reason"]) for packet in packets(engine)] == [("h-1", "safety")]
    assert notices(engine) == [], "a person was asked for before"


def test_hnd_4_without_a_yes_the_packet_carries_reason_and_request_alone(engine: Engine) -> None:
    reconciler(engine, Trackers(in_danger(attune_consent_agent="refused"))).see_to(DECIDED)

    assert "context" not in packets(engine)[0]


def test_hnd_4_with_a_yes_the_packet_carries_how_it_went(engine: Engine) -> None:
    reconciler(engine, Trackers(in_danger(attune_consent_agent="granted"))).see_to(DECIDED)

    assert packets(engine)[0]["context"]["tier"] == 2


def test_con_3_a_yes_taken_back_reaches_the_packet_though_the_action_did_not_run(engine: Engine) -> None:
    yes = build(annoyed(), Permission(agent="granted"), protocol.load(), Ticket("h-1", 1, "customer_request", T0 - 60))
    Outbox(engine).open(yes, T0 - 60)
    told = {**annoyed(attune_consent_agent="withdrawn")}
    told["events"] = [*told["events"], *handing()]
    outcome = reconciler(engine, Trackers(told)).see_to(Wanted("d" * 64, "c-1", T0, refits=True))

    assert outcome == "upgraded"
    assert ["context" in packet for packet in packets(engine)] == [False]


def test_a_message_whose_reading_is_lost_is_read_again(engine: Engine) -> None:
    trackers = Trackers(in_danger(tier=None), {DANGER: 2})
    reconciler(engine, trackers).see_to(DECIDED)

    assert trackers.asked == [DANGER]
    assert packets(engine)[0]["reason"] == "safety"


def test_a_session_begun_since_does_not_hide_the_danger(engine: Engine) -> None:
    tracker = in_danger()
    tracker["events"] += [{"event": "session_started", "timestamp": T0 + 5}, user("hello", "greet", reading())]
    reconciler(engine, Trackers(tracker)).see_to(DECIDED)

    assert packets(engine)[0]["reason"] == "safety"


def test_con_8_whoever_was_erased_is_not_brought_back(engine: Engine) -> None:
    assert reconciler(engine, Trackers(state([]))).see_to(DECIDED) == "erased"
    assert Outbox(engine).handoffs() == []


@pytest.mark.parametrize(("after", "ran"), [
    ([slot("attune_owner", "queue")], True),
    ([bot("I am getting a person.", "utter_handing_off"), slot("attune_owner", "agent")], True),
    ([], False),
    ([bot("That failed.", "utter_handoff_failed"), slot("attune_owner", "bot")], False),
    ([action("action_listen"), slot("attune_owner", "queue")], False),
])
def test_only_an_action_that_ran_says_who_has_the_conversation(after: list[dict[str, Any]], ran: bool) -> None:
    assert has_run(in_danger(*after)["events"], T0) is ran


@pytest.mark.parametrize(("after", "ran"), [([slot("attune_owner", "bot")], True), ([], False)])
def test_con_3_a_packet_was_brought_up_to_date_where_the_action_says_who_has_the_conversation(
    after: list[dict[str, Any]], ran: bool,
) -> None:
    assert has_run([{**action("action_attune_refit"), "timestamp": T0}, *after, action("action_listen")], T0) is ran


def test_an_action_before_the_decision_does_not_count() -> None:
    assert not has_run(in_danger(slot("attune_owner", "queue"))["events"], T0 + 60)
