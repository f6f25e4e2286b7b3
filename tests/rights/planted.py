"""One conversation that left something in every place there is, each with a word found nowhere else."""

import json
import os
from dataclasses import replace
from typing import Any
from zlib import crc32

from sqlalchemy import update

from attune.audit import keeper, spool, store, vault
from attune.audit.checkpoints import notary
from attune.audit.record import Record
from attune.channel.copies import Copies
from attune.channel.mailbox import Letter, Mailbox
from attune.consent.permission import Permission
from attune.handoff import packet, transfers
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.desks.chatwoot.store import Store
from attune.handoff.desks.chatwoot.tables import CONVERSATIONS
from attune.handoff.desks.webhook import tables as activities
from attune.handoff.note import Note
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket
from attune.handoff.pages import Cause, Pages
from attune.handoff.tables import TRACKER_EVENTS
from attune.policy import protocol
from attune.rights.stores import Stores
from attune.signals import review
from attune.signals.reading import Crisis, Reading
from attune.signals.review import Correction
from rights.conftest import remember

NOW = 1_790_000_000.0
READING = Reading("sadness", 810, {"sadness": 810}, Crisis(0, (), 12), reader="r3ad3r")
AGENT = "Wilhelmina Ostrander"
CANARIES = (
    "canaryletter", "canaryevent", "canaryslot", "canarypacket", "canarynote", "canaryreply", "canarywaiting",
    "canarycopy", "canarycorrection", "canarycolleague", "canarypassed", "Wilhelmina",
)


def plant(place: Stores, subject: str = "anna-1", at: float = NOW, *, given_back: bool = True) -> None:
    """Fill every place with a conversation that ended at `at`."""
    events = conversation(subject, at)
    remember(place, subject, events)
    mailbox = Mailbox(place.engine)
    mailbox.append(subject, "customer", "canaryletter where is it", message_id="m1", at=at - 50)
    mailbox.append(subject, "bot", "It is on its way.", message_id="m2", at=at - 49)
    _hand_over(place, subject, events, at, given_back)
    _in_chatwoot(place, subject, at)
    _on_record(place, subject, at)
    Copies(place.engine).put(subject, "canarycopy", at)
    whose = place.seal.pseudonym(subject)
    review.append(place.review, Correction("canarycorrection", "sadness", at="2026-09-01", conversation=whose,
                                           consent="quality yes 2026-09-01"))


def conversation(subject: str, at: float) -> list[dict[str, Any]]:
    """What Rasa stored of it; the customer agreed to everything."""
    parse = {"intent": {"name": "order_status", "confidence": 0.9}, "entities": [], "attune": READING.as_dict()}
    events = [
        {"event": "session_started"},
        {"event": "slot", "name": "attune_consent_quality", "value": "granted"},
        {"event": "slot", "name": "attune_consent_agent", "value": "granted"},
        {"event": "user", "text": "canaryevent, I am so sad", "parse_data": parse, "input_channel": "web",
         "message_id": "m1", "metadata": {"attune": {"locale": "en-IE"}}},
        {"event": "slot", "name": "order_id", "value": "canaryslot"},
        {"event": "action", "name": "action_order_status"},
        {"event": "bot", "text": "It is on its way.", "metadata": {"utter_action": "utter_order_status"}},
        {"event": "bot", "text": f"{AGENT} here: canaryreply", "metadata": {"attune": {"sender": "agent"}}},
    ]
    return [{"timestamp": at - 100 + number, **event} for number, event in enumerate(events)]


def _hand_over(place: Stores, subject: str, events: list[dict[str, Any]], at: float, given_back: bool) -> None:
    handoff_id = f"h-{subject}"
    state = {"sender_id": subject, "slots": {"topic": "canarypacket"}, "events": events, "latest_input_channel": "web"}
    built = packet.build(state, Permission("granted", "granted", "granted"), protocol.load(place.settings.protocol),
                         Ticket(handoff_id, 1, "customer_request", at - 40))
    outbox, desk, counter = Outbox(place.engine), BuiltinDesk(place.engine), Counter(place.engine)
    outbox.open(built, at - 40)
    desk.deliver(built)
    desk.note(handoff_id, f"note-{subject}", f"canarynote {AGENT} called back", at - 39)
    counter.claim(subject, AGENT, f"{AGENT}, a person from our team, has joined this conversation.", at - 38)
    counter.reply(Letter(0, subject, f"reply-{subject}", "person", f"canaryreply, {AGENT} here", at - 37, AGENT))
    activities.create(place.engine)
    with place.engine.begin() as connection:
        activities.first(connection, handoff_id, f"said-{subject}", at - 37)
    desk.add_note(handoff_id, f"agent-note-{subject}", Note(f"canarycolleague {AGENT} asks", at - 37, AGENT))
    words = Note("canarypassed on", at - 37, AGENT)
    counter.transfer(transfers.planned(built, "general", words, protocol.load(place.settings.protocol)),
                     f"{AGENT} has asked a colleague to take over.")
    counter.claim(subject, AGENT, f"{AGENT}, a person from our team, has joined this conversation.", at - 37)
    alarms = Alarms(place.engine)
    alarms.sound(subject, f"record-{subject}", at=at - 36, now=at - 36)
    alarms.see(alarms.unseen()[0].id, AGENT, at - 35)
    cause = Cause(f"alarm-{subject}", "alarm", subject, handoff_id, at - 36, at - 30)
    Pages(place.engine).write(cause, f"http://127.0.0.1/handoff/{handoff_id}", at - 29, 300)
    if given_back:
        counter.release(subject, AGENT, f"{AGENT} has left this conversation.", at - 30, "solved")
        _settle(place, at)


def _in_chatwoot(place: Stores, subject: str, at: float) -> None:
    """The handoff also went to Chatwoot, where an agent took it."""
    there = Store(place.engine, lambda: at)
    with there.hold(subject):
        there.found(subject, crc32(subject.encode()) >> 1, f"attune-{subject}")
    there.cases.expect(f"h-{subject}", subject)
    there.posts.begin(f"note h-{subject}/1", subject)
    row = CONVERSATIONS.c.conversation_id == subject
    with place.engine.begin() as connection:
        connection.execute(update(CONVERSATIONS).where(row).values(agent=AGENT))


def _settle(place: Stores, at: float) -> None:
    """All that waited for Rasa arrived; one of its calls left its words behind."""
    with place.engine.begin() as connection:
        body = json.dumps({"event": "bot", "text": "canarywaiting"})
        connection.execute(update(TRACKER_EVENTS).values(delivered=at, body=body))


def _on_record(place: Stores, subject: str, at: float) -> None:
    name, when = place.seal.pseudonym(subject), round((at - 100) * 1_000_000)
    yes = Record(f"{name[:56]}c{'0' * 7}", "consent", when, name, {
        "purpose": "quality", "state": "granted", "wording": "d" * 64, "locale": "en-IE", "channel": "web",
        "way": "words"})
    told = Record(f"{name[:56]}t{'0' * 7}", "turn", when + 2_000_000, name, {"channel": "web", "understood": True})
    felt = replace(told, facts={**told.facts, "tier": 0, "emotion": "sadness", "level": 810})
    store.prepare(place.engine)
    with place.engine.begin() as connection:
        store.append(connection, [yes, vault.sealed(connection, told, felt, os.urandom)])
    keeper.keep(place.engine, notary(place.settings), at)
    spool.put(place.spool, [Record(f"{name[:56]}s{'0' * 7}", "said", when, name, {"response": "utter_x"})])
