"""Real Rasa, real SQLite: without consent no byte of a Reading reaches a file or the stream (I3)."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from attune.consent.tracker_store import ConsentTrackerStore
from attune.signals.reading import EMOTIONS, Crisis, Cue, Reading

pytestmark = pytest.mark.rasa

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet, express_frustration, disclose_crisis]
slots:
  attune_consent_quality: {type: text, influence_conversation: false, mappings: [{type: custom}]}
actions: [action_attune_acknowledge]
""")
READING = Reading(
    "anger", 720, {"anger": 720}, Crisis(2, ("stated",), 912), cues=(Cue(0, 4, "cue-third"),), reader="r3ad3r",
)
TELLING = [
    *EMOTIONS, "intensity", "cue-third", "r3ad3r", "scores", "express_frustration", "disclose_crisis",
    "help_now", "strong", '"tier"', "crisis_now",
]


class Listener(EventBroker):
    """Keeps what is published."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        """Keep the event."""
        self.heard.append(copy.deepcopy(event))


def angry() -> UserUttered:
    ranking = [{"name": name, "confidence": 0.5} for name in ("disclose_crisis", "greet")]
    return UserUttered("1042 again", {"name": "disclose_crisis", "confidence": 1.0}, [], {
        "intent": {"name": "disclose_crisis", "confidence": 1.0}, "intent_ranking": ranking, "entities": [],
        "text": "1042 again", "attune": READING.as_dict(),
    }, input_channel="web", message_id="m1")


def answered() -> list[Event]:
    note = {"row": "crisis_now", "protocol": "abc", "step": 0, "steps": ["utter_crisis_help_now"], "then": "listen",
            "reading": {"emotion": "anger", "level": "strong", "tier": 2}}
    return [
        ActionExecuted("utter_crisis_help_now", "EmpathyPolicy", 1.0, metadata={"attune": note}),
        BotUttered("Help.", metadata={"utter_action": "utter_crisis_help_now"}),
        BotUttered("Heard.", metadata={"utter_action": "utter_acknowledge_anger_strong"}),
        ActionExecuted("action_listen", "EmpathyPolicy", 1.0),
    ]


def turn() -> list[Event]:
    return [angry(), *answered()]


def consent(state: str | None) -> SlotSet:
    return SlotSet("attune_consent_quality", state)


def open_store(folder: Path, listener: Listener | None = None) -> ConsentTrackerStore:
    where = EndpointConfig.from_dict({
        "type": "attune.consent.tracker_store.ConsentTrackerStore", "dialect": "sqlite",
        "db": str(folder / "not" / "yet" / "tracker.db"),
    })
    store = TrackerStore.create(where, DOMAIN, listener)
    assert isinstance(store, ConsentTrackerStore)
    return store


async def save(store: TrackerStore, *events: Event) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker("anna", append_action_listen=False)
    for event in events:
        tracker.update(event)
    await store.save(tracker)
    return tracker


def on_disk(folder: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "tracker.db" for path in files)
    return b"".join(path.read_bytes() for path in files)


def plain(events: Any) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(event.as_dict())) for event in events]


async def test_con_5_without_consent_no_byte_of_a_reading_is_in_any_file(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for _ in range(3):
        await save(store, *turn())

    assert [word for word in TELLING if word.encode() in on_disk(tmp_path)] == []
    assert b"1042 again" in on_disk(tmp_path)  # the search does find what is there


async def test_without_consent_nothing_of_a_reading_is_streamed(tmp_path: Path) -> None:
    listener = Listener()
    await save(open_store(tmp_path, listener), SessionStarted(), *turn())

    assert [event["event"] for event in listener.heard] == ["session_started", "user", "action", "bot", "bot", "action"]
    assert [word for word in TELLING if word in json.dumps(listener.heard)] == []


async def test_with_consent_the_reading_is_kept_from_then_on(tmp_path: Path) -> None:
    listener = Listener()
    store = open_store(tmp_path, listener)
    await save(store, *turn(), consent("granted"))
    before = on_disk(tmp_path).count(b"cue-third")
    await save(store, *turn())

    assert (before, on_disk(tmp_path).count(b"cue-third") > 0) == (0, True)
    assert [event["parse_data"].get("attune") for event in listener.heard if event["event"] == "user"] == [
        None, READING.as_dict(),
    ]


@pytest.mark.parametrize("end", [consent("withdrawn"), consent(None), SessionStarted()], ids=str)
async def test_con_3_after_consent_ends_nothing_new_is_stored(tmp_path: Path, end: Event) -> None:
    store = open_store(tmp_path)
    await save(store, consent("granted"), *turn())
    await save(store, end)
    kept = on_disk(tmp_path).count(b"cue-third")
    await save(store, *turn())
    reopened = await open_store(tmp_path).retrieve("anna")

    assert kept > 0
    assert "attune" not in [event for event in reopened.events if isinstance(event, UserUttered)][-1].parse_data


async def test_consent_counts_at_the_moment_of_each_event_within_one_save(tmp_path: Path) -> None:
    listener = Listener()
    await save(open_store(tmp_path, listener), angry(), consent("granted"), angry(), consent("withdrawn"), angry())

    assert ["attune" in event["parse_data"] for event in listener.heard if event["event"] == "user"] == [
        False, True, False,
    ]


async def test_the_same_process_gets_the_conversation_back_whole(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    saved = await save(store, SessionStarted(), *turn())
    back = await store.retrieve("anna")

    assert plain(back.events) == plain(saved.events)
    assert back.latest_message.parse_data["attune"] == READING.as_dict()
    assert back.latest_message.intent["name"] == "disclose_crisis"
    assert back.latest_message.as_sub_state() == saved.latest_message.as_sub_state()
    assert back.latest_action == saved.latest_action
    assert back.current_state() == saved.current_state()


async def test_a_turn_saved_in_its_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    events = turn()
    for event in events:
        tracker = await save(store, event)

    assert plain((await store.retrieve("anna")).events) == plain(tracker.events) == plain(events)
    assert [word for word in TELLING if word.encode() in on_disk(tmp_path)] == []


async def test_another_process_gets_every_event_in_its_place_without_the_reading(tmp_path: Path) -> None:
    saved = await save(open_store(tmp_path), SessionStarted(), *turn(), *turn())
    other = open_store(tmp_path)
    back = await other.retrieve("anna")
    await save(other, *turn())
    again = await other.retrieve("anna")

    assert [event.type_name for event in back.events] == [event.type_name for event in saved.events]
    assert [event.timestamp for event in back.events] == [event.timestamp for event in saved.events]
    assert len(again.events) == len(saved.events) + len(turn())
    assert next(event for event in back.events if isinstance(event, UserUttered)).intent_name is None


async def test_bnd_1_a_new_session_forgets_the_feelings_of_the_one_before(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    await save(store, SessionStarted(), *turn())
    await save(store, SessionStarted(), UserUttered("hi", {"name": "greet"}))
    whole = await store.retrieve_full_tracker("anna")

    assert store.recall.of("anna") == {}
    assert ["attune" in event.parse_data for event in whole.events if isinstance(event, UserUttered)] == [False, False]


async def test_memory_is_bounded(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.recall.conversations, store.recall.events = 2, 3
    for sender in ("a", "b", "c"):
        tracker = await store.get_or_create_tracker(sender)
        for event in turn():
            tracker.update(event)
        await store.save(tracker)

    assert [len(store.recall.of(sender)) for sender in ("a", "b", "c")] == [0, 3, 3]


async def test_the_fallback_store_does_not_stream_what_may_not_be_told(tmp_path: Path) -> None:
    listener = Listener()
    store = open_store(tmp_path, listener)
    safe = FailSafeTrackerStore(store)
    shutil.rmtree(tmp_path / "not")  # the database is away
    tracker = DialogueStateTracker("anna", DOMAIN.slots)
    for event in turn():
        tracker.update(event)
    await safe.save(tracker)

    assert list(await safe.fallback_tracker_store.keys()) == ["anna"]
    assert [event["event"] for event in listener.heard] == ["user", "action", "bot", "bot", "action"]
    assert [word for word in TELLING if word in json.dumps(listener.heard)] == []


async def test_an_address_given_as_a_url_works_too(tmp_path: Path) -> None:
    store = ConsentTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'deep' / 'tracker.db'}")
    await save(store, *turn())
    with store.engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "secure_delete")]

    assert pragmas == ["wal", 1]
    assert [word for word in TELLING if word.encode() in on_disk(tmp_path)] == []


async def test_a_store_in_memory_works_too() -> None:
    store = ConsentTrackerStore(DOMAIN, db="")
    await save(store, *turn())

    assert (await store.retrieve("anna")).latest_message.parse_data["attune"] == READING.as_dict()
