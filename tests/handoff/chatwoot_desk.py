"""A Chatwoot desk for tests, against the stand-in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine

from attune.channel.mailbox import Mailbox
from attune.consent.permission import Permission
from attune.handoff.desks.chatwoot import api
from attune.handoff.desks.chatwoot.account import Account
from attune.handoff.desks.chatwoot.api import Api
from attune.handoff.desks.chatwoot.carrier import CONTACT, Carrier
from attune.handoff.desks.chatwoot.desk import ChatwootDesk
from attune.handoff.desks.chatwoot.store import Store
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from attune.reply import resources
from handoff.chatwoot_stand_in import ACCOUNT, BOT_TOKEN, INBOX, SECRET
from handoff.trackers import annoyed

T0 = 1_800_000_000.0
NATIVE = "chatwoot-3-1"
"""What we call the stand-in's first conversation, of a customer who came by Chatwoot."""


def packet(conversation: str = NATIVE, version: int = 1, reason: str = "customer_request", agent: str = "granted",
           handoff: str = "h-1") -> Packet:
    """A packet of the house's story."""
    ticket = Ticket(handoff, version, reason, T0)  # type: ignore[arg-type]
    return build(annoyed() | {"sender_id": conversation}, Permission(agent=agent), protocol.load(), ticket)  # type: ignore[arg-type]


def account(url: str, inbox: str = INBOX) -> Account:
    """The account the stand-in has."""
    return Account(url, ACCOUNT, BOT_TOKEN, SECRET, inbox, teams={"care": 4})


@contextmanager
def desk_of(engine: Engine, url: str, clock: Callable[[], float] = time.time,
            inbox: str = INBOX) -> Iterator[ChatwootDesk]:
    """The desk, as one process has it."""
    here = account(url, inbox)
    with api.client(here) as client:
        carrier = Carrier(here, Api(client, here), Store(engine, clock), Mailbox(engine))
        yield ChatwootDesk(carrier, resources.load(), lambda name: f"{CONTACT}{hash(name):x}".ljust(48, "0"))
