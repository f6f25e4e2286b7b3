"""What each message of a conversation led to, by the events Rasa keeps: response names and decision rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from attune.audit.thread import part
from attune.drift.replay import Turn
from attune.signals.reading import KEY

OPENED = "/session_start"


def turns(events: Iterable[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """The turns of one conversation; what came before the customer's first word belongs to an opening turn."""
    found = [Turn("")]
    for event in events:
        last = found[-1]
        if event.get("event") == "user" and event.get("text") != OPENED:
            found.append(Turn(str(event.get("text") or "")))
        elif event.get("event") == "bot" and (name := part(event, "metadata").get("utter_action")):
            found[-1] = Turn(last.says, (*last.responses, str(name)), last.rows)
        elif event.get("event") == "action" and (row := _row(event)):
            found[-1] = Turn(last.says, last.responses, (*last.rows, row))
    return tuple(turn for turn in found if turn != Turn(""))


def _row(event: Mapping[str, Any]) -> str | None:
    """The row of a Decision; its later steps repeat what was decided at the first."""
    decision = part(part(event, "metadata"), KEY)
    return str(decision["row"]) if decision.get("protocol") and not decision.get("step") else None
