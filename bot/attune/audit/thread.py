"""What earlier events of a conversation tell about the present one: who asked what, how the answer came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from attune.consent.discreet import may_keep
from attune.consent.permission import PURPOSES, slot

Event = Mapping[str, object]
CONSENT_SLOTS = {slot(purpose): purpose for purpose in PURPOSES}


@dataclass(frozen=True)
class Thread:
    """`may`: Readings may be kept; `way`: how the last message came; `asked`: an open consent question's words.

    `answering`: the question the last message came after. These words never leave memory.
    """

    may: bool = False
    channel: str | None = None
    locale: str | None = None
    way: str | None = None
    asked: str | None = None
    answering: str | None = None
    states: Mapping[str, str] = field(default_factory=dict)


def follow(thread: Thread, event: Event) -> Thread:
    """The thread after an event."""
    kind = str(event.get("event"))
    after = replace(thread, may=may_keep(thread.may, kind, event.get("name"), event.get("value")))
    if kind == "user":
        return replace(
            after, channel=name(event.get("input_channel")), locale=_locale(event), way=_way(event),
            asked=None, answering=thread.asked,
        )
    if kind == "bot" and _response(event).startswith("utter_ask_consent"):
        return replace(after, asked=str(event.get("text")))
    purpose = CONSENT_SLOTS.get(str(event.get("name"))) if kind == "slot" else None
    if purpose:
        return replace(after, states={**thread.states, purpose: str(event.get("value") or "unknown")})
    return after


def name(value: object) -> str | None:
    """A technical name as it stands in a domain or a configuration; anything else is not put on record."""
    if isinstance(value, str) and 0 < len(value) <= 80 and all(sign.isalnum() or sign in "_-./:" for sign in value):
        return value
    return None


def part(event: Event, key: str) -> Mapping[str, object]:
    """A mapping inside an event; empty if it is not there."""
    value = event.get(key)
    return value if isinstance(value, Mapping) else {}


def _locale(event: Event) -> str | None:
    metadata = part(event, "metadata")
    return name(metadata.get("locale") or part(metadata, "attune").get("locale"))


def _way(event: Event) -> str:
    return "button" if str(event.get("text") or "").startswith("/") else "words"


def _response(event: Event) -> str:
    return str(part(event, "metadata").get("utter_action") or "")
