"""What an agent does with a conversation: claim, reply, pass on, release. Each is one transaction, may be repeated."""

from sqlalchemy.engine import Connection, Engine

from attune.channel import ownership
from attune.channel.mailbox import Letter
from attune.channel.ownership import Owner
from attune.errors import AttuneError
from attune.handoff import outbox, outcomes, stints, tables, tracker_events, transfers, waits
from attune.handoff.steps import Name, Step
from attune.handoff.stints import Stint
from attune.handoff.transfers import Transfer

HANDED_BACK = "attune_handed_back"


class NotYours(AttuneError):
    """Somebody acts in a conversation that belongs to someone else."""

    def __init__(self, conversation_id: str, agent: str, owner: Owner) -> None:
        has_it = owner.agent or {"bot": "the assistant", "queue": "nobody yet: claim it first"}[owner.kind]
        super().__init__(f"{agent} cannot do this in conversation {conversation_id}. It belongs to {has_it}.")


class NothingOpen(AttuneError):
    """There is no open handoff for the conversation."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id} waits for nobody. Go back to the queue.")


class Counter:
    """Where agents take conversations over and give them back; creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        tables.create(engine)

    def claim(self, conversation_id: str, agent: str, notice: str, at: float) -> None:
        """Give the conversation to the agent and tell the customer; raises Taken, WrongTurn or NothingOpen."""
        with self._engine.begin() as connection:
            claim(connection, conversation_id, agent, notice, at)

    def reply(self, letter: Letter) -> None:
        """Send the words of agent `letter.name` to the customer at once, and queue them for Rasa; raises NotYours."""
        with self._engine.begin() as connection:
            reply(connection, letter)

    def release(self, conversation_id: str, agent: str, notice: str, at: float, outcome: str | None = None) -> None:
        """Give the conversation back to the bot, which says that it is the bot again (DIS-3); raises NotYours.

        `outcome` is how it ended, where the agent says so (an id of desk.yml).
        """
        with self._engine.begin() as connection:
            if outcome:
                outcomes.put(connection, conversation_id, _open(connection, conversation_id).handoff_id, outcome, at)
            release(connection, conversation_id, agent, notice, at)

    def transfer(self, transfer: Transfer, notice: str) -> None:
        """Let the conversation wait for a colleague, as it is, and tell the customer; raises NotYours."""
        conversation_id, at = transfer.conversation_id, transfer.at
        with self._engine.begin() as connection:
            if not ownership.back_to_queue(connection, conversation_id, transfer.agent, at):
                raise NotYours(conversation_id, transfer.agent, ownership.read(connection, conversation_id))
            time = f"{_open(connection, conversation_id).handoff_id}-{transfers.put(connection, transfer)}"
            stints.end(connection, transfer.handoff_id, at)
            waits.move(connection, transfer)
            _tell(connection, conversation_id, f"moved-{time}", notice, at)
            step = Step("transferred", transfer.queue, transfer.reason)
            _set_owner(connection, conversation_id, f"queue-{time}", at, step)


def claim(connection: Connection, conversation_id: str, agent: str, notice: str, at: float) -> None:
    """`Counter.claim` inside the caller's transaction."""
    before = ownership.read(connection, conversation_id)
    ownership.move(connection, conversation_id, Owner("agent", agent, at))
    handoff = _open(connection, conversation_id)
    handoff_id, number = handoff.handoff_id, transfers.count(connection, handoff.handoff_id)
    stints.begin(connection, conversation_id, Stint(handoff_id, agent, handoff.reason, at), number)
    waits.claimed(connection, handoff_id, at)
    time = f"{handoff_id}-{number}" if number else handoff_id  # after a transfer a second person joins
    _tell(connection, conversation_id, f"joined-{time}", notice, at)
    waited = round(at - before.since) if before.kind == "queue" else None
    step = Step("joined", waits.queue(connection, handoff_id), handoff.reason, waited=waited)
    _set_owner(connection, conversation_id, f"agent-{time}", at, step)


def reply(connection: Connection, letter: Letter) -> None:
    """`Counter.reply` inside the caller's transaction."""
    tracker_events.tell(connection, letter)
    _must_own(connection, letter.conversation_id, str(letter.name))


def release(connection: Connection, conversation_id: str, agent: str, notice: str, at: float) -> None:
    """`Counter.release` inside the caller's transaction."""
    _must_own(connection, conversation_id, agent)
    ownership.move(connection, conversation_id, Owner("bot", None, at))
    handoff = outbox.close(connection, conversation_id, at)
    if handoff is None:
        raise NothingOpen(conversation_id)
    handoff_id = handoff.handoff_id
    stints.end(connection, handoff_id, at)
    _tell(connection, conversation_id, f"left-{handoff_id}", notice, at)
    outcome, event_id = outcomes.of(connection, handoff_id), f"bot-{handoff_id}"
    name: Name = "resolved" if outcome else "left"
    step = Step(name, waits.queue(connection, handoff_id), handoff.reason, outcome)
    _set_owner(connection, conversation_id, event_id, at, step)
    tracker_events.put(connection, conversation_id, f"resume-{handoff_id}", "trigger",
                       {"name": HANDED_BACK, "after": event_id})


def _open(connection: Connection, conversation_id: str) -> outbox.Handoff:
    handoff = outbox.current(connection, conversation_id)
    if handoff is None:
        raise NothingOpen(conversation_id)
    return handoff


def _must_own(connection: Connection, conversation_id: str, agent: str) -> None:
    owner = ownership.read(connection, conversation_id)
    if (owner.kind, owner.agent) != ("agent", agent):
        raise NotYours(conversation_id, agent, owner)


def _tell(connection: Connection, conversation_id: str, message_id: str, words: str, at: float) -> None:
    tracker_events.tell(connection, Letter(0, conversation_id, message_id, "notice", words, at))


def _set_owner(connection: Connection, conversation_id: str, event_id: str, at: float, step: Step) -> None:
    tracker_events.put(connection, conversation_id, event_id, "event", tracker_events.owner(step, event_id, at))
