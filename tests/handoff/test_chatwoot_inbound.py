"""Chatwoot's webhooks: what proves them, what they mean, and that no bytes do harm."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.handoff.desks.chatwoot import inbound, lifecycle
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.inbound import DELIVERY, SIGNATURE, TIMESTAMP, NotGenuine, Unreadable
from attune.handoff.desks.chatwoot.lifecycle import Heard, Message, State

NOW = 1_800_000_000.0
BODY = b'{"event": "message_created", "content": "caf\xc3\xa9"}'
HERE = Account("https://chat.example.org", 3, "t", "s3cret")
TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/handoff/chatwoot_lifecycle.yml").read_text())


def headers(body: bytes = BODY, at: float = NOW, secret: str = "s3cret") -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256).hexdigest()
    return {TIMESTAMP: str(int(at)), SIGNATURE: f"sha256={digest}"}


def without_time(body: bytes) -> dict[str, str]:
    """As people build it who overlook that the time is signed, too (chatwoot#13809)."""
    return {**headers(), SIGNATURE: "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("at", [NOW, NOW - 299, NOW + 299])
def test_a_genuine_webhook_is_taken(at: float) -> None:
    inbound.verify(headers(at=at), BODY, HERE, NOW)


@pytest.mark.parametrize(("given", "body", "problem"), [
    (headers(secret="another"), BODY, "signature that does not fit"),
    (headers(), BODY + b" ", "signature that does not fit"),
    (without_time(BODY), BODY, "signature that does not fit"),
    ({**headers(), SIGNATURE: headers()[SIGNATURE].removeprefix("sha256=")}, BODY, "signature that does not fit"),
    ({**headers(), SIGNATURE: "sha256=é"}, BODY, "signature that does not fit"),
    ({**headers(at=NOW - 200), TIMESTAMP: str(int(NOW))}, BODY, "signature that does not fit"),
    (headers(at=NOW - 301), BODY, "more than 300 seconds"),
    (headers(at=NOW + 301), BODY, "more than 300 seconds"),
    ({**headers(), TIMESTAMP: "soon"}, BODY, "more than 300 seconds"),
    ({**headers(), TIMESTAMP: "²"}, BODY, "more than 300 seconds"),
    ({SIGNATURE: headers()[SIGNATURE]}, BODY, "is not signed"),
    ({TIMESTAMP: headers()[TIMESTAMP]}, BODY, "is not signed"),
    ({}, BODY, "is not signed"),
])
def test_any_other_is_refused(given: dict[str, str], body: bytes, problem: str) -> None:
    with pytest.raises(NotGenuine, match=problem):
        inbound.verify(given, body, HERE, NOW)


def test_without_a_secret_nothing_is_taken_unless_the_operator_said_so() -> None:
    with pytest.raises(NotGenuine, match="Set ATTUNE_CHATWOOT_SECRET"):
        inbound.verify(headers(), BODY, Account("https://c.example", 3, "t"), NOW)
    inbound.verify({}, BODY, Account("https://c.example", 3, "t", unsigned=True), NOW)


def test_with_a_secret_the_operators_word_changes_nothing() -> None:
    with pytest.raises(NotGenuine, match="is not signed"):
        inbound.verify({}, BODY, Account("https://c.example", 3, "t", "s3cret", unsigned=True), NOW)


def test_a_repeated_webhook_is_known_by_its_id_or_else_by_its_bytes() -> None:
    assert inbound.delivery({DELIVERY: "d-1"}, BODY) == inbound.delivery({DELIVERY: "d-1"}, b"x") == "d-1"
    assert inbound.delivery({}, BODY) == inbound.delivery({}, BODY) != inbound.delivery({}, BODY + b" ")


def state(of: list[str] | None, seen: float = 5.0) -> State | None:
    return State(of[0], of[1], None, seen) if of else None  # type: ignore[arg-type]


def heard(now: State, event: str = "conversation_updated", message: Message | None = None) -> Heard:
    return Heard(event, 3, 42, None, None, now, message)


@pytest.mark.parametrize("row", TABLE["changes"], ids=lambda row: f"{row['before']} {row['now']}")
def test_what_a_change_means(row: dict[str, Any]) -> None:
    now = state(row["now"])
    assert now
    assert list(lifecycle.meanings(heard(now), state(row["before"]))) == _expected(row)


@pytest.mark.parametrize("row", TABLE["messages"], ids=lambda row: f"{row['event']} {row['message']}")
def test_what_a_message_means(row: dict[str, Any]) -> None:
    blank: dict[str, Any] = {"id": 1, "kind": "incoming", "text": "x", "private": False, "by_machine": False,
                             "name": None, "mark": None, "choice": None, "has_rating": False}
    told = heard(State("pending", "nobody", None, 5.0), row["event"], Message(**blank | row["message"]))

    assert list(lifecycle.meanings(told, told.state)) == _expected(row)


def test_one_webhook_may_mean_two_things_the_change_first() -> None:
    """4.15 with a status that changed without an event of its own (chatwoot#9277)."""
    message = Message(1, "outgoing", "hi", False, False, "Ada", None, None, False)
    now = State("open", "person", "Ada", 6.0)

    assert list(lifecycle.meanings(heard(now, "message_created", message), state(["pending", "nobody"]))) == [
        "took_over", "person_said",
    ]


def payload(**changed: Any) -> dict[str, Any]:
    return {
        "event": "message_created", "id": 7, "content": "hello", "message_type": "incoming", "private": False,
        "content_attributes": {}, "sender": {"id": 1, "name": "wispy"}, "account": {"id": 3},
        "conversation": {
            "id": 42, "status": "pending", "contact_inbox": {"source_id": "x-1"}, "updated_at": 1_800_000_000.5,
            "additional_attributes": {"browser_language": "de"}, "meta": {"assignee": None},
        }, **changed,
    }


def test_a_message_is_read() -> None:
    told = inbound.parse(json.dumps(payload()).encode())

    assert told == Heard("message_created", 3, 42, "x-1", "de", State("pending", "nobody", None, 1_800_000_000.5),
                         Message(7, "incoming", "hello", False, False, "wispy", None, None, False))


@pytest.mark.parametrize(("meta", "holder", "agent"), [
    ({"assignee": {"name": "Ada"}}, "person", "Ada"),                              # before 4.8 nothing says the type
    ({"assignee": {"name": "Ada"}, "assignee_type": "User"}, "person", "Ada"),
    ({"assignee": {"name": "Attune"}, "assignee_type": "AgentBot"}, "bot", None),
    ({"assignee": None, "assignee_type": None}, "nobody", None),
    ({}, "nobody", None),
])
def test_who_holds_a_conversation_is_read(meta: dict[str, Any], holder: str, agent: str | None) -> None:
    changed = {"event": "conversation_updated", "id": 42, "status": "open", "meta": meta}
    told = inbound.parse(json.dumps(changed).encode())
    assert told
    assert (told.state.holder, told.state.agent, told.message) == (holder, agent, None)


@pytest.mark.parametrize(("attributes", "sender", "by_machine"), [
    ({}, {"type": "user"}, False), ({}, None, False), ({"external_echo": True}, None, False),
    ({}, {"type": "agent_bot"}, True), ({}, {"type": "captain_assistant"}, True),
    ({"automation_rule_id": 3}, None, True),
])
def test_machines_are_told_from_people(attributes: dict[str, Any], sender: Any, by_machine: bool) -> None:
    told = inbound.parse(json.dumps(payload(content_attributes=attributes, sender=sender)).encode())
    assert told
    assert told.message
    assert told.message.by_machine == by_machine


@pytest.mark.parametrize("body", [
    b"", b"no json", b"[]", b'{"event": 1}', b'{"event": "message_created"}', b"\xff\xfe",
    b'{"event": "conversation_updated", "id": "x", "status": "open"}', b'{"event": "conversation_updated", "id": 1}',
    json.dumps(payload(conversation=None)).encode(), json.dumps(payload(content_attributes=[1])).encode(),
    json.dumps(payload(sender="Ada")).encode(), b"[" * 100_000,
])
def test_what_is_no_webhook_of_chatwoots_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable, match="Give this address to a Chatwoot agent bot only"):
        inbound.parse(body)


def test_an_event_about_no_conversation_is_none_of_ours() -> None:
    assert inbound.parse(b'{"event": "webwidget_triggered", "id": 3}') is None


PARTS = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8), lambda inner:
                     st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                         ["id", "status", "meta", "assignee", "name", "type", "source_id", "submitted_values", "value",
                          "title", "updated_at", "messages", "account_id", "attune"]), inner, max_size=4), max_leaves=8)


@given(st.dictionaries(st.sampled_from(sorted(payload())), PARTS, max_size=6),
       st.sampled_from(["message_created", "message_updated", "conversation_updated", "conversation_opened"]))
def test_whatever_comes_is_read_or_refused(changed: dict[str, Any], event: str) -> None:
    try:
        told = inbound.parse(json.dumps(payload(**changed) | {"event": event}).encode())
    except Unreadable:
        return
    assert told
    list(lifecycle.meanings(told, None))


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(body: bytes) -> None:
    try:
        inbound.parse(body)
    except Unreadable as refused:
        assert "agent bot" in str(refused)


def _expected(row: dict[str, Any]) -> list[str]:
    return [] if row["means"] == "nothing" else [row["means"]]
