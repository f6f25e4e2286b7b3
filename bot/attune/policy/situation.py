"""Puts together what the decision table looks at, from Rasa's tracker and Attune's own tables [R]."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice, takewhile

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.events import Event as RasaEvent
from rasa.shared.core.trackers import DialogueStateTracker

from attune import database, settings
from attune.channel.mailbox import AWAY, Mailbox
from attune.channel.ownership import Kind, Ownership
from attune.consent import answers, requests
from attune.consent.discreet import general
from attune.consent.permission import PURPOSES, Permission, Purpose, State, from_slots, since_slot, slot
from attune.consent.transitions import Event, transition
from attune.policy import call_back, carry_on, conduct, countries, history, rating, waiting
from attune.policy.decision import ACKNOWLEDGE, ASK_COUNTRY, ASKS_CONSENT, DISCLOSE, HELPS, ConsentChange, Situation
from attune.policy.protocol import Protocol
from attune.policy.routing import UNKNOWN_LANGUAGE
from attune.signals.reading import DISTRESS_FAMILY, KEY
from attune.signals.trend import LOOKED_BACK, REMEMBERED, STEADY, Trend, trend

COUNTRY = "attune_country"
UNHEARD = "EXTERNAL: "
"""How Rasa marks a turn that the desk triggered and nobody said."""
ANSWERS: dict[object, Event] = {"yes": "yes", "no": "no"}
HELPED = frozenset(map(general, HELPS))
LOOKED_AT = 50
"""So many of the customer's last turns are looked at for danger and abuse."""


def of(tracker: DialogueStateTracker, protocol: Protocol) -> Situation:
    """The situation at the customer's last message."""
    events, begun = history.session(tracker)
    message = tracker.latest_message
    intent, text = message.intent.get("name"), message.text or ""
    said, said_last = _said(events), _said_last(events)
    permission = from_slots(tracker.current_slot_values())
    changes = tuple(_changes(message, permission, said_last, protocol))
    told = countries.named(text) if ASK_COUNTRY in said_last else None
    seen = Situation(
        reading=history.reading(message),
        intent=intent,
        permission=replace(permission, **{change.purpose: change.state for change in changes}),
        changes=changes,
        may_ask=frozenset(_may_ask(tracker, permission, said, protocol)),
        owner=_owner(tracker),
        country=told or _country(message, tracker) or protocol.crisis.country,
        country_told=told is not None,
        public=bool(_told(message, "public")),
        opening=intent == "session_start" and begun,
        undisclosed=begun and DISCLOSE not in said,
        form=tracker.active_loop_name,
        said=said,
        said_last=said_last,
        carries_on=intent == carry_on.INTENT or carry_on.carries_on(text),
        requested=requests.requested(text),
        wants_call_back=intent == call_back.INTENT or call_back.wants(text),
        tells_call_back=call_back.tells(text),
        rating=rating.chosen(intent, _entities(message)),
        agrees=answers.answer(text) == "yes" or _entities(message).get("attune_answer") == "yes",
        declines=answers.declined(text) or _entities(message).get("attune_answer") == "no",
    )
    return replace(_with_past(seen, events, protocol), back=_back(seen, tracker, events, protocol))


def slots(seen: Situation, tracker: DialogueStateTracker) -> Iterator[tuple[str, str | None]]:
    """The slots this turn changes, written by the policy itself so that they hold with the action server away."""
    for change in seen.changes:
        yield slot(change.purpose), change.state
        yield since_slot(change.purpose), today(tracker).isoformat()
    if seen.country != tracker.get_slot(COUNTRY):
        yield COUNTRY, seen.country


def today(tracker: DialogueStateTracker) -> date:
    """The day (UTC) of the customer's last message."""
    event = tracker.get_last_event_for(UserUttered)
    return datetime.fromtimestamp(event.timestamp if event else 0, timezone.utc).date()


def _with_past(seen: Situation, events: Sequence[RasaEvent], protocol: Protocol) -> Situation:
    past = list(history.turns_back(events))
    count = 2 * protocol.acknowledge_again_after
    may_adapt = seen.permission.allows("adapt", protocol.adapt_mode(seen.country))
    trends = _trends(events, protocol, count) if may_adapt else [STEADY] * count  # CON-2
    readings = [history.reading(said) for said, _ in islice(past, LOOKED_AT)]
    felt = [protocol.felt(reading, shown) for reading, shown in zip(readings, trends, strict=False)]
    levels = [protocol.level(each) for each in felt]
    since = next((back for back, (_, actions) in enumerate(past) if ACKNOWLEDGE in actions), None)
    return replace(
        seen,
        trend=trends[0] if past else STEADY,
        endangered=any(reading.crisis.tier for reading in readings),
        distressed=any(each.emotion in DISTRESS_FAMILY and protocol.level(each) == "strong" for each in readings),
        strong_turns=sum(1 for _ in takewhile(lambda level: level == "strong", levels)),
        abusive_turns=sum(reading.abusive for reading in readings),
        turns_since_acknowledged=since,
        acknowledged_level=levels[since] if since is not None and since < len(levels) else "none",
    )


def _back(
    seen: Situation, tracker: DialogueStateTracker, events: Sequence[RasaEvent], protocol: Protocol,
) -> str | None:
    """When those are back who would have the conversation, routed as its packet will be; None while they are there."""
    said = [message for message, _ in history.turns_back(events)]
    felt = waiting.request(map(history.reading, said[:LOOKED_AT]), seen.permission,
                           safety_passed_on=protocol.safety_passed_on)
    intents = [str(message.intent["name"]) for message in said if message.intent.get("name")]
    locales = (_told(message, "locale") for message in said)
    language = next((str(locale) for locale in locales if locale), UNKNOWN_LANGUAGE)
    asked = replace(felt, intents=intents, language=language, slots=tracker.current_slot_values())
    now = datetime.fromtimestamp(said[0].timestamp if said else 0, timezone.utc)
    return waiting.back(protocol.queue(asked).queue, protocol.hours, now)


def _trends(events: Sequence[RasaEvent], protocol: Protocol, count: int) -> list[Trend]:
    """What each of the last turns showed together with those before it, the present one first."""
    turns = conduct.read(history.plain(events, count + REMEMBERED + LOOKED_BACK))
    return [trend(turns[:end], protocol.behaviour) for end in range(len(turns), 0, -1)][:count]


def _owner(tracker: DialogueStateTracker) -> Kind:
    """Who has the message: a person who answered it while it waited keeps it, even if they have left since (I5, I6)."""
    told, db_url = tracker.get_slot("attune_owner"), settings.load().db_url
    remembered: Kind = told if told in ("queue", "agent") else "bot"
    try:
        owner = _ownership(db_url).owner(tracker.sender_id)
        given_back = owner.kind == "bot" and owner.since > 0
        answered = given_back and _mailbox(db_url).was_answered(tracker.sender_id, _message_id(tracker))
    except AWAY:
        return remembered
    return "agent" if answered else owner.kind


def _message_id(tracker: DialogueStateTracker) -> str:
    return (tracker.latest_message.message_id if tracker.latest_message else None) or ""


@lru_cache(maxsize=4)
def _ownership(db_url: str) -> Ownership:
    return Ownership(database.engine(db_url))


@lru_cache(maxsize=4)
def _mailbox(db_url: str) -> Mailbox:
    return Mailbox(database.engine(db_url))


def _said(events: Sequence[RasaEvent]) -> frozenset[str]:
    return frozenset(event.action_name for event in events if isinstance(event, ActionExecuted))


def _said_last(events: Sequence[RasaEvent]) -> frozenset[str]:
    """What answered the turn before; one that the desk triggered and nothing was said to is no turn."""
    before = islice(history.turns_back(events), 1, None)
    return frozenset(next((actions for said, actions in before if not _unheard(said, actions)), ()))


def _unheard(said: UserUttered, actions: Sequence[str]) -> bool:
    return (said.text or "").startswith(UNHEARD) and set(actions) <= {ACTION_LISTEN_NAME}


def _may_ask(tracker: DialogueStateTracker, now: Permission, said: frozenset[str], p: Protocol) -> Iterator[Purpose]:
    """At most once in a session, and not for a while after a no or a question left open (CON-2)."""
    for question, purpose in ASKS_CONSENT.items():
        state: State = getattr(now, purpose)
        waited = today(tracker) - _day(tracker.get_slot(since_slot(purpose))) >= timedelta(p.ask_again_after_days)
        may = p.pursues(purpose) and question not in said and (state == "unknown" or (state != "granted" and waited))
        if may and not (purpose == "quotes" and _was_helped(tracker)):
            yield purpose


def _was_helped(tracker: DialogueStateTracker) -> bool:
    """Whether help was ever shown, as far back as the tracker reaches; where it was stored, its tier is left out."""
    return any(isinstance(event, ActionExecuted) and general(event.action_name or "") in HELPED
               for event in tracker.events)


def _day(since: object) -> date:
    """The day a slot holds; one yet to come where it holds none, so that nobody is asked too soon."""
    try:
        return date.fromisoformat(str(since))
    except ValueError:
        return date.max


def _changes(
    message: UserUttered, permission: Permission, said_last: frozenset[str], protocol: Protocol,
) -> Iterator[ConsentChange]:
    """What the message does to consent: a switch, a withdrawal in words, or the answer to the question.

    A purpose that is switched off can only be taken back.
    """
    asked = next((purpose for question, purpose in ASKS_CONSENT.items() if question in said_last), None)
    open_question = asked if asked and getattr(permission, asked) == "asked" else None
    for purpose, event, explicit in _heard(message, open_question):
        before: State = getattr(permission, purpose)
        if protocol.pursues(purpose) or before == "granted":
            yield ConsentChange(purpose, transition(before, event), explicit)


def _heard(message: UserUttered, asked: Purpose | None) -> Iterator[tuple[Purpose, Event, bool]]:
    said = _entities(message)
    purpose, answer = said.get("attune_purpose"), said.get("attune_answer")
    text = message.text or ""
    withdrawn = answers.withdrawal(text) or ()
    if message.intent.get("name") == "attune_consent" and purpose in PURPOSES and answer in ANSWERS:
        yield purpose, ANSWERS[answer], True
        return
    yield from ((each, "withdraw", True) for each in withdrawn)
    if asked and asked not in withdrawn:  # whatever else is taken back, the question is not left open
        given = answers.answer(text)
        yield asked, given, given == "yes" or answers.declined(text)  # CON-2


def _entities(message: UserUttered) -> dict[str, str]:
    return {entity["entity"]: entity["value"] for entity in message.entities}


def _told(message: UserUttered, what: str) -> object:
    """What the channel said about a message."""
    told = (message.metadata or {}).get(KEY)
    return told.get(what) if isinstance(told, dict) else None


def _country(message: UserUttered, tracker: DialogueStateTracker) -> str | None:
    """From channel or account, never from language (CRI-5)."""
    return countries.code(_told(message, "country")) or countries.code(tracker.get_slot(COUNTRY))
