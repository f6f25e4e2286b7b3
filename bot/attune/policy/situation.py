"""Puts together what the decision table looks at, from Rasa's tracker and Attune's own tables [R]."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.events import Event as RasaEvent
from rasa.shared.core.trackers import DialogueStateTracker

from attune import database, settings
from attune.channel.ownership import Kind, Ownership
from attune.consent import answers
from attune.consent.permission import PURPOSES, Permission, Purpose, State, from_slots, slot
from attune.consent.transitions import Event, transition
from attune.policy import conduct, history
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
from attune.signals.trend import LOOKED_BACK, REMEMBERED, STEADY, Trend, trend


def of(tracker: DialogueStateTracker, protocol: Protocol) -> Situation:
    """The situation at the customer's last message."""
    events, begun = history.session(tracker)
    message = tracker.latest_message
    said = _said(events)
    owner = _owner(tracker)
    permission = from_slots(tracker.current_slot_values())
    changes = tuple(_changes(message, permission, _asked_last(events)))
    seen = Situation(
        reading=history.reading(message),
        intent=message.intent.get("name"),
        permission=replace(permission, **{change.purpose: change.state for change in changes}),
        changes=changes,
        owner=owner,
        country=_country(message, tracker),
        opening=message.intent.get("name") == "session_start" and begun,
        undisclosed=begun and DISCLOSE not in said,
        offered_person=OFFER_PERSON in said,
    )
    return _with_past(seen, events, protocol)


def slots(seen: Situation, tracker: DialogueStateTracker) -> Iterator[tuple[str, str | None]]:
    """The slots this turn changes, written by the policy itself so that they hold with the action server away."""
    for change in seen.changes:
        yield slot(change.purpose), change.state
    if seen.country != tracker.get_slot("attune_country"):
        yield "attune_country", seen.country


def _with_past(seen: Situation, events: Sequence[RasaEvent], protocol: Protocol) -> Situation:
    past = list(history.turns_back(events))
    count = 2 * protocol.acknowledge_again_after
    may_adapt = seen.permission.allows("adapt", protocol.adapt_mode(seen.country))
    trends = _trends(events, protocol, count) if may_adapt else [STEADY] * count  # CON-2
    felt = [protocol.felt(history.reading(said), shown) for (said, _), shown in zip(past, trends, strict=False)]
    levels = [protocol.level(each) for each in felt]
    since = next((back for back, (_, actions) in enumerate(past) if ACKNOWLEDGE in actions), None)
    return replace(
        seen,
        trend=trends[0] if past else STEADY,
        strong_turns=sum(1 for _ in takewhile(lambda level: level == "strong", levels)),
        turns_since_acknowledged=since,
        acknowledged_level=levels[since] if since is not None and since < len(levels) else "none",
        waiting_told=len(past) > 1 and IN_QUEUE in past[1][1],
    )


def _trends(events: Sequence[RasaEvent], protocol: Protocol, count: int) -> list[Trend]:
    """What each of the last turns showed together with those before it, the present one first."""
    turns = conduct.read(history.plain(events, count + REMEMBERED + LOOKED_BACK))
    return [trend(turns[:end], protocol.behaviour) for end in range(len(turns), 0, -1)][:count]


def _owner(tracker: DialogueStateTracker) -> Kind:
    told = tracker.get_slot("attune_owner")
    remembered: Kind = told if told in ("queue", "agent") else "bot"
    return _ownership(settings.load().db_url).kind(tracker.sender_id, remembered)


@lru_cache(maxsize=4)
def _ownership(db_url: str) -> Ownership:
    return Ownership(database.engine(db_url))


def _said(events: Sequence[RasaEvent]) -> set[str]:
    return {event.action_name for event in events if isinstance(event, ActionExecuted)}


def _asked_last(events: Sequence[RasaEvent]) -> bool:
    """Whether the bot's last step before this message was to ask for consent."""
    past = list(history.turns_back(events))
    return len(past) > 1 and ASK_CONSENT in past[1][1]


def _changes(message: UserUttered, permission: Permission, asked: bool) -> Iterator[ConsentChange]:
    """What the message does to consent: a switch, a withdrawal in words, or the answer to the question."""
    for purpose, event in _heard(message, asked and permission.agent == "asked"):
        before: State = getattr(permission, purpose)
        yield ConsentChange(purpose, transition(before, event))


def _heard(message: UserUttered, asked: bool) -> Iterator[tuple[Purpose, Event]]:
    said = {entity["entity"]: entity["value"] for entity in message.entities}
    purpose, answer = said.get("attune_purpose"), said.get("attune_answer")
    text = message.text or ""
    withdrawn = answers.withdrawal(text) or ()
    if message.intent.get("name") == "attune_consent" and purpose in PURPOSES and answer in ("yes", "no"):
        yield purpose, answer
    elif withdrawn:
        yield from ((each, "withdraw") for each in withdrawn)
    elif asked:
        yield "agent", answers.answer(text)  # CON-2


def _country(message: UserUttered, tracker: DialogueStateTracker) -> str | None:
    told = ((message.metadata or {}).get(KEY) or {}).get("country")
    country: str | None = told or tracker.get_slot("attune_country")
    return country
