"""Decisions that led to no handoff are found in the audit, whatever else is on record, and seen to until it worked."""

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine, insert

from attune.audit import keeper, mapping, news
from attune.audit.checkpoints import notary
from attune.audit.record import seal
from attune.audit.thread import Thread
from attune.desk.missing import GIVE_UP, LOOKED_BACK, STRIDE, Missing, whose
from attune.handoff.outbox import Outbox
from attune.handoff.rasa_trackers import NotTold
from attune.handoff.reconcile import GRACE, Reconciler
from attune.handoff.reconciled import Place
from attune.policy import protocol
from attune.policy.decision import HAND_OFF, REFIT
from attune.rights import trackers
from audit.rows import records
from desk.conftest import House
from handoff.trackers import action, reading, state, user

pytestmark = pytest.mark.slow

DANGER = "i am going to end it tonight"


class Rasa:
    """Every customer's conversation: danger, and an action that did not run. `away`: it answers nothing."""

    def __init__(self) -> None:
        self.away = False

    def state(self, conversation_id: str) -> Mapping[str, Any]:
        if self.away:
            raise NotTold("ConnectError")
        said = user(DANGER, None, reading("sadness", 800, 2))
        return state([said, {**action(HAND_OFF), "timestamp": 9e9}, action("action_listen")], sender=conversation_id)

    def reading(self, _words: str) -> None:
        return None


class Shop:
    """The desk's job, the decisions it reads, and what became of them."""

    def __init__(self, house: House) -> None:
        self.house, self.rasa, self.now = house, Rasa(), time.time()
        self.job = self.started()

    def started(self) -> Missing:
        """The job in a process that has just started."""
        engine = self.house.engine
        reconciler = Reconciler(engine, self.rasa, protocol.load(), "A person has been called.")
        found = whose(self.house.settings, self.house.mailbox, seal(self.house.settings))
        heard = partial(news.asking_for, engine, (HAND_OFF, REFIT))
        return Missing(heard, Place(engine), reconciler, found, lambda: self.now)

    def decides(self, conversation: str, ago: float = GRACE + 1, steps: str = HAND_OFF) -> None:
        """A customer writes, and the decision is put on record as the broker does."""
        at = self.now - ago
        self.house.mailbox.append(conversation, "customer", DANGER, message_id=f"m-{conversation}-{at}", at=at - 1)
        self.puts(conversation, at, steps)

    def puts(self, conversation: str, at: float, steps: str = HAND_OFF) -> None:
        note = {"row": "crisis_now", "protocol": "p", "step": 0, "then": "listen", "steps": steps.split()}
        event = {"event": "action", "name": "utter_crisis_help_now", "sender_id": conversation, "timestamp": at,
                 "metadata": {"attune": note, "model_id": "m1"}}
        keeper.put(self.house.engine, mapping.records(event, Thread(), seal(self.house.settings), may=False))

    def numbers(self) -> None:
        keeper.keep(self.house.engine, notary(self.house.settings), self.now)

    def open(self) -> list[str]:
        return [handoff.conversation_id for handoff in Outbox(self.house.engine).handoffs()]


@pytest.fixture
def shop(house: House) -> Shop:
    return Shop(house)


def test_hnd_1_a_decision_without_a_handoff_is_seen_to_from_inbox_and_ledger(shop: Shop) -> None:
    shop.decides("c-1")
    shop.numbers()
    shop.decides("c-2")
    shop.job.look()

    assert shop.open() == ["c-1", "c-2"]


def test_i6_it_is_opened_once_through_moves_and_restarts(shop: Shop) -> None:
    shop.decides("c-1")
    for _ in range(2):
        shop.job.look()
        shop.numbers()
        shop.job.look()
        shop.job = shop.started()

    assert shop.open() == ["c-1"]
    assert [letter.sender for letter in shop.house.mailbox.since("c-1")] == ["customer", "notice"]


def test_the_action_gets_its_time_first(shop: Shop) -> None:
    shop.decides("c-1", ago=GRACE - 1)
    shop.job.look()
    assert shop.open() == []

    shop.now += 2
    shop.job.look()
    assert shop.open() == ["c-1"]


@pytest.mark.parametrize("steps", ["utter_disclosure", "", "not_action_attune_hand_off", "action_attune_hand_off_now"])
def test_other_decisions_are_left_alone(shop: Shop, steps: str) -> None:
    shop.decides("c-1", steps=steps)
    shop.job.look()

    assert shop.open() == []


def test_a_decision_a_day_old_is_left_alone(shop: Shop) -> None:
    shop.decides("c-1", ago=LOOKED_BACK + 1)
    shop.job.look()

    assert shop.open() == []


def test_i6_with_rasa_away_it_is_tried_until_rasa_is_back(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.rasa.away = True
    shop.decides("c-1")
    shop.numbers()
    shop.job.look()
    assert shop.open() == []
    assert "cannot be opened yet" in caplog.text

    shop.job = shop.started()
    shop.rasa.away = False
    shop.job.look()
    assert shop.open() == ["c-1"]


def test_one_that_waits_holds_up_no_other_and_is_not_passed_over(shop: Shop) -> None:
    shop.decides("c-young", ago=1)
    shop.numbers()
    shop.decides("c-1")
    shop.numbers()
    keeper.put(shop.house.engine, records(STRIDE + 50))
    shop.numbers()
    shop.job.look()
    assert shop.open() == ["c-1"]

    shop.job = shop.started()
    shop.now += GRACE
    shop.job.look()
    assert sorted(shop.open()) == ["c-1", "c-young"]


def test_quiet_rows_are_not_read_for_ever(shop: Shop) -> None:
    keeper.put(shop.house.engine, records(STRIDE + 50))
    shop.numbers()
    shop.job.look()

    assert Place(shop.house.engine).read() == STRIDE + 50


def test_whoever_is_found_nowhere_is_given_up_after_a_while(shop: Shop) -> None:
    shop.puts("c-erased", shop.now - GRACE - 1)
    shop.numbers()
    shop.job.look()
    assert Place(shop.house.engine).read() == 0

    shop.now += GIVE_UP
    shop.job.look()
    assert Place(shop.house.engine).read() == 1
    assert shop.open() == []


def test_a_conversation_of_another_channel_is_found_in_the_tracker_store(shop: Shop) -> None:
    at = shop.now - GRACE - 1
    var = shop.house.settings.var
    (var / "endpoints.yml").write_text(f"tracker_store: {{type: SQL, dialect: sqlite, db: {var / 'tracker.db'}}}\n")
    store = create_engine(f"sqlite:///{var / 'tracker.db'}", future=True)
    trackers.EVENTS.create(store)
    with store.begin() as connection:
        for name, when in (("c-other", at - 60), ("4711", at), ("c-later", at + 60)):
            row = {"sender_id": name, "type_name": "action", "timestamp": when, "data": json.dumps({"event": "action"})}
            connection.execute(insert(trackers.EVENTS).values(**row))
    shop.puts("4711", at)
    shop.job.look()

    assert shop.open() == ["4711"]
