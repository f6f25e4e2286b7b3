"""Carries out what agents did at another desk: once for each activity, in one transaction."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from attune.channel import ownership
from attune.channel.mailbox import Letter
from attune.channel.ownership import Owner
from attune.errors import AttuneError
from attune.handoff import agent, outbox, tracker_events
from attune.handoff import tables as room
from attune.handoff.data import load
from attune.handoff.desks.webhook import tables
from attune.handoff.desks.webhook.inbound import Doing, Kind
from attune.handoff.tables import HANDOFFS

log = logging.getLogger(__name__)

WORDINGS = "desks/webhook/wordings.yml"


class UnknownConversation(AttuneError):
    """No handoff has the id another desk gives as its conversation."""

    def __init__(self, handoff_id: str) -> None:
        super().__init__(f"There is no conversation {handoff_id!r}. Send back the conversation.id of handoff.initiate.")


class HandoffOver(AttuneError):
    """Somebody speaks in a handoff that was closed."""

    def __init__(self, handoff_id: str) -> None:
        super().__init__(f"Conversation {handoff_id} is over: it was given back, or the customer went on with the "
                         "assistant. Close it at your desk; nothing was shown to the customer.")


@dataclass(frozen=True)
class Step:
    """One activity about one open handoff; `notices`: `joined` and `left`, with {agent}; `at` in unix seconds."""

    conversation_id: str
    owner: Owner
    doing: Doing
    notices: Mapping[str, str]
    at: float

    @property
    def agent(self) -> str:
        """Who acts; where nobody is named, whoever has the conversation."""
        return self.doing.agent or self.owner.agent or str(load(WORDINGS)["nobody_named"])


class Arrivals:
    """What agents did elsewhere, carried out in one database; creates its tables."""

    def __init__(self, engine: Engine, notices: Mapping[str, str]) -> None:
        self._engine = engine
        self._notices = notices
        room.create(engine)
        tables.create(engine)

    def take(self, doing: Doing, at: float) -> bool:
        """Carry it out; False if nothing was to be done: known already, or without effect (`typing`, a bot's words).

        Raises:
            UnknownConversation: there is no such handoff.
            HandoffOver: an agent comes or speaks after its end.
            AttuneError: it cannot be done as things stand; `Counter` says which.
        """
        try:
            return self._take(doing, at)
        except IntegrityError:  # the same activity came twice at once: the other one was faster
            return self._take(doing, at)

    def _take(self, doing: Doing, at: float) -> bool:
        with self._engine.begin() as connection:
            effect = EFFECTS.get(doing.kind)
            is_first = effect and tables.first(connection, doing.handoff_id, doing.activity_id, at)
            handoff = connection.execute(select(HANDOFFS).where(HANDOFFS.c.handoff_id == doing.handoff_id)).first()
            if handoff is None:
                raise UnknownConversation(doing.handoff_id)
            if effect is None or not is_first:
                return False
            if handoff.closed is not None:
                return _too_late(doing)
            owner = ownership.read(connection, handoff.conversation_id)
            effect(connection, Step(handoff.conversation_id, owner, doing, self._notices, at))
            return True


def _too_late(doing: Doing) -> bool:
    if doing.kind in ("accepted", "said"):
        raise HandoffOver(doing.handoff_id)
    return False


def _accepted(connection: Connection, step: Step) -> None:
    """An agent has the conversation now. Which one is for the other desk to say, so a colleague may follow."""
    if step.owner.kind != "agent":
        agent.claim(connection, step.conversation_id, step.agent, _notice(step, "joined", step.agent), step.at)
    elif step.owner.agent != step.agent:
        _follow(connection, step)


def _follow(connection: Connection, step: Step) -> None:
    """A colleague goes on with the conversation, and the customer is told who speaks (DIS-3)."""
    ownership.back_to_queue(connection, step.conversation_id, str(step.owner.agent), step.at)
    ownership.move(connection, step.conversation_id, Owner("agent", step.agent, step.at))
    once = f"joined-{step.doing.handoff_id}-{step.doing.activity_id}"
    notice = Letter(0, step.conversation_id, once, "notice", _notice(step, "joined", step.agent), step.at)
    tracker_events.tell(connection, notice)


def _said(connection: Connection, step: Step) -> None:
    """An agent's words. Where they overtook `accepted` they say the same: a person is there (DIS-3)."""
    _accepted(connection, step)
    message_id = f"person-{step.doing.handoff_id}-{step.doing.activity_id}"
    agent.reply(connection, Letter(0, step.conversation_id, message_id, "person", step.doing.text, step.at, step.agent))


def _completed(connection: Connection, step: Step) -> None:
    if step.owner.kind == "bot":  # the customer had left the queue; the case stayed open for somebody to look at
        outbox.close(connection, step.conversation_id, step.at)
        return
    # A message nobody said they read doesn't hold it back as it would at our own desk: nobody can say so elsewhere, and
    # the customer would be left to an agent who has gone. The alarm stays open, and a supervisor is paged (HND-5).
    name = step.owner.agent or step.agent
    agent.release(connection, step.conversation_id, name, _notice(step, "left", name), step.at)


def _failed(connection: Connection, step: Step) -> None:
    """Nobody came. The customer goes on waiting, and who looks next reads why."""
    words, why = load(WORDINGS), step.doing.text
    text = str(words["failed"]).replace("{why}", why) if why else str(words["failed_without_reason"])
    outbox.note(connection, step.doing.handoff_id, f"failed-{step.doing.activity_id}", text, step.at)
    log.warning("The other desk could not pass on handoff %s. The customer still waits.", step.doing.handoff_id)


def _notice(step: Step, which: str, name: str) -> str:
    return step.notices[which].replace("{agent}", name)


EFFECTS: Mapping[Kind, Callable[[Connection, Step], None]] = {
    "accepted": _accepted, "said": _said, "completed": _completed, "failed": _failed,
}
"""What each kind of doing changes; the others change nothing."""
