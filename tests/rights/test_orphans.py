"""Nothing that tells a feeling is stored without a basis; what is, is found, whatever place it hides in (CON-4)."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from attune.audit import keeper, store, vault
from attune.audit.record import Record
from attune.channel.mailbox import Mailbox
from attune.cli import main
from attune.consent.permission import Permission
from attune.handoff import packet
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket
from attune.policy import protocol
from attune.rights import orphans
from attune.rights.stores import Stores
from rights.conftest import remember
from rights.planted import NOW, READING, conversation, plant

AT = round(NOW * 1_000_000)
SOMEBODY = "a" * 64


def user(**more: Any) -> dict[str, Any]:
    parse = {"intent": {"name": "order_status"}, "attune": READING.as_dict()}
    return {"event": "user", "text": "hm", "parse_data": parse, "timestamp": NOW, **more}


def consent(state: str | None, purpose: str = "quality") -> dict[str, Any]:
    return {"event": "slot", "name": f"attune_consent_{purpose}", "value": state, "timestamp": NOW}


def note(row: str) -> dict[str, Any]:
    return {"attune": {"row": row, "protocol": "p", "step": 0, "steps": []}}


def on_record(place: Stores, *records: Record) -> None:
    keeper.put(place.engine, records)


def told(**facts: Any) -> Record:
    return Record("1" * 64, "turn", AT, SOMEBODY, facts)


def built(place: Stores, agent: str, **more: Any) -> dict[str, Any]:
    """A packet made with a yes to passing on; `agent` says what stands in it as the customer's word."""
    state = {"sender_id": "anna-1", "slots": {}, "events": conversation("anna-1", NOW), "latest_input_channel": "web"}
    yes = Permission("granted", "granted", "granted")
    made = packet.build(state, yes, protocol.load(place.settings.protocol), Ticket("h", 1, "customer_request", NOW))
    return made | {"consent": made["consent"] | {"agent": agent}} | more


PLANTED: dict[str, tuple[str, Callable[[Stores], None]]] = {
    "a Reading nobody agreed to": ("tracker store", lambda place: remember(place, "anna-1", [user()])),
    "a Reading before the yes": ("tracker store", lambda place: remember(
        place, "anna-1", [user(), consent("granted")])),
    "a Reading after the withdrawal": ("tracker store", lambda place: remember(
        place, "anna-1", [consent("granted"), consent("withdrawn"), user()])),
    "a Reading in a session of its own": ("tracker store", lambda place: remember(
        place, "anna-1", [consent("granted"), {"event": "session_started"}, user()])),
    "an intent that is nothing but feeling": ("tracker store", lambda place: remember(
        place, "anna-1", [user(parse_data={"intent": {"name": "express_distress"}})])),
    "a telling response": ("tracker store", lambda place: remember(place, "anna-1", [
        {"event": "bot", "text": "x", "metadata": {"utter_action": "utter_acknowledge_anger_strong"}}])),
    "a telling action": ("tracker store", lambda place: remember(place, "anna-1", [
        {"event": "action", "name": "utter_crisis_help_now"}])),
    "a telling row": ("tracker store", lambda place: remember(place, "anna-1", [
        {"event": "action", "name": "action_listen", "metadata": note("crisis_now")}])),
    "an emotion in the audit": ("audit", lambda place: on_record(place, told(emotion="anger"))),
    "a tier in the audit": ("audit", lambda place: on_record(place, told(tier=0))),
    "a row in the audit": ("audit", lambda place: on_record(place, told(row="crisis_possible"))),
    "a step in the audit": ("audit", lambda place: on_record(place, told(steps="utter_crisis_help_now x"))),
    "a response in the audit": ("audit", lambda place: on_record(
        place, told(response="utter_acknowledge_anger_light"))),
    "something sealed in the audit": ("audit", lambda place: on_record(place, told(sealed="AAAA"))),
    "an emotion under another purpose's yes": ("audit", lambda place: on_record(
        place, replace(told(purpose="agent", state="granted"), id="2" * 64, kind="consent", at=AT - 1),
        told(emotion="anger"))),
    "an emotion after the withdrawal in the audit": ("audit", lambda place: on_record(
        place, replace(told(purpose="quality", state="granted"), id="2" * 64, kind="consent", at=AT - 2),
        replace(told(purpose="quality", state="withdrawn"), id="3" * 64, kind="consent", at=AT - 1),
        told(emotion="anger"))),
    "a record in the spool": ("audit", lambda place: place.spool.write_text(
        told(emotion="anger").canonical().decode() + "\n")),
    "a packet with context": ("attune_desk_case", lambda place: BuiltinDesk(place.engine).deliver(
        built(place, "refused"))),
    "a packet on its way, the yes taken back since": ("attune_outbox", lambda place: (
        Outbox(place.engine).open(built(place, "granted"), NOW),
        remember(place, "anna-1", [consent("granted", "agent"), consent("withdrawn", "agent")]))),
    "a packet whose yes was taken back since": ("attune_desk_case", lambda place: (
        BuiltinDesk(place.engine).deliver(built(place, "granted")),
        remember(place, "anna-1", [consent("granted", "agent"), consent("withdrawn", "agent")]))),
    "a letter that names its wording": ("attune_mailbox", lambda place: Mailbox(place.engine).append(
        "anna-1", "bot", "x", message_id="m", at=NOW, data={"utter_action": "utter_acknowledge_anger_strong"})),
    "a letter with a Reading": ("attune_mailbox", lambda place: Mailbox(place.engine).append(
        "anna-1", "bot", "x", message_id="m", at=NOW, data={"emotion": "anger"})),
    "a correction without a basis": ("corrections", lambda place: place.review.write_text(
        json.dumps({"text": "x", "emotion": "anger", "consent": ""}) + "\n")),
    "a line of a log": ("log", lambda place: log(place, "rasa.log", "said utter_acknowledge_sadness_light to c")),
}


def log(place: Stores, name: str, line: str) -> None:
    (place.settings.var / "log").mkdir()
    (place.settings.var / "log" / name).write_text(f"started\n{line}\n")


@pytest.mark.parametrize(("where", "hide"), PLANTED.values(), ids=PLANTED)
def test_con_4_every_kind_of_orphan_is_found(place: Stores, where: str, hide: Callable[[Stores], object]) -> None:
    assert orphans.find(place.settings) == []
    hide(place)
    found = orphans.find(place.settings)

    assert found
    assert all(one.place.startswith(where) and one.id and one.why for one in found)


def test_con_4_what_was_kept_with_a_yes_is_no_orphan(place: Stores) -> None:
    plant(place)

    assert orphans.find(place.settings) == []


def test_con_3_what_was_kept_before_a_withdrawal_is_no_orphan(place: Stores) -> None:
    """It was lawful when it was stored (GDPR 7(3)); it goes with its retention, or at once by an erasure."""
    plant(place)
    remember(place, "anna-1", [consent("withdrawn")])

    assert orphans.find(place.settings) == []


def test_a_sealed_reading_under_a_yes_stays_lawful_when_its_key_is_gone(place: Stores) -> None:
    yes = replace(told(purpose="quality", state="granted"), id="2" * 64, kind="consent", at=AT - 1)
    store.prepare(place.engine)
    with place.engine.begin() as connection:
        felt = vault.sealed(connection, told(channel="web"), told(channel="web", emotion="anger"), os.urandom)
        store.append(connection, [yes, felt])
        vault.destroy(connection, SOMEBODY, AT)

    assert orphans.find(place.settings) == []


@pytest.mark.parametrize("line", [
    "INFO rasa.core - the server is up", "WARNING The audit's database is away; Records wait in x",
    "utter_acknowledge was said", "a customer in distress is not named here", 'intent {"name": "order_status"}',
])
def test_an_ordinary_line_of_a_log_is_none(place: Stores, line: str) -> None:
    log(place, "rasa.log", line)

    assert orphans.find(place.settings) == []


def test_the_log_of_a_training_names_intents_and_no_customer(place: Stores) -> None:
    log(place, "train.log", "utter_acknowledge_anger_strong is in the domain")

    assert orphans.find(place.settings) == []


def test_the_command_lists_place_and_id_and_says_so_by_its_exit_code(place: Stores) -> None:
    clean = CliRunner().invoke(main, ["orphans"])
    remember(place, "anna-1", [user()])
    listed, data = (CliRunner().invoke(main, ["orphans", *more]) for more in ([], ["--json"]))

    assert (clean.exit_code, clean.output) == (0, "Nothing is stored without a basis.\n")
    assert (listed.exit_code, data.exit_code) == (1, 1)
    assert "tracker.db  anna-1, event 1  a user event tells a feeling" in listed.output
    assert json.loads(data.output)[0]["id"] == "anna-1, event 1"
