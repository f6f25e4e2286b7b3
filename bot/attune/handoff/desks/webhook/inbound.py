"""What another desk sends back: checked by its schema, then said in our words. Unknown events change nothing.

Source: Bot Framework, “Transition conversations from bot to human”: a bot must not reject `handoff.status`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from jsonschema import Draft7Validator

from attune.handoff.desks.webhook.activities import OURS, InvalidActivity

SCHEMA = Path(__file__).with_name("inbound.schema.json")
LONGEST_NAME = 80
SHOWN = 200
"""Letters of a problem that are told."""
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What no database takes as text; JSON can write it all the same."""

Kind = Literal["accepted", "failed", "completed", "typing", "said", "nothing"]
State = Literal["accepted", "failed", "completed", "typing"]


@dataclass(frozen=True)
class Doing:
    """What happened at the other desk.

    `agent` is empty where nobody is named; `text`: the agent's words, or why it failed.
    """

    kind: Kind
    handoff_id: str
    activity_id: str
    agent: str = ""
    text: str = ""


def parse(body: bytes) -> Doing:
    """Read one activity; raises InvalidActivity naming the part that is wrong."""
    activity = _checked(_json(body))
    sender: Mapping[str, Any] = activity.get("from") or {}
    kind = _kind(activity, sender)
    text = activity.get("text") if kind == "said" else _why(activity) if kind == "failed" else ""
    said = Doing(kind, activity["conversation"]["id"], activity["id"], _name(sender), (text or "").strip())
    if UNSTORABLE.search(f"{said.handoff_id}{said.activity_id}{said.agent}{said.text}"):
        raise _invalid("", "it holds a NUL or half a character, which cannot be stored")
    return said


def _kind(activity: Mapping[str, Any], sender: Mapping[str, Any]) -> Kind:
    if sender.get("role") == "bot" or str(sender.get("id") or "").startswith(OURS):
        return "nothing"  # only people speak as people (DIS-3), and an echo must not close or answer anything
    if activity["type"] in ("message", "typing"):
        return "said" if activity["type"] == "message" else "typing"
    if (activity["type"], activity.get("name")) == ("event", "handoff.status"):
        return next((state for state in get_args(State) if state == activity["value"]["state"]), "nothing")
    return "nothing"


def _why(activity: Mapping[str, Any]) -> str | None:
    why: str | None = activity["value"].get("message")
    return why


def _name(sender: Mapping[str, Any]) -> str:
    """The name on one line and without invisible signs, for it stands in a notice to the customer."""
    plain = "".join(letter for letter in " ".join(str(sender.get("name") or "").split()) if letter.isprintable())
    return plain[:LONGEST_NAME].strip()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _invalid("", "it is no JSON") from None


def _checked(data: Any) -> Mapping[str, Any]:
    for problem in sorted(_validator().iter_errors(data), key=lambda problem: list(map(str, problem.path))):
        raise _invalid(".".join(map(str, problem.path)), problem.message)
    activity: Mapping[str, Any] = data
    return activity


def _invalid(path: str, problem: str) -> InvalidActivity:
    return InvalidActivity(path, SCHEMA.name, f"{problem[:SHOWN]}…" if len(problem) > SHOWN else problem)


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
