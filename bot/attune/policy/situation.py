"""Puts together what the decision table looks at, from Rasa's tracker and Attune's own tables [R]."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError

from attune import database, settings
from attune.channel.ownership import Kind, Ownership
from attune.consent import answers
from attune.consent.permission import PURPOSES, Permission, from_slots, slot
from attune.policy import history
from attune.policy.decision import (
    ACKNOWLEDGE,
    ASK_CONSENT,
    DISCLOSE,
    IN_QUEUE,
    OFFER_PERSON,
    ConsentChange,
    Situation,
)
from attune.policy.protocol import Protocol
from attune.signals.reading import KEY


def of(tracker: DialogueStateTracker, protocol: Protocol) -> Situation:
    """The situation at the customer's last message."""
    events, begun = history.session(tracker)
    message = tracker.latest_message
    said = _said(events)
    owner = _owner(tracker)
    permission = from_slots(tracker.current_slot_values())
    change = _change(message, permission, _asked_last(events))
    seen = Situation(
        reading=history.reading(message),
        intent=message.intent.get("name"),
        permission=replace(permission, **{change.purpose: change.state}) if change else permission,
        change=change,
        owner=owner,
        country=_country(message, tracker),
        opening=message.intent.get("name") == "session_start" and begun,
        undisclosed=begun and DISCLOSE not in said,
        offered_person=OFFER_PERSON in said,
    )
    return _with_past(seen, events, protocol)


def slots(seen: Situation, tracker: DialogueStateTracker) -> Iterator[tuple[str, str | None]]:
    """The slots this turn changes, written by the policy itself so that they hold with the action server away."""
    if seen.change:
        yield slot(seen.change.purpose), seen.change.state
    if seen.country != tracker.get_slot("attune_country"):
        yield "attune_country", seen.country


def _with_past(seen: Situation, events: Sequence[Event], protocol: Protocol) -> Situation:
    past = list(history.turns_back(events))
    levels = [protocol.level(history.reading(message)) for message, _ in past[: 2 * protocol.acknowledge_again_after]]
    since = next((back for back, (_, actions) in enumerate(past) if ACKNOWLEDGE in actions), None)
    return replace(
        seen,
        strong_turns=sum(1 for _ in takewhile(lambda level: level == "strong", levels)),
        turns_since_acknowledged=since,
        acknowledged_level=levels[since] if since is not None and since < len(levels) else "none",
        waiting_told=len(past) > 1 and IN_QUEUE in past[1][1],
    )


def _owner(tracker: DialogueStateTracker) -> Kind:
    try:
        return Ownership(database.engine(settings.load().db_url)).owner(tracker.sender_id).kind
    except SQLAlchemyError:  # the table is away: what the conversation itself remembers must do (I1, I5)
        remembered = tracker.get_slot("attune_owner")
        return remembered if remembered in ("queue", "agent") else "bot"


def _said(events: Sequence[Event]) -> set[str]:
    return {event.action_name for event in events if isinstance(event, ActionExecuted)}


def _asked_last(events: Sequence[Event]) -> bool:
    """Whether the bot's last step before this message was to ask for consent."""
    past = list(history.turns_back(events))
    return len(past) > 1 and ASK_CONSENT in past[1][1]


def _change(message: UserUttered, permission: Permission, asked: bool) -> ConsentChange | None:
    if message.intent.get("name") == "attune_consent":
        change = _from_switch(message)
        if change:
            return change
    text = message.text or ""
    withdrawn = [purpose for purpose in answers.withdrawal(text) or () if purpose in PURPOSES]
    if withdrawn:
        return ConsentChange(withdrawn[0], "withdrawn")
    if asked and permission.agent == "asked":
        return ConsentChange("agent", "granted" if answers.answer(text) == "yes" else "refused")  # CON-2
    return None


def _from_switch(message: UserUttered) -> ConsentChange | None:
    said = {entity["entity"]: entity["value"] for entity in message.entities}
    purpose, answer = said.get("attune_purpose"), said.get("attune_answer")
    if purpose not in PURPOSES or answer not in ("yes", "no"):
        return None
    return ConsentChange(purpose, "granted" if answer == "yes" else "withdrawn")


def _country(message: UserUttered, tracker: DialogueStateTracker) -> str | None:
    told = ((message.metadata or {}).get(KEY) or {}).get("country")
    country: str | None = told or tracker.get_slot("attune_country")
    return country
