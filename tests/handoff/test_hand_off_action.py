"""The custom action opens a handoff, says so once, and says so too when it cannot."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from attune.channel.ownership import Ownership
from attune.database import engine
from attune.handoff.outbox import Outbox
from attune_actions.hand_off import AttuneHandOff
from handoff.trackers import annoyed, reading, state, user


def tracker(**slots: Any) -> Tracker:
    return Tracker.from_dict(annoyed(**slots))


async def run(tracker: Tracker) -> tuple[list[str], list[dict[str, Any]]]:
    """The responses said and the events returned."""
    dispatcher = CollectingDispatcher()
    events = await AttuneHandOff().run(dispatcher, tracker, {})
    return [message["response"] for message in dispatcher.messages], events


CALLED = {"metadata": {"attune": {"step": "called", "queue": "general", "reason": "customer_request"}}}
"""What the audit is told when a handoff opens (AUD-8)."""


def owner(value: str, told: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"event": "slot", "timestamp": None, "name": "attune_owner", "value": value, **(told or {})}


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    return f"sqlite:///{tmp_path / 'attune.db'}"


async def test_a_wish_opens_a_handoff_and_a_yes_makes_it_fuller(url: str) -> None:
    assert await run(tracker()) == (["utter_handing_off", "utter_place"], [owner("queue", CALLED)])
    assert await run(tracker(attune_owner="queue", attune_consent_agent="granted")) == ([], [owner("queue")])
    assert Ownership(engine(url)).owner("c-1").kind == "queue"
    (item,) = Outbox(engine(url)).pending()
    assert (item.body["version"], "context" in item.body) == (2, True)


async def test_without_a_database_the_customer_is_told_and_the_bot_stays(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ATTUNE_DB_URL", f"sqlite:///{tmp_path / 'file' / 'attune.db'}")

    assert await run(tracker()) == (["utter_handoff_failed"], [owner("bot")])


async def test_a_fuller_packet_that_fails_is_no_failed_handoff(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ATTUNE_DB_URL", f"sqlite:///{tmp_path / 'file' / 'attune.db'}")

    assert await run(tracker(attune_owner="queue", attune_consent_agent="granted")) == ([], [])


async def test_a_tracker_without_a_single_reading_is_enough(url: str) -> None:
    bare = Tracker.from_dict(annoyed(with_readings=False, attune_consent_agent="granted"))

    assert (await run(bare))[0] == ["utter_handing_off", "utter_place"]


async def test_hnd_3_while_nobody_is_there_the_policy_says_so_and_nothing_else_is_said(url: str) -> None:
    assert await run(tracker(attune_back="tomorrow at 09:00")) == ([], [owner("queue", CALLED)])


async def test_hnd_5_whoever_is_in_danger_hears_of_no_place(url: str) -> None:
    danger = state([user("I want to end it all tonight", "disclose_crisis", reading("sadness", 940, 2))])

    assert (await run(Tracker.from_dict(danger)))[0] == ["utter_handing_off"]
