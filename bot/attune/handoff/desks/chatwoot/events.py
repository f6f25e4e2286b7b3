"""Carries out what Chatwoot's webhooks mean, each once and in one transaction (I5, I6)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Boolean

from attune.channel import mailbox, ownership
from attune.channel.mailbox import Letter
from attune.channel.ownership import Owner
from attune.handoff import outbox, steps, stints, tracker_events, waits
from attune.handoff.agent import HANDED_BACK
from attune.handoff.desks.chatwoot import card, lifecycle
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.carrier import CONTACT, FROM_CHATWOOT
from attune.handoff.desks.chatwoot.lifecycle import Heard, Meaning, Message, State
from attune.handoff.desks.chatwoot.posts import arrived
from attune.handoff.desks.chatwoot.store import Store, blank
from attune.handoff.desks.chatwoot.tables import CONVERSATIONS, DELIVERIES
from attune.handoff.stints import Stint
from attune.handoff.tables import ALARMS, add_once

KEPT = 24 * 60 * 60
"""Seconds for which a delivery is known again; Chatwoot repeats one within ten seconds."""
WORDLESS = "…"
"""A message of files alone: what they show stays in Chatwoot."""


@dataclass(frozen=True)
class Step:
    """One webhook about one conversation of ours; `native`: the customer came by Chatwoot. `at` in unix seconds."""

    conversation_id: str
    native: bool
    delivery: str
    heard: Heard
    at: float

    @property
    def message(self) -> Message:
        """The message, where the webhook is about one."""
        if self.heard.message is None:
            raise ValueError(self.heard.event)
        return self.heard.message

    @property
    def letter_id(self) -> str:
        """The letter's message id: the same for every webhook about one message."""
        return f"{FROM_CHATWOOT}{self.message.id}"


@dataclass(frozen=True)
class Events:
    """Takes webhooks into one database."""

    account: Account
    store: Store

    def take(self, heard: Heard, delivery: str) -> bool:
        """Store what it means; False if this delivery was here before."""
        try:
            return self._take(heard, delivery)
        except IntegrityError:  # the same one came twice at once: the other one was faster
            return self._take(heard, delivery)

    def _take(self, heard: Heard, delivery: str) -> bool:
        at = self.store.clock()
        with self.store.engine.begin() as connection:
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.at < at - KEPT))
            if not add_once(connection, DELIVERIES, "delivery_id", {"delivery_id": delivery, "at": at}):
                return False
            if heard.message and heard.message.mark:
                arrived(connection, heard.message.mark)
            row = _row(connection, self.account, heard)
            if row is not None:
                step = Step(row.conversation_id, row.contact is None, delivery, heard, at)
                _apply(connection, step, _state(row), is_old=_is_old(row, heard.state, at))
            return True


def _row(connection: Connection, account: Account, heard: Heard) -> Row | None:
    """Our row of the conversation; None where it is of another account, or one we made and know no more."""
    known = select(CONVERSATIONS).where(CONVERSATIONS.c.display_id == heard.display_id)
    row = connection.execute(known).first()
    if heard.account not in (0, account.number) or row is not None:
        return row if heard.account in (0, account.number) else None
    if (heard.contact or "").startswith(CONTACT):
        return None
    new = blank(account.conversation_id(heard.display_id)) | {"display_id": heard.display_id, "live": 1}
    add_once(connection, CONVERSATIONS, "conversation_id", new)
    connection.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id == new["conversation_id"])
                       .values(display_id=heard.display_id, live=1))
    return connection.execute(known).first()


def _state(row: Row) -> State | None:
    return State(row.status, row.holder or "nobody", row.agent, row.seen) if row.status else None


def _is_old(row: Row, now: State, at: float) -> bool:
    """Whether a webhook shows the conversation as it was: overtaken by another, or by what we did ourselves."""
    return bool(now.seen < row.seen or (now.status == row.was and at < row.was_until))


def _apply(connection: Connection, step: Step, before: State | None, *, is_old: bool) -> None:
    now = step.heard.state
    for meaning in lifecycle.meanings(step.heard, now if is_old else before):
        if meaning in ACTS:
            ACTS[meaning](connection, step)
    if not is_old:
        values = {"status": now.status, "holder": now.holder, "agent": now.agent, "seen": now.seen, "was": None}
        connection.execute(update(CONVERSATIONS).where(_this(step)).values(**values))


def _customer_said(connection: Connection, step: Step) -> None:
    """Kept for Rasa to hear. What we carried there ourselves comes back marked, so this was said in Chatwoot."""
    if not step.native:
        return
    message, once = step.message, step.letter_id
    text, data = message.text or WORDLESS, {"locale": step.heard.locale}
    if message.choice:
        (text, payload), once = message.choice, f"{once}/chosen"
        data["payload"] = payload
    mailbox.put(connection, Letter(0, step.conversation_id, once, "customer", text, step.at, data=data))


def _took_over(connection: Connection, step: Step) -> None:
    """A person is assigned, or it is open for people to take: from now on the bot is silent (I5)."""
    owner, agent = ownership.read(connection, step.conversation_id), step.heard.state.agent
    if agent:
        _own(connection, step, owner, agent)
    elif owner.kind == "bot":
        ownership.move(connection, step.conversation_id, Owner("queue", None, step.at))
        _tell_rasa(connection, step, steps.Step("called"))


def _person_said(connection: Connection, step: Step) -> None:
    """A person's words. Whoever writes has taken over, whatever the status says (DIS-3)."""
    name = step.message.name or str(card.words()["somebody"])
    _own(connection, step, ownership.read(connection, step.conversation_id), name)
    handoff = outbox.current(connection, step.conversation_id)
    if handoff:
        stints.begin(connection, step.conversation_id, Stint(handoff.handoff_id, name, handoff.reason, step.at), 0)
        waits.claimed(connection, handoff.handoff_id, step.at)
    _carry_on(connection, step)
    visit = handoff.handoff_id if handoff else ownership.read(connection, step.conversation_id).since
    who = hashlib.sha256(name.encode()).hexdigest()[:8]  # once for each person; ids are shown, and name nobody (CON-7)
    _notice(connection, step, f"joined-{visit}-{who}", "joined", name)
    letter = Letter(0, step.conversation_id, step.letter_id, "person", step.message.text or WORDLESS, step.at, name)
    tracker_events.tell(connection, letter)
    unread = ALARMS.c.conversation_id == step.conversation_id, ALARMS.c.seen.is_(None)
    connection.execute(update(ALARMS).where(*unread).values(seen_by=name, seen=step.at))  # HND-5: somebody came


def _given_back(connection: Connection, step: Step, name: steps.Name = "left") -> None:
    """The bot speaks again, and says that it is the bot (DIS-3)."""
    owner = ownership.read(connection, step.conversation_id)
    handoff = outbox.close(connection, step.conversation_id, step.at)
    if handoff:
        stints.end(connection, handoff.handoff_id, step.at)
    elif not step.native:  # else the desk carries what is left, and stops when it closes the handoff
        connection.execute(update(CONVERSATIONS).where(_this(step)).values(live=0))
    if owner.kind == "bot":
        return
    if owner.kind == "queue":
        ownership.leave_queue(connection, step.conversation_id, step.at)
    else:
        ownership.move(connection, step.conversation_id, Owner("bot", None, step.at))
        _notice(connection, step, f"left-{step.delivery}", "left", str(owner.agent))
    event_id = _tell_rasa(connection, step, steps.Step(name, reason=handoff.reason if handoff else None))
    tracker_events.put(connection, step.conversation_id, f"resume-{step.delivery}", "trigger",
                       {"name": HANDED_BACK, "after": event_id})


def _own(connection: Connection, step: Step, owner: Owner, agent: str) -> None:
    """Give the conversation to the agent. Who has it is for Chatwoot to say, so a colleague may follow."""
    if (owner.kind, owner.agent) == ("agent", agent):
        return
    if owner.kind == "agent":
        ownership.back_to_queue(connection, step.conversation_id, str(owner.agent), step.at)
    ownership.move(connection, step.conversation_id, Owner("agent", agent, step.at))
    waited = round(step.at - owner.since) if owner.kind == "queue" else None
    _tell_rasa(connection, step, steps.Step("joined", waited=waited))


def _carry_on(connection: Connection, step: Step) -> None:
    """Carry a customer's answers from now on, if nobody did: a person writes long after the handoff was over."""
    letters = mailbox.LETTERS
    newest = select(func.max(letters.c.id)).where(letters.c.conversation_id == step.conversation_id).scalar_subquery()
    values = {"live": 1, "posted": func.coalesce(newest, 0)}
    connection.execute(update(CONVERSATIONS).where(_this(step), CONVERSATIONS.c.live == 0).values(values))


def _this(step: Step) -> ColumnElement[Boolean]:
    return CONVERSATIONS.c.conversation_id == step.conversation_id


def _tell_rasa(connection: Connection, step: Step, led: steps.Step) -> str:
    event_id = f"{steps.OWNER_AFTER[led.step]}-{step.delivery}"
    handoff = outbox.current(connection, step.conversation_id)
    if handoff:
        led = replace(led, queue=waits.queue(connection, handoff.handoff_id), reason=handoff.reason)
    event = tracker_events.owner(led, event_id, step.at)
    tracker_events.put(connection, step.conversation_id, event_id, "event", event)
    return event_id


def _notice(connection: Connection, step: Step, once: str, which: str, agent: str) -> None:
    """Tell a customer of another channel who is there; Chatwoot tells its own."""
    if step.native:
        return
    words = str(card.words()[which]).replace("{agent}", agent)
    tracker_events.tell(connection, Letter(0, step.conversation_id, once, "notice", words, step.at))


ACTS: Mapping[Meaning, Callable[[Connection, Step], None]] = {
    "customer_said": _customer_said, "took_over": _took_over, "person_said": _person_said, "given_back": _given_back,
    "resolved": partial(_given_back, name="resolved"),
}
"""What each meaning changes. A rating stays in Chatwoot: nothing of it is kept here."""
