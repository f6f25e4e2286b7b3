"""A conversation's events and letters as entries of a copy."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

from attune.rights.copy import Entry, words
from attune.rights.staff import Staff
from attune.settings import LAYER
from attune.signals.reading import KEY

Event = Mapping[str, Any]
NOTICES = {"joined-": "joined", "left-": "left", "moved-": "moved"}
"""How the ids of notices begin that name an agent, and their wordings in desk.yml."""
SENDERS = {"agent": "person", "person": "person", "notice": "notice"}
"""Who is behind a message that is the bot's only to Rasa."""
SHOWN_ELSEWHERE = ("user", "bot", "slot")
UNTOLD = ("event", "timestamp", "text", "parse_data", "metadata")


def messages(events: Iterable[Event], staff: Staff) -> Iterator[Entry]:
    """What customer, assistant and persons said, each with what was made of it."""
    who = words()["who"]
    for event in events:
        note = _note(event)
        if event.get("event") == "user":
            yield Entry(event.get("timestamp"), who["customer"], str(event.get("text") or ""), _understood(event))
        elif event.get("event") == "bot" and note.get("sender") in SENDERS:
            text = _notice(str(note.get("event_id"))) or staff.withheld(str(event.get("text") or ""))
            yield Entry(event.get("timestamp"), who[SENDERS[note["sender"]]], text)
        elif event.get("event") == "bot":
            wording = (event.get("metadata") or {}).get("utter_action")
            facts = _without_empty({"wording": wording, "data": _without_empty(event.get("data") or {})})
            yield Entry(event.get("timestamp"), who["bot"], str(event.get("text") or ""), facts)


def letters(rows: Iterable[Mapping[str, Any]], staff: Staff) -> Iterator[Entry]:
    """The messages as the chat showed them."""
    for row in rows:
        is_staffs = row["sender"] not in ("customer", "bot")
        text = _notice(row["message_id"]) or staff.withheld(row["text"]) if is_staffs else row["text"]
        facts = {"message id": row["message_id"], **plain(row["data"])}
        yield Entry(row["at"], words()["who"][row["sender"]], text, facts)


def slots(events: Iterable[Event]) -> Iterator[Entry]:
    """Every value a slot was given; an empty one says that it was forgotten."""
    for event in events:
        if event.get("event") == "slot":
            yield Entry(event.get("timestamp"), str(event.get("name")), facts={"value": event.get("value")})


def steps(events: Iterable[Event]) -> Iterator[Entry]:
    """Everything else: actions, decisions, forms, sessions."""
    for event in events:
        if event.get("event") not in SHOWN_ELSEWHERE:
            facts = {name: value for name, value in event.items() if name not in UNTOLD}
            yield Entry(event.get("timestamp"), str(event.get("event")), facts=_without_empty(facts | _note(event)))


def plain(value: Any) -> Any:
    """A column as data: JSON is read, anything else is itself."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _understood(event: Event) -> dict[str, Any]:
    parse = event.get("parse_data") or {}
    entities = {one.get("entity"): one.get("value") for one in parse.get("entities") or ()}
    return _without_empty({
        "channel": event.get("input_channel"), "message id": event.get("message_id"),
        "taken for": (parse.get("intent") or {}).get("name"), "found in it": entities, "read in it": parse.get(KEY),
        "told by the channel": (event.get("metadata") or {}).get(KEY),
    })


def _notice(message_id: str) -> str | None:
    """A notice that names an agent, in the desk's own words without the name."""
    kind = next((kind for start, kind in NOTICES.items() if message_id.startswith(start)), None)
    if kind is None:
        return None
    text = YAML(typ="safe").load(LAYER / "desk.yml")["notices"][kind]
    return str(text).format(agent=words()["who"]["person"])


def _note(event: Event) -> dict[str, Any]:
    note = (event.get("metadata") or {}).get(KEY)
    return dict(note) if isinstance(note, dict) else {}


def _without_empty(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "", {}, [])}
