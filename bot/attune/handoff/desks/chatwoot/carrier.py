"""Carries letters to Chatwoot: the bot's to customers who came by it, everybody's to the agents of all others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from attune.channel import ownership
from attune.channel.mailbox import Letter, Mailbox
from attune.handoff.desks.chatwoot import api
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.api import Api, Conversation, Message, Status
from attune.handoff.desks.chatwoot.card import inert
from attune.handoff.desks.chatwoot.store import Store
from attune.handoff.redact import redact

CONTACT = "attune-"
"""How the source ids of contacts we made begin."""
FROM_CHATWOOT = "chatwoot-"
"""How the message ids of letters begin that came from there."""
MOST = 50
"""Letters of what was said before the handoff; Chatwoot takes 200 messages a minute."""


@dataclass(frozen=True)
class Carrier:
    """Everything that is said in the conversations of one account, by us."""

    account: Account
    api: Api
    store: Store
    mailbox: Mailbox

    def say_once(self, conversation_id: str, display_id: int, message: Message) -> None:
        """Write a message unless it is there; the caller holds the conversation.

        A bot cannot list messages. Whether one arrived whose answer was lost is told by the webhook that brings it
        back, or by the conversation's newest message.
        """
        known = self.store.posts.begin(message.mark, conversation_id)
        if known == "unsure":
            known = "done" if message.mark in _newest(self.api.conversation(display_id)) else "new"
        if known == "new":
            self.api.say(display_id, message)
        self.store.posts.finish(message.mark)

    def history(self, conversation_id: str, display_id: int) -> Iterator[Callable[[], None]]:
        """Steps that carry what was said to the bot, redacted as a packet is: it was not said to these people."""
        for letter in self.mailbox.since(conversation_id, self.store.place(conversation_id).posted)[-MOST:]:
            yield partial(self._carry, display_id, letter, redact)

    def carry(self, conversation_id: str) -> None:
        """Carry every letter that is not in Chatwoot yet, in order; raises Busy, Refused or httpx.HTTPError."""
        with self.store.hold(conversation_id) as lease:
            place = self.store.place(conversation_id)
            if place.display_id is None or not place.live:
                return
            for letter in self.mailbox.since(conversation_id, place.posted):
                lease.renew()
                self._carry(place.display_id, letter, str)

    def set_status(self, conversation_id: str, display_id: int, status: Status, *, instead_of: str) -> None:
        """Set the status; the caller holds the conversation."""
        self.store.expect(conversation_id, status, instead_of=instead_of)
        self.api.set_status(display_id, status)

    def warn(self, conversation_id: str, note: Message) -> None:
        """Write a private note that cannot wait, and say how urgent it is."""
        with self.store.hold(conversation_id):
            place = self.store.place(conversation_id)
            if place.display_id is not None and place.live:
                self.api.set_priority(place.display_id, "urgent")
                self.say_once(conversation_id, place.display_id, note)

    def call_people(self, conversation_id: str, note: Message) -> None:
        """Open a conversation the bot cannot go on with, and note why; its customer waits for a person from now on."""
        with self.store.hold(conversation_id):
            display_id = self.store.place(conversation_id).display_id
            if display_id is None or self.api.conversation(display_id)["status"] != "pending":
                return
            self.say_once(conversation_id, display_id, note)
            self.store.wait_for_people(conversation_id)
            self.set_status(conversation_id, display_id, "open", instead_of="pending")

    def _carry(self, display_id: int, letter: Letter, wording: Callable[[str], str]) -> None:
        name = letter.conversation_id
        if self.account.display_id(name) is None:
            said = to_agents(letter, wording)
        else:
            said = None if self._is_silenced(letter) else to_customer(letter)
        if said and said.text:
            self.say_once(name, display_id, said)
        self.store.carried(name, letter.id, mark(letter))

    def _is_silenced(self, letter: Letter) -> bool:
        """Whether a person took over since the bot said it: then it is not said any more (I5)."""
        with self.store.engine.connect() as connection:
            has_agent = ownership.read(connection, letter.conversation_id).kind == "agent"
        return letter.sender == "bot" and has_agent


def mark(letter: Letter) -> str:
    """The mark of a letter's message."""
    return f"letter {letter.id}"


def to_agents(letter: Letter, wording: Callable[[str], str] = str) -> Message | None:
    """A letter of a customer's who came by another channel; None for what came from Chatwoot itself."""
    if letter.sender == "person" or letter.message_id.startswith(FROM_CHATWOOT):
        return None
    text, by_customer = wording(_text(letter)), letter.sender == "customer"
    return Message(text, mark(letter), "incoming") if by_customer else Message(inert(text), mark(letter))


def to_customer(letter: Letter) -> Message | None:
    """What a customer who came by Chatwoot gets of a letter: the bot's words, and notices."""
    if letter.sender not in ("bot", "notice"):
        return None
    return Message(inert(_text(letter)), mark(letter), choices=_choices(letter.data.get("buttons")))


def _choices(buttons: object) -> Sequence[tuple[str, str]]:
    offered = buttons if isinstance(buttons, list) else []
    return [(inert(one["title"]), str(one["payload"])) for one in offered]


def _text(letter: Letter) -> str:
    return str(letter.data.get("image") or letter.text)


def _newest(conversation: Conversation) -> set[str]:
    newest = [conversation.get("last_non_activity_message"), *(conversation.get("messages") or ())]
    return {found for found in map(api.mark_of, newest) if found}
