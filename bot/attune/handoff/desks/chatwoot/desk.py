"""Chatwoot as the desk the courier takes packets to, and as the place where letters are carried."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from attune import database, settings
from attune.channel import ownership
from attune.channel.mailbox import Mailbox
from attune.handoff.desks.chatwoot import account, api, card
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.api import Api, Conversation, Message
from attune.handoff.desks.chatwoot.carrier import CONTACT, Carrier
from attune.handoff.desks.chatwoot.store import Store
from attune.handoff.packet import Packet
from attune.reply import resources
from attune.reply.resources import Registry

Step = Callable[[], None]


@dataclass(frozen=True)
class ChatwootDesk:
    """The desk in one account. Every call may come again after a crash between any two of its steps.

    `contact_key` makes the names of contacts: whoever knows one can read its conversation in the API inbox.
    """

    carrier: Carrier
    help_lines: Registry
    contact_key: Callable[[str], str]

    @property
    def account(self) -> Account:
        """The account."""
        return self.carrier.account

    @property
    def api(self) -> Api:
        """The calls to it."""
        return self.carrier.api

    @property
    def store(self) -> Store:
        """What is remembered of it."""
        return self.carrier.store

    def deliver(self, packet: Packet) -> None:
        """Put a handoff before the agents, or bring it up to a higher version; opening it comes last."""
        handoff_id, conversation_id = packet["handoff_id"], str(packet["conversation"]["id"])
        self.store.cases.expect(handoff_id, conversation_id)
        with self.store.hold(conversation_id) as lease:
            shown = self.store.cases.version(handoff_id)
            if shown is None or shown >= packet["version"]:
                return
            for step in self._steps(packet, conversation_id, is_first=shown == 0):
                lease.renew()
                step()
            self.store.cases.shown(handoff_id, packet["version"])

    def note(self, handoff_id: str, note_id: str, text: str, at: float) -> None:
        """Add one private note."""
        conversation_id = self.store.cases.conversation_of(handoff_id)
        if conversation_id is None:
            return
        with self.store.hold(conversation_id):
            place = self.store.place(conversation_id)
            if place.display_id is not None:
                line = Message(card.inert(text), f"line {handoff_id} {note_id}", "note")
                self.carrier.say_once(conversation_id, place.display_id, line)

    def close(self, handoff_id: str, at: float) -> None:
        """Take the handoff out of Chatwoot's queue, and away whatever was for it alone (I10)."""
        conversation_id = self.store.cases.conversation_of(handoff_id)
        if conversation_id is None:
            return
        self.store.cases.expect(handoff_id, conversation_id)
        with self.store.hold(conversation_id) as lease:
            if self.store.cases.version(handoff_id) is None:
                return
            for step in self._ending(handoff_id, conversation_id):
                lease.renew()
                step()
            self.store.cases.closed(handoff_id, at)

    def _steps(self, packet: Packet, conversation_id: str, *, is_first: bool) -> Iterator[Step]:
        there = self._find(conversation_id)
        if is_first and self.account.display_id(conversation_id) is None:
            yield from self.carrier.history(conversation_id, there)
        before = self.api.conversation(there)
        if _is_stale(before, packet):
            return
        yield lambda: self._set_attributes(there, before, card.attributes(packet))
        yield lambda: self._set_labels(there, card.labels(packet))
        yield lambda: self.api.set_priority(there, card.priority(packet))
        note = card.note(packet, self.help_lines, self._today())
        mark = f"note {packet['handoff_id']}/{packet['version']}"
        yield lambda: self.carrier.say_once(conversation_id, there, Message(note, mark, "note"))
        if before["status"] != "open":  # else people have it already
            yield from self._opening(packet, conversation_id, there, before)
        yield lambda: self.store.go_live(conversation_id, live=True)

    def _opening(self, packet: Packet, conversation_id: str, there: int, before: Conversation) -> Iterator[Step]:
        team = self.account.teams.get(packet["queue"])
        if team is not None and not has_person(before):
            yield lambda: self.api.assign_team(there, team)
        if self.account.display_id(conversation_id) is not None and self._waits(conversation_id):
            said = Message(card.inert(card.words()["handed_over"]), f"handed over {packet['handoff_id']}")
            yield lambda: self.carrier.say_once(conversation_id, there, said)
        yield lambda: self.carrier.set_status(conversation_id, there, "open", instead_of=before["status"])

    def _ending(self, handoff_id: str, conversation_id: str) -> Iterator[Step]:
        there = self.store.place(conversation_id).display_id
        if there is None:
            return
        before = self.api.conversation(there)
        shown = before["custom_attributes"].get("attune_handoff")
        if shown not in (None, handoff_id):  # the next handoff is there already
            return
        is_native = self.account.display_id(conversation_id) is not None
        if shown:
            yield lambda: self._set_labels(there, [])
            yield lambda: self.api.set_priority(there, None)
            yield lambda: self._set_attributes(there, before, {})  # the last: it says whose the others are
        if not is_native:
            yield lambda: self.store.go_live(conversation_id, live=False)
        rests: api.Status = "pending" if is_native else "resolved"
        if before["status"] == "open" and not (is_native and has_person(before)):
            yield lambda: self.carrier.set_status(conversation_id, there, rests, instead_of="open")

    def _find(self, conversation_id: str) -> int:
        """Where the conversation is in Chatwoot; a customer of another channel gets one in the API inbox."""
        known, native = self.store.place(conversation_id).display_id, self.account.display_id(conversation_id)
        if known is not None:
            return known
        if native is not None:
            self.store.found(conversation_id, native, None)
            return native
        contact = self.api.contact(self.contact_key(conversation_id), card.words()["contact"])
        earlier = self.api.conversations_of(contact)
        there = earlier[-1] if earlier else self.api.open_conversation(contact)
        self.store.found(conversation_id, there, contact)
        return there

    def _set_attributes(self, there: int, before: Conversation, ours: Mapping[str, object]) -> None:
        self.api.set_attributes(there, card.merged(before["custom_attributes"], ours))

    def _set_labels(self, there: int, ours: list[str]) -> None:
        others = [label for label in self.api.labels(there) if label not in card.words()["labels"].values()]
        self.api.set_labels(there, [*others, *ours])

    def _waits(self, conversation_id: str) -> bool:
        """Whether the customer waits for a person; who went on with the bot meanwhile is not told that one comes."""
        with self.store.engine.connect() as connection:
            return ownership.read(connection, conversation_id).kind != "bot"

    def _today(self) -> date:
        return date.fromtimestamp(self.store.clock())


def has_person(conversation: Conversation) -> bool:
    """Whether a person is assigned; since 4.16 a bot can be, too."""
    meta = conversation.get("meta") or {}
    return bool(meta.get("assignee")) and meta.get("assignee_type") != "AgentBot"


def connect(environ: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.time) -> ChatwootDesk:
    """The desk the environment names; raises SettingsError with what to set."""
    here, surroundings = account.load(environ), settings.load(environ)
    engine = database.engine(surroundings.db_url)
    return ChatwootDesk(
        carrier=Carrier(here, Api(api.client(here), here), Store(engine, clock), Mailbox(engine)),
        help_lines=resources.load(),
        contact_key=lambda name: CONTACT + surroundings.key(f"chatwoot-contact {name}")[:40],
    )


def _is_stale(conversation: Conversation, packet: Packet) -> bool:
    """Whether Chatwoot already shows a higher version, put there by a process whose memory is not ours."""
    there = conversation["custom_attributes"]
    version = there.get("attune_version")
    same = there.get("attune_handoff") == packet["handoff_id"] and isinstance(version, int)
    return same and version > packet["version"]

