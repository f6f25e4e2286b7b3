"""The custom actions for those who wait: their place, calling back, and a packet that follows what they allow."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

from attune.channel.ownership import Ownership
from attune.database import engine as open_engine
from attune.handoff.agent import Counter
from attune.handoff.outbox import Outbox
from attune.handoff.waits import Waits
from attune.settings import LAYER
from attune_actions import AttuneCallBack, AttuneHandOff, AttuneRefit, AttuneTellPlace
from handoff.trackers import annoyed, bot, state, user

pytestmark = pytest.mark.slow

WORDS = "after five, 020 7946 0958"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The database of an installation of the test's own."""
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    return open_engine(f"sqlite:///{tmp_path / 'attune.db'}")


async def run(action: Action, tracker: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What was said, and the slots that were set."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, Tracker.from_dict(tracker), {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def answer(**slots: Any) -> dict[str, Any]:
    return state([user("get me a human", "request_human"), bot("When?", "utter_ask_call_back"), user(WORDS, "inform")],
                 slots)


async def test_hnd_3_the_place_is_told_and_noted(engine: Engine) -> None:
    await run(AttuneHandOff(), annoyed() | {"sender_id": "first"})
    await run(AttuneHandOff(), annoyed())
    [said], _ = await run(AttuneTellPlace(), annoyed())

    assert (said["response"], said["attune_place"]) == ("utter_place", "One person is waiting before you.")
    assert "can't be said" in said["attune_wait"]
    assert [one.told_place for one in Waits(engine).line()] == [0, 1]


async def test_hnd_2_in_a_surge_the_answer_says_that_no_place_can_be_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = tmp_path / "protocol.yml"
    rules.write_text((LAYER / "protocol.yml").read_text().replace("surge_from: 30", "surge_from: 2"))
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(rules))
    await run(AttuneHandOff(), annoyed() | {"sender_id": "first"})
    await run(AttuneHandOff(), annoyed())
    [said], _ = await run(AttuneTellPlace(), annoyed())

    assert "no place in the queue can be named" in said["attune_place"]


@pytest.mark.parametrize("away", [False, True])
async def test_who_does_not_wait_or_cannot_be_found_hears_nothing(
    engine: Engine, away: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    if away:
        (tmp_path / "file").write_text("no folder")
        monkeypatch.setenv("ATTUNE_DB_URL", f"sqlite:///{tmp_path / 'file' / 'attune.db'}")

    assert await run(AttuneTellPlace(), annoyed()) == ([], {})


async def test_hnd_2_the_customers_own_words_reach_the_case(engine: Engine) -> None:
    await run(AttuneHandOff(), annoyed())
    [said], slots = await run(AttuneCallBack(), answer())
    packet = [item.body for item in Outbox(engine).pending() if item.kind == "packet"][-1]

    assert said["response"] == "utter_call_back_noted"
    assert slots == {"attune_owner": "bot", "attune_call_back": WORDS}
    assert packet["call_back"] == {"words": WORDS}
    assert Ownership(engine).owner("c-1").kind == "bot"


async def test_i6_what_could_not_be_noted_is_said_and_the_customer_still_waits(engine: Engine) -> None:
    await run(AttuneHandOff(), annoyed())
    Outbox(engine).leave("c-1", 1.0)
    [said], slots = await run(AttuneCallBack(), answer(attune_owner="queue"))

    assert (said["response"], slots) == ("utter_call_back_failed", {})


async def test_i5_beside_a_person_who_has_just_come_nothing_is_said(engine: Engine) -> None:
    await run(AttuneHandOff(), annoyed())
    Counter(engine).claim("c-1", "Ada", "joined", 1.0)

    assert await run(AttuneCallBack(), answer()) == ([], {"attune_owner": "agent"})


async def test_con_3_an_open_case_nobody_waits_for_follows_the_customers_answer(engine: Engine) -> None:
    await run(AttuneHandOff(), annoyed(attune_consent_agent="granted"))
    await run(AttuneCallBack(), answer(attune_consent_agent="granted"))
    said, slots = await run(AttuneRefit(), annoyed(attune_consent_agent="withdrawn", attune_call_back=WORDS))
    packet = [item.body for item in Outbox(engine).pending() if item.kind == "packet"][-1]

    assert (said, slots) == ([], {"attune_owner": "bot"})
    assert ("context" in packet, packet["call_back"]) == (False, {"words": WORDS})
    assert Ownership(engine).owner("c-1").kind == "bot"
    assert await run(AttuneRefit(), annoyed() | {"sender_id": "nobody"}) == ([], {"attune_owner": "bot"})


async def test_i6_an_answer_that_is_heard_after_the_person_has_left_opens_no_second_case(engine: Engine) -> None:
    await run(AttuneHandOff(), annoyed())
    Counter(engine).claim("c-1", "Ada", "joined", 1.0)
    Counter(engine).release("c-1", "Ada", "left", 2.0)

    assert await run(AttuneRefit(), annoyed(attune_consent_agent="granted")) == ([], {"attune_owner": "bot"})
    assert len(Outbox(engine).handoffs(closed=True)) == 1
