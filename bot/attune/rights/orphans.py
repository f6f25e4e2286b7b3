"""Everything stored that tells a feeling without a consent in force at that moment or a documented basis (CON-4)."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from attune.audit.record import Record
from attune.audit.vault import SEALED
from attune.channel.mailbox import LETTERS
from attune.consent.discreet import EMOTIONAL_INTENTS, READING_KEYS, general, general_row, may_keep, split
from attune.errors import InvalidFile
from attune.handoff.tables import CASES, OUTBOX, TRACKER_EVENTS
from attune.policy import protocol
from attune.rights import log, trackers
from attune.rights.stores import Stores, here
from attune.settings import Settings
from attune.signals import review
from attune.signals.reading import EMOTIONS, KEY

_LOGGED = re.compile(
    rf"utter_acknowledge_(?:{'|'.join(EMOTIONS)})_\w+|utter_crisis_help_(?:now|possible)|\bcrisis_(?:now|possible)\b"
    rf"|['\"](?:emotion|intensity)['\"]: ?|['\"]?name['\"]?[:=] ?['\"](?:{'|'.join(sorted(EMOTIONAL_INTENTS))})['\"]",
)
_RUNNING = re.compile(r"^(?!train)")
"""The log of a training names every response and intent there is, and no customer."""


@dataclass(frozen=True)
class Orphan:
    """Where it lies, which one it is there, and why it may not be there."""

    place: str
    id: str
    why: str


def find(settings: Settings) -> list[Orphan]:
    """Everything stored in this installation without a basis; nothing, if all is as it should be."""
    return look(here(settings))


def look(stores: Stores) -> list[Orphan]:
    """The same for stores already opened."""
    parts = (_in_trackers, _in_audit, _on_the_desk, _in_the_mailbox, _on_the_way, _in_corrections, _in_logs)
    return [orphan for part in parts for orphan in part(stores)]


def _in_trackers(stores: Stores) -> Iterator[Orphan]:
    for engine, _ in stores.trackers:
        for subject in trackers.subjects(engine):
            may = False
            for row, event in trackers.events(engine, subject):
                kind = str(event.get("event"))
                may = may_keep(may, kind, event.get("name"), event.get("value"))
                if not may and split(event)[1]:
                    yield Orphan(f"tracker store {engine.url.database}", f"{subject}, event {row}",
                                 f"a {kind} event tells a feeling without a yes to keeping it")


def _in_audit(stores: Stores) -> Iterator[Orphan]:
    granted: dict[str, bool] = defaultdict(bool)
    for record in log.records(stores):
        if record.kind == "consent" and record.facts.get("purpose") == "quality":
            granted[str(record.conversation)] = record.facts.get("state") == "granted"
        if _tells(record) and not granted[str(record.conversation)]:
            yield Orphan("audit", record.id, f"a {record.kind} Record holds a Reading without a yes before it")


def _tells(record: Record) -> bool:
    facts = record.facts
    if record.conversation is None:
        return False
    names = [*str(facts.get("steps") or "").split(), str(facts.get("response") or "")]
    row = str(facts.get("row") or "")
    felt = any(facts.get(name) is not None for name in ("tier", "emotion", "level", "reading", SEALED))
    return felt or any(general(name) != name for name in names) or bool(row and general_row(row) != row)


def _on_the_desk(stores: Stores) -> Iterator[Orphan]:
    """Packets, on the desk or on the way there: what they carry the customer must allow now, not only then (CON-3)."""
    safety = protocol.load(stores.settings.protocol).safety_passed_on
    with stores.engine.connect() as connection:
        cases = connection.execute(select(CASES.c.handoff_id, CASES.c.packet)).all()
        waiting = connection.execute(select(OUTBOX.c.item_id, OUTBOX.c.body).where(OUTBOX.c.kind == "packet")).all()
    for place, rows in (("attune_desk_case", cases), ("attune_outbox", waiting)):
        for name, text in rows:
            why = _wrong_in_packet(json.loads(text), stores, safety)
            if why:
                yield Orphan(place, name, why)


def _wrong_in_packet(packet: Mapping[str, Any], stores: Stores, safety: bool) -> str | None:
    if not packet or _agent_consent(packet, stores) == "granted":
        return None
    if "context" in packet:
        return "the packet carries how it has gone without a yes to passing it on"
    if packet["wants"]["intent"] in EMOTIONAL_INTENTS:
        return "the packet names a feeling as the customer's wish"
    no_basis = packet["reason"] == "safety" and not safety
    return "the packet says “safety”, which protocol.yml does not allow without a yes" if no_basis else None


def _agent_consent(packet: Mapping[str, Any], stores: Stores) -> object:
    """What the customer says now, if the tracker knows; else what the packet was made under."""
    states = [event.get("value") for event in stores.events(packet["conversation"]["id"])
              if event.get("event") == "slot" and event.get("name") == "attune_consent_agent"]
    return states[-1] if states and packet["consent"]["agent"] == "granted" else packet["consent"]["agent"]


def _in_the_mailbox(stores: Stores) -> Iterator[Orphan]:
    with stores.engine.connect() as connection:
        for name, text in connection.execute(select(LETTERS.c.id, LETTERS.c.data)):
            data = json.loads(text)
            said = str(data.get("utter_action") or "")
            if general(said) != said or KEY in data or READING_KEYS & data.keys():
                yield Orphan("attune_mailbox", str(name), "the letter names a wording that tells a feeling")


def _on_the_way(stores: Stores) -> Iterator[Orphan]:
    with stores.engine.connect() as connection:
        for name, text in connection.execute(select(TRACKER_EVENTS.c.event_id, TRACKER_EVENTS.c.body)):
            if split(json.loads(text))[1]:
                yield Orphan("attune_tracker_event", name, "the event for Rasa tells a feeling")


def _in_corrections(stores: Stores) -> Iterator[Orphan]:
    """Each names the basis on which its words are kept; a file with one that doesn't cannot be read on from there."""
    try:
        review.read(stores.review)
    except InvalidFile as error:
        yield Orphan("corrections", f"{error.path}:{error.line}", error.problem)


def _in_logs(stores: Stores) -> Iterator[Orphan]:
    for path in filter(lambda path: path.is_file() and _RUNNING.match(path.name), stores.logs):
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if _LOGGED.search(line):
                    yield Orphan("log", f"{path}:{number}", "the line tells a feeling")
