"""A desk with one conversation that waits, in this process or behind a real port."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from attune import settings as reading_settings
from attune.channel.mailbox import Mailbox
from attune.consent.permission import Permission
from attune.database import engine
from attune.desk.app import create
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from attune.settings import Settings
from handoff.rasa_stand_in import free_port
from handoff.trackers import ANGRY, annoyed


class House:
    """The installation under test, and what happens in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = engine(settings.db_url)
        self.mailbox = Mailbox(self.engine)

    def waits(self, conversation: str = "c-1", agent: str = "granted", reason: str = "customer_request",
              handoff: str = "") -> Packet:
        """Let a customer wait for a person, with the packet already on the desk."""
        now = time.time()
        ticket = Ticket(handoff or f"h-{conversation}", 1, reason, now - 200)  # type: ignore[arg-type]
        permission = Permission(agent=agent)  # type: ignore[arg-type]
        packet = build(annoyed(attune_country="GB") | {"sender_id": conversation}, permission, protocol.load(), ticket)
        Outbox(self.engine).open(packet, now)
        BuiltinDesk(self.engine).deliver(packet)
        self.writes("customer", ANGRY, conversation)
        self.writes("bot", "Order 1042 is on its way. It should arrive by Friday.", conversation)
        return packet

    def writes(self, sender: str, text: str, conversation: str = "c-1") -> None:
        """Append a letter as the chat channel does."""
        number = self.mailbox.last_id() + 1
        self.mailbox.append(conversation, sender, text, message_id=f"m-{number}", at=time.time())

    def letters(self, conversation: str = "c-1") -> list[tuple[str, str]]:
        """Who wrote what."""
        return [(letter.sender, letter.text) for letter in self.mailbox.since(conversation)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    ports = {"ATTUNE_DESK_PORT": str(free_port()), "ATTUNE_RASA_PORT": str(free_port())}
    return House(reading_settings.load({"ATTUNE_VAR": str(tmp_path), **ports}))


@pytest.fixture
def served(house: House) -> Iterator[str]:
    """The address of a desk that really runs, courier and jobs included."""
    with serving(house) as address:
        yield address


@contextmanager
def serving(house: House) -> Iterator[str]:
    """Run a desk until the block ends; yields its address."""
    config = uvicorn.Config(create(house.settings), port=house.settings.desk_port, log_level="error", ws="none",
                            timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield house.settings.desk_url
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()
