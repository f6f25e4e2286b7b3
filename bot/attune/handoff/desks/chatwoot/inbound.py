"""Chatwoot's webhooks: do they prove where they come from, and what do they say?"""

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from attune.errors import AttuneError
from attune.handoff.desks.chatwoot.account import SECRET, Account
from attune.handoff.desks.chatwoot.api import mark_of
from attune.handoff.desks.chatwoot.lifecycle import Heard, Holder, Message, State

WINDOW = 300
"""Seconds a signature is good for, before and after, as Chatwoot's documentation advises."""
DELIVERY, TIMESTAMP, SIGNATURE = "x-chatwoot-delivery", "x-chatwoot-timestamp", "x-chatwoot-signature"
MACHINES = frozenset({"agent_bot", "captain_assistant"})
"""Senders that are no people."""
MOST = 2**63
OLDEST = "1970-01-01T00:00:00+00:00"


class NotGenuine(AttuneError):
    """A webhook does not prove that it comes from Chatwoot just now."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"The webhook {problem}. {remedy}.")


class Unreadable(AttuneError):
    """A webhook does not have the form of Chatwoot's."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"The webhook {problem}. Give this address to a Chatwoot agent bot only.")


def verify(headers: Mapping[str, str], body: bytes, account: Account, now: float) -> None:
    """Raise NotGenuine unless the headers (names in small letters) sign these very bytes at about `now`.

    Without a secret everything is taken, but only where the operator said so (`account.unsigned`).
    """
    if not account.secret and account.unsigned:
        return
    given, timestamp = headers.get(SIGNATURE, ""), headers.get(TIMESTAMP, "")
    if not account.secret:
        raise NotGenuine("cannot be checked", f"Set {SECRET} to the secret of the agent bot")
    if not given or not timestamp:
        raise NotGenuine("is not signed", "Chatwoot signs for agent bots since 4.13; compare the versions")
    if not re.fullmatch("[0-9]{1,11}", timestamp) or abs(now - int(timestamp)) > WINDOW:
        raise NotGenuine(f"is more than {WINDOW} seconds old or has no time", "Compare the clocks of both machines")
    signed = timestamp.encode() + b"." + body
    right = "sha256=" + hmac.new(account.secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise NotGenuine("has a signature that does not fit", f"Compare {SECRET} with the secret of the agent bot")


def delivery(headers: Mapping[str, str], body: bytes) -> str:
    """What is the same each time a webhook is repeated: Chatwoot's own id, else the very bytes."""
    return headers.get(DELIVERY, "")[:255] or hashlib.sha256(body).hexdigest()


def parse(body: bytes) -> Heard | None:
    """What the webhook says; None if it is about no conversation. Raises Unreadable."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("is no JSON") from None
    if not isinstance(payload, dict) or not isinstance(payload.get("event"), str):
        raise Unreadable("names no event")
    try:
        return _heard(payload)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise Unreadable(f"({payload['event'][:40]}) lacks what it must have: {type(problem).__name__}") from None


def _heard(payload: Mapping[str, Any]) -> Heard | None:
    event = str(payload["event"])
    if not event.startswith(("message_", "conversation_")):
        return None
    message = _message(payload) if event.startswith("message_") else None
    conversation = payload["conversation"] if message else payload
    return Heard(
        event=event, account=_account(payload, conversation), display_id=_number(conversation["id"]), message=message,
        contact=_words((conversation.get("contact_inbox") or {}).get("source_id")), state=_state(conversation),
        locale=_locale(conversation.get("additional_attributes") or {}),
    )


def _number(value: object) -> int:
    """An id as databases hold it."""
    number = int(value) if isinstance(value, int | str) else 0
    if not 0 < number < MOST:
        raise ValueError(number)
    return number


def _words(value: object) -> str | None:
    """A text without what no database takes: zero bytes and half characters; None where there is none."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _account(payload: Mapping[str, Any], conversation: Mapping[str, Any]) -> int:
    """A conversation names its account at most in the message it holds; 0 where nobody says it."""
    named = (payload.get("account") or {}).get("id") or conversation.get("account_id")
    inside = [one.get("account_id") for one in conversation.get("messages") or ()]
    return int(named or next((one for one in inside if one), 0))


def _state(conversation: Mapping[str, Any]) -> State:
    meta = conversation.get("meta") or {}
    assignee = meta.get("assignee") or {}
    kind = meta.get("assignee_type") or ("User" if assignee else None)
    holders: Mapping[object, Holder] = {"User": "person", "AgentBot": "bot"}
    holder = holders.get(kind, "nobody")
    name = _words(assignee.get("name")) if holder == "person" else None
    return State(str(conversation["status"]), holder, name, _seconds(conversation.get("updated_at")))


def _message(payload: Mapping[str, Any]) -> Message:
    sender = payload.get("sender") or {}
    attributes = payload.get("content_attributes") or {}
    submitted = attributes.get("submitted_values")
    extra = payload.get("additional_attributes") or {}
    by_machine = sender.get("type") in MACHINES or "automation_rule_id" in attributes or "campaign_id" in extra
    return Message(
        id=_number(payload["id"]), kind=str(payload["message_type"]), text=_words(payload.get("content")) or "",
        private=bool(payload.get("private")), by_machine=by_machine, mark=mark_of(payload),
        name=_words(sender.get("name")), choice=_choice(submitted),
        has_rating=isinstance(submitted, dict) and "csat_survey_response" in submitted,
    )


def _choice(submitted: object) -> tuple[str, str] | None:
    """Title and value of the one button that was pressed."""
    first = submitted[0] if isinstance(submitted, list) and submitted else None
    title, value = map(_words, (first.get("title"), first.get("value")) if isinstance(first, dict) else (None, None))
    return (title, value) if title and value else None


def _locale(known: Mapping[str, Any]) -> str | None:
    locale = _words(known.get("conversation_language") or known.get("browser_language"))
    return locale if locale and len(locale) <= 35 else None


def _seconds(at: object) -> float:
    """A time as Chatwoot writes it: unix seconds, or ISO 8601; 0 where there is none."""
    if isinstance(at, str):
        moment = datetime.fromisoformat((at or OLDEST).replace("Z", "+00:00"))
        return moment.astimezone(timezone.utc).timestamp()
    return float(at) if isinstance(at, int | float) and math.isfinite(at) else 0.0
