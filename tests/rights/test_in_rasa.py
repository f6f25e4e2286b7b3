"""Rasa's own classes: what its store wrote goes, a turn under way does not bring it back, memory forgets it too."""

import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import read_endpoint_config
from sqlalchemy.engine import make_url

from attune.audit import keeper
from attune.audit.broker import AuditBroker
from attune.audit.checkpoints import Notary
from attune.audit.verify import verify
from attune.channel.mailbox import Mailbox
from attune.cli import main
from attune.consent.tracker_store import ConsentTrackerStore
from attune.drift import settings as drift_settings
from attune.rights import erasure, orphans, quotable, stores, trackers
from audit.rows import PUBLIC, SIGNER
from rights.conftest import on_disk
from rights.planted import NOW, READING
from rights.test_quotable import THINGS

pytestmark = pytest.mark.rasa

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet]
slots:
  order_id: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  attune_consent_quality: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  attune_consent_quotes: {type: text, influence_conversation: false, mappings: [{type: custom}]}
""")


NOTICE = "utter_disclosure"
LEAVING = (["audit", "export"], ["audit", "verify", "--list"], ["drift", "report"])
"""Every command that hands out of the audit what a program could count."""


def said(text: str) -> UserUttered:
    parse = {"intent": {"name": "greet"}, "entities": [], "text": text, "attune": READING.as_dict()}
    return UserUttered(text, {"name": "greet"}, [], parse, input_channel="web")


@pytest.fixture
def store(var: Path) -> ConsentTrackerStore:
    """The store and broker that `rasa run` would make of these files."""
    (var / "tracker.db").unlink()
    found = stores.settings.load()
    broker = AuditBroker(stores.database.engine(found.db_url), var / "audit-spool.jsonl", stores.seal(found))
    opened = TrackerStore.create(read_endpoint_config("endpoints.yml", "tracker_store"), DOMAIN, broker)
    assert isinstance(opened, ConsentTrackerStore)
    return opened


async def save(store: ConsentTrackerStore, *events: Event) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker("anna", append_action_listen=False)
    for event in events:
        tracker.update(event)
    await store.save(tracker)
    return tracker


STORY = (SessionStarted(), SlotSet("attune_consent_quality", "granted"), said("canarywords"),
         SlotSet("order_id", "canaryslot"), BotUttered("canaryanswer"))


async def test_con_8_what_rasas_own_store_wrote_is_gone_from_every_file(var: Path, store: ConsentTrackerStore) -> None:
    await save(store, *STORY)
    place = stores.here()
    Mailbox(place.engine).append("anna", "customer", "canaryletter", message_id="m", at=NOW)
    planted = (b"canarywords", b"canaryslot", b"canaryanswer", b"canaryletter")
    before = [word for word in planted if word in on_disk(var)]
    kept = verify(place.engine, var, PUBLIC)
    done = erasure.forget(place, "anna", NOW)
    keeper.keep(place.engine, Notary(var, SIGNER), NOW)

    assert len(before) == 4 and kept.is_whole
    assert b"canary" not in on_disk(var) and b'"anna"' not in on_disk(var)
    assert (done.counts["tracker store"], done.counts["audit keys"]) == (5, 1)
    assert verify(place.engine, var, PUBLIC).is_whole
    assert await store.retrieve("anna") is None


async def test_con_8_a_turn_under_way_does_not_write_the_erased_again(var: Path, store: ConsentTrackerStore) -> None:
    await save(store, *STORY)
    under_way = await store.retrieve("anna")
    erasure.forget(stores.here(), "anna", NOW)
    under_way.update(BotUttered("canarylate"))
    await store.save(under_way)
    await store.save(under_way)

    assert b"canary" not in on_disk(var)
    await save(store, SessionStarted(), said("hello again"))
    assert [event.type_name for event in (await store.retrieve("anna")).events] == ["session_started", "user"]


async def test_con_8_readings_in_memory_go_with_the_conversation(var: Path, store: ConsentTrackerStore) -> None:
    await save(store, SessionStarted(), said("canarywords"))
    kept = dict(store.recall.of("anna"))
    erasure.forget(stores.here(), "anna", NOW)
    await store.retrieve("anna")

    assert kept
    assert store.recall.of("anna") == {}


async def test_con_1_no_reading_is_on_disk_before_the_notice_and_the_yes(
    var: Path, store: ConsentTrackerStore,
) -> None:
    """Saved event by event, as a kill after any of them would leave it."""
    steps = {
        "session": SessionStarted(), "notice": BotUttered("I am a program.", metadata={"utter_action": NOTICE}),
        "first words": said("canaryfirst"), "asked": SlotSet("attune_consent_quality", "asked"),
        "more words": said("canarymore"), "granted": SlotSet("attune_consent_quality", "granted"),
        "words after the yes": said("canaryafter"),
    }
    seen: dict[str, list[str]] = {}
    for name, step in steps.items():
        await save(store, step)
        data, words = on_disk(var), (NOTICE, "canaryfirst", READING.emotion, READING.reader)
        seen[name] = [word for word in words if word.encode() in data]

    first = {word: next(name for name in steps if word in seen[name]) for word in seen["words after the yes"]}
    assert first == {NOTICE: "notice", "canaryfirst": "first words", READING.reader: "words after the yes",
                     READING.emotion: "words after the yes"}


async def test_con_6_what_leaves_for_analysis_tells_feelings_only_with_a_yes(
    var: Path, store: ConsentTrackerStore,
) -> None:
    told = {}
    for state in ("refused", "granted"):
        await save(store, SessionStarted(), SlotSet("attune_consent_quality", state), said("hm"))
        keeper.keep(stores.here().engine, Notary(var, SIGNER), NOW)
        told[state] = [CliRunner().invoke(main, words).output for words in LEAVING]
    erasure.forget(stores.here(), "anna", NOW)
    told["erased"] = [CliRunner().invoke(main, words).output for words in LEAVING]

    telling = {state: [READING.emotion in text for text in texts] for state, texts in told.items()}
    assert telling == {"refused": [False] * 3, "granted": [True, True, False], "erased": [False] * 3}
    assert all(text.strip() for texts in told.values() for text in texts)


async def test_con_2_whoever_agreed_is_quoted_from_what_the_real_code_stored(
    var: Path, store: ConsentTrackerStore,
) -> None:
    texts = [f"I have been waiting for the {thing} and nobody told me." for thing in THINGS]
    for number, text in enumerate(texts):
        tracker = await store.get_or_create_tracker(f"person-{number}", append_action_listen=False)
        lost = UserUttered(text, {"name": "nlu_fallback"}, [], {"intent": {"name": "nlu_fallback"}, "text": text})
        tracker.update_with_events([SessionStarted(), SlotSet("attune_consent_quotes", "granted"), lost], DOMAIN)
        await store.save(tracker)
    tracker.update(SlotSet("attune_consent_quotes", "withdrawn"))
    await store.save(tracker)
    place, end = stores.here(), round(time.time() * 1_000_000) + 1

    found = quotable.sentences(place, end - 7 * 86_400_000_000, end, drift_settings.load(), end)
    assert sorted(found) == sorted(texts[:-1])


@pytest.mark.parametrize("states", [[], ["granted"], ["granted", "withdrawn"], ["refused"]], ids=str)
async def test_con_4_what_the_real_code_stores_has_no_orphans(
    var: Path, store: ConsentTrackerStore, states: list[str],
) -> None:
    await save(store, SessionStarted(), said("one"))
    for state in states:
        await save(store, SlotSet("attune_consent_quality", state), said(f"after {state}"), BotUttered(
            "x", metadata={"utter_action": "utter_acknowledge_sadness_strong"}))

    assert orphans.find(stores.here().settings) == []


@pytest.mark.parametrize("endpoint", [
    {}, {"db": "var/x.db"}, {"dialect": "sqlite", "db": "x.db"},
    {"dialect": "postgresql", "host": "db.local", "port": "5433", "db": "rasa", "username": "u", "password": "p@/w"},
    {"dialect": "postgresql", "host": "db.local:5434", "db": "rasa", "username": "u", "password": "p"},
    {"dialect": "postgresql", "url": "db.local", "db": "rasa"}, {"url": "postgresql://u:p@h:1/d"},
    {"url": "sqlite:///var/y.db"}, {"dialect": "mysql+pymysql", "host": "h", "db": "d", "query": {"driver": "x"}},
], ids=str)
def test_an_address_is_put_together_as_rasa_does_it(endpoint: dict[str, Any]) -> None:
    names = ("dialect", "port", "db", "username", "password", "query")
    port = endpoint.get("port")
    given = {name: endpoint[name] for name in names if name in endpoint} | ({"port": int(port)} if port else {})
    theirs = SQLTrackerStore.get_db_url(host=endpoint.get("url") or endpoint.get("host"), **given)

    assert trackers.url(endpoint, {}) == make_url(theirs)


def test_the_schema_of_postgresql_is_the_one_rasa_uses() -> None:
    address = trackers.url({"url": "postgresql://h/d"}, {"POSTGRESQL_SCHEMA": "bots"})

    assert address.query["options"] == "-csearch_path=bots"
