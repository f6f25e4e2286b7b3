"""Rasa's own classes in front of the audit: what it hears is on record, and nothing it does harms an answer."""

import json
import re
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import ActionBotResponse
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.engine import Engine

from attune import database, settings
from attune.audit import keeper, schema, signing, spool, store, vault, versions
from attune.audit.broker import REST, AuditBroker
from attune.audit.checkpoints import notary
from attune.audit.record import Record, Seal, from_json, seal
from attune.audit.verify import verify
from attune.consent.discreet_broker import DiscreetBroker
from attune.reply import crisis, resources
from attune.signals.reading import EMOTIONS, Crisis, Reading

pytestmark = pytest.mark.rasa

READING = Reading("sadness", 810, {"sadness": 810}, Crisis(1, ("hint",), 300), reader="r3ad3r")
DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [express_distress]
slots:
  attune_consent_quality: {type: text, influence_conversation: false, mappings: [{type: custom}]}
""")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    monkeypatch.setenv("ATTUNE_SECRET", "a secret for tests")
    return tmp_path / "var"


async def opened() -> AuditBroker:
    broker = await EventBroker.create(EndpointConfig.from_dict({"type": "attune.audit.broker.AuditBroker"}))
    assert isinstance(broker, AuditBroker)
    return broker


def body(event: Event) -> dict[str, Any]:
    return {"sender_id": "anna", **event.as_dict()}


def sad(text: str = "canary words") -> UserUttered:
    return UserUttered(text, {"name": "express_distress"}, [], {
        "intent": {"name": "express_distress"}, "entities": [], "text": text, "attune": READING.as_dict(),
    }, input_channel="web")


def consent(state: str) -> SlotSet:
    return SlotSet("attune_consent_quality", state)


def on_disk(var: Path) -> bytes:
    return b"".join(path.read_bytes() for path in var.rglob("*") if path.is_file())


def replace_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def waiting(var: Path) -> list[Record]:
    with database.engine(f"sqlite:///{var / 'attune.db'}").connect() as connection:
        rows = connection.execute(store.INBOX.select().order_by(store.INBOX.c.id)).all()
    return [record for row in rows if (record := from_json(row.data))]


def opened_records(var: Path) -> list[Record]:
    with database.engine(f"sqlite:///{var / 'attune.db'}").connect() as connection:
        return list(map(vault.opener(connection), waiting(var)))


async def test_rasa_finds_the_broker_by_its_path_and_what_it_publishes_is_on_record(var: Path) -> None:
    broker = await opened()
    said = BotUttered("hi", metadata={"utter_action": "utter_x"})
    for event in (SessionStarted(metadata={"model_id": "m1"}), sad(), said):
        broker.publish(body(event))
    found = settings.load()

    assert [record.kind for record in waiting(var)] == ["session", "turn", "said"]
    assert {record.conversation for record in waiting(var)} == {seal(found).pseudonym("anna")}
    assert keeper.keep(database.engine(found.db_url), notary(found), time.time()) == 3
    assert verify(database.engine(found.db_url), found.var, signing.public(found)).is_whole


async def test_aud_8_what_came_into_use_is_on_record_once_and_again_when_it_changes(var: Path) -> None:
    broker = await opened()
    for model, protocol, wordings in (("m1", "p1", "w1"), ("m1", "p1", "w1"), ("m1", "p2", "w1"), ("m2", "p2", "w2")):
        note = {"row": "greeted", "protocol": protocol, "wordings": wordings, "step": 0, "steps": []}
        broker.publish(body(ActionExecuted("utter_x", metadata={"attune": note, "model_id": model})))
    found = [record.facts for record in waiting(var) if record.kind == "version"]

    assert [(one["model"], one["protocol"], one["wordings"]) for one in found] == [
        ("m1", "p1", "w1"), ("m1", "p2", "w1"), ("m2", "p2", "w2")]
    assert {one["layer"] for one in found} == {versions.of_layer()}


async def test_without_consent_the_broker_drops_a_reading_even_if_the_store_lets_it_through(var: Path) -> None:
    broker = await opened()
    note = {"row": "crisis_possible", "protocol": "p", "step": 0, "steps": ["utter_crisis_help_possible"],
            "reading": {"emotion": "sadness", "level": "strong", "tier": 1}}
    for event in (
        sad(), ActionExecuted("utter_crisis_help_possible", metadata={"attune": note}),
        BotUttered("x", metadata={"utter_action": "utter_acknowledge_sadness_strong"}),
    ):
        broker.publish(body(event))
    data = on_disk(var)

    assert [record.kind for record in waiting(var)] == ["turn", "version", "decision", "acknowledged"]
    for word in (*EMOTIONS, "r3ad3r", "strong", "possible", "tier", "express_distress", "canary", "anna"):
        assert word.encode() not in data


async def test_with_consent_the_reading_is_on_record_until_it_is_withdrawn(var: Path) -> None:
    broker = await opened()
    for event in (sad(), consent("granted"), sad(), consent("withdrawn"), sad()):
        broker.publish(body(event))

    told = [record.facts.get("emotion") for record in opened_records(var) if record.kind == "turn"]
    assert told == [None, "sadness", None]


async def test_aud_10_what_is_kept_with_consent_stands_nowhere_in_plain(var: Path) -> None:
    broker = await opened()
    note = {"row": "crisis_possible", "protocol": "p", "step": 0, "steps": ["utter_crisis_help_possible"],
            "reading": {"emotion": "sadness", "level": "strong", "tier": 1}}
    for event in (
        consent("granted"), sad(), ActionExecuted("utter_crisis_help_possible", metadata={"attune": note}),
        BotUttered("x", metadata={"utter_action": "utter_acknowledge_sadness_strong"}),
    ):
        broker.publish(body(event))
    data, told = on_disk(var), opened_records(var)

    assert [word for word in ("sadness", "strong", "possible", '"tier"', '"level"') if word.encode() in data] == []
    assert [record.facts.get("emotion") for record in told if record.kind in ("turn", "decision")] == ["sadness"] * 2
    assert told[-1].facts["response"] == "utter_acknowledge_sadness_strong"
    assert told[3].facts["row"] == "crisis_possible"


async def test_the_tables_of_a_later_attune_are_not_written_to_and_no_record_is_lost(var: Path) -> None:
    engine = database.engine(settings.load().db_url)
    store.prepare(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema.VERSIONS} SET version_num = '999'")
    (await opened()).publish(body(sad()))

    assert spool.waiting(var / spool.FILE) > 0
    with engine.connect() as connection:
        assert store.pending(connection) == 0


async def test_with_the_database_away_no_reading_waits_in_the_spool(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = await opened()
    broker.publish(body(consent("granted")))

    def away(*_: object) -> int:
        raise ConnectionError("gone between the look at the consent and the writing")

    monkeypatch.setattr(store, "append", away)
    broker.publish(body(sad()))
    waits = (var / spool.FILE).read_text()

    assert '"turn"' in waits
    assert [word for word in ("sadness", "810", "tier", "sealed") if word in waits] == []


async def test_a_broker_that_starts_anew_knows_the_consent_on_record(var: Path) -> None:
    (await opened()).publish(body(consent("granted")))
    (await opened()).publish(body(sad()))

    assert opened_records(var)[-1].facts["emotion"] == "sadness"


async def test_con_3_consent_withdrawn_through_another_worker_counts_at_once(var: Path) -> None:
    first, second = await opened(), await opened()
    first.publish(body(consent("granted")))
    second.publish(body(consent("withdrawn")))
    first.publish(body(sad()))

    assert waiting(var)[-1].facts.keys() == {"channel", "understood"}


async def test_an_event_published_twice_is_on_record_once(var: Path) -> None:
    broker, event = await opened(), sad()
    broker.publish(body(event))
    broker.publish(body(event))

    assert len(waiting(var)) == 1


async def test_with_the_database_away_records_wait_and_come_late(var: Path, caplog: pytest.LogCaptureFixture) -> None:
    broker = await opened()
    broker.publish(body(sad()))
    shutil.move(var / "attune.db", var / "away.db")
    (var / "attune.db").mkdir()
    broker.publish(body(BotUttered("help", metadata={"utter_action": "utter_crisis_help_now"})))
    (var / "attune.db").rmdir()
    shutil.move(var / "away.db", var / "attune.db")
    keeper.keep(broker_engine(), notary(settings.load()), time.time())
    told = sorted(store.records(database.engine(settings.load().db_url)), key=lambda record: record.at)

    assert "Records wait in" in caplog.text
    assert [(record.kind, record.late) for record in told] == [("turn", False), ("help", True)]
    assert spool.waiting(var / spool.FILE) == 0


async def test_cri_8_a_busy_database_holds_up_a_whole_turn_only_once(var: Path) -> None:
    (await opened()).publish(body(sad()))
    found, clock = settings.load(), Clock()
    broker = AuditBroker(database.engine(found.db_url), var / spool.FILE, seal(found), clock)
    busy = sqlite3.connect(var / "attune.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    began = time.perf_counter()
    for number in range(20):
        broker.publish(body(BotUttered(f"help {number}", metadata={"utter_action": "utter_crisis_help_now"})))
    took = time.perf_counter() - began
    busy.execute("ROLLBACK")
    waited = spool.waiting(var / spool.FILE)
    clock.now = REST
    broker.publish(body(BotUttered("back", metadata={"utter_action": "utter_x"})))

    assert took < 1.5
    assert waited == 20
    assert waiting(var)[-1].facts["response"] == "utter_x"


async def test_with_database_and_disk_away_rasa_notices_nothing(var: Path, caplog: pytest.LogCaptureFixture) -> None:
    broker = await opened()
    replace_by_a_file(var)
    broker.publish(body(sad()))

    assert "has no Record of a 'user' event" in caplog.text


@pytest.mark.parametrize("event", [
    {}, {"event": None}, {"event": "user"}, {"event": "user", "parse_data": "x", "timestamp": "soon"},
    {"event": "bot", "metadata": 7, "sender_id": None}, {"event": "slot", "name": {"a": 1}, "value": object()},
], ids=repr)
async def test_no_event_makes_the_broker_raise(var: Path, event: dict[str, Any]) -> None:
    (await opened()).publish(event)


async def test_it_remembers_a_bounded_number_of_conversations(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attune.audit.broker.THREADS", 5)
    broker = await opened()
    for number in range(9):
        broker.publish({**body(SessionStarted()), "sender_id": str(number)})

    assert len(broker._threads) == 5


async def test_the_database_may_stand_elsewhere(var: Path, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    where = EndpointConfig.from_dict({"type": "attune.audit.broker.AuditBroker", "url": other})
    broker = await EventBroker.create(where)
    assert broker is not None
    broker.publish(body(SessionStarted()))

    with database.engine(other).connect() as connection:
        assert store.pending(connection) == 1


@pytest.mark.parametrize("states", [[], ["granted"], ["granted", "withdrawn"], ["refused"]], ids=str)
async def test_store_and_broker_together_keep_a_reading_only_under_a_live_consent(var: Path, states: list[str]) -> None:
    broker = await opened()
    trackers = TrackerStore.create(EndpointConfig.from_dict({
        "type": "attune.consent.tracker_store.ConsentTrackerStore", "db": str(var / "tracker.db"),
    }), DOMAIN, broker)
    tracker = await trackers.get_or_create_tracker("anna")
    for event in (SessionStarted(), *map(consent, states), sad()):
        tracker.update(event)
    await trackers.save(tracker)
    data, kept = on_disk(var), json_of(opened_records(var))

    assert (b"sadness" in data) == (b"810" in kept) == (states[-1:] == ["granted"])


def json_of(told: list[Record]) -> bytes:
    return json.dumps([dict(record.facts) for record in told]).encode()


def test_what_a_seal_hides_depends_on_its_key() -> None:
    assert len({Seal("a", "b").pseudonym("x"), Seal("b", "b").pseudonym("x"), Seal("a", "a").wording("x")}) == 2


@pytest.mark.parametrize("response", ["utter_crisis_help_possible", "utter_crisis_help_now", "utter_help_lines"])
@pytest.mark.parametrize("country", ["GB", "US", None])
async def test_cri_12_aud_8_the_help_rasa_itself_says_is_on_record_with_the_entries_shown(
    var: Path, response: str, country: str | None,
) -> None:
    registry, said = resources.load(), crisis.responses(crisis.load(), resources.load())
    tracker = DialogueStateTracker.from_events("anna", [SlotSet("attune_country", country)], [
        TextSlot("attune_country", mappings=[{}])])
    words = await ActionBotResponse(response).run(
        CollectingOutputChannel(), TemplatedNaturalLanguageGenerator(said), tracker, Domain.empty())
    broker = await opened()
    for event in (UserUttered("canary", input_channel="web", metadata={"attune": {"locale": "en-IE"}}), *words):
        DiscreetBroker(broker).publish(body(event))  # as a turn without consent is streamed
    keeper.keep(broker_engine(), notary(settings.load()), 1.0)
    [told] = [record for record in store.records(broker_engine()) if record.kind == "help"]

    shown = resources.choose(country, registry).lines
    assert (told.facts["resources"], told.facts["locale"]) == (" ".join(one.id for one in shown), "en-IE")
    assert {"now", "possible"} & set(re.split(r"[\W_]", json.dumps(dict(told.facts)))) == set()


def broker_engine() -> Engine:
    return database.engine(settings.load().db_url)
