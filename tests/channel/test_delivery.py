"""Letters reach open streams with the database there, away and back again; the database is a real file throughout."""

import asyncio
import json
from pathlib import Path

import pytest

from attune.channel.delivery import Delivery
from attune.channel.line import Away, Line
from attune.channel.mailbox import Letter, Mailbox
from attune.channel.owners import KnownOwners
from attune.channel.ownership import Owner, Ownership
from attune.channel.stream import frames
from attune.database import engine


def letter(message_id: str, conversation: str = "c") -> Letter:
    return Letter(0, conversation, message_id, "bot", f"text {message_id}", 1.0)


class House:
    """A delivery over a database that can be taken away: its file becomes a folder, which no engine opens."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "attune.db"
        opened = engine(f"sqlite:///{self.file}")
        self.line = Line()
        self.mailbox, self.ownership = Mailbox(opened), Ownership(opened)
        self.delivery = Delivery(self.mailbox, self.line)
        self.owners = KnownOwners(self.ownership, self.line)

    def take_away(self) -> None:
        for path in self.file.parent.iterdir():
            path.rename(self.file.parent.with_name(f"away-{path.name}"))
        self.file.mkdir()

    def bring_back(self) -> None:
        self.file.rmdir()
        for path in self.file.parent.parent.glob("away-*"):
            path.rename(self.file.parent / path.name.removeprefix("away-"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "var").mkdir()
    return House(tmp_path / "var")


class Reader:
    """Reads a stream as a browser does: letters with data, and the last id seen."""

    def __init__(self, house: House, after: int = 0) -> None:
        self.stream = frames(house.delivery, house.owners.kind, "c", after, heartbeat=0.05)
        self.last = after

    async def next(self, seconds: float = 2.0) -> str:
        async def read() -> str:
            async for frame in self.stream:
                fields = dict(line.split(": ", 1) for line in frame.strip().split("\n") if not line.startswith(":"))
                self.last = int(fields.get("id", self.last))
                if fields.get("event") == "letter":
                    return json.loads(fields["data"])["message_id"]
            return ""
        return await asyncio.wait_for(read(), seconds)

    async def nothing_more(self) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await self.next(0.3)


async def test_a_letter_wakes_its_own_conversation(house: House) -> None:
    reader = Reader(house)
    await house.delivery.deliver(letter("1"))
    await house.delivery.deliver(letter("of another", "d"))

    assert await reader.next() == "1"
    await reader.nothing_more()


async def test_the_same_letter_twice_is_told_once(house: House) -> None:
    assert [await house.delivery.deliver(letter("1")) for _ in range(2)] == [True, False]
    reader = Reader(house)

    assert await reader.next() == "1"
    await reader.nothing_more()


async def test_a_message_another_process_has_heard_is_not_new(house: House) -> None:
    house.mailbox.deliver(letter("1"))

    assert not await house.delivery.deliver(letter("1"))


async def test_with_the_database_away_help_is_live_and_later_stored_once(house: House) -> None:  # I1
    await house.delivery.deliver(letter("before"))
    reader = Reader(house)
    assert await reader.next() == "before"
    house.take_away()

    assert await house.delivery.deliver(letter("away 1"))
    assert not await house.delivery.deliver(letter("away 1"))
    assert await house.delivery.deliver(letter("away 2"))
    assert [await reader.next(), await reader.next()] == ["away 1", "away 2"]
    assert house.line.away

    house.bring_back()
    await house.delivery.look()
    await house.delivery.deliver(letter("after"))
    stored = house.mailbox.since("c")

    assert [one.message_id for one in stored] == ["before", "away 1", "away 2", "after"]
    assert await reader.next() == "after"
    assert stored[-1].id == reader.last
    await reader.nothing_more()


async def test_i6_a_letter_is_said_to_be_stored_only_when_it_is(house: House) -> None:
    house.take_away()
    await house.delivery.deliver(letter("1"))
    assert not house.delivery.is_stored(letter("1"))

    house.bring_back()
    await house.delivery.look()
    await house.delivery.deliver(letter("2"))
    assert house.delivery.is_stored(letter("1"))
    assert house.delivery.is_stored(letter("2"))
    assert not house.delivery.is_stored(letter("2", "d"))


async def test_the_history_follows_when_the_database_is_back(house: House) -> None:
    await house.delivery.deliver(letter("1"))
    house.take_away()
    reader = Reader(house)
    await house.delivery.deliver(letter("2"))
    assert await reader.next() == "2"

    house.bring_back()
    await house.delivery.look()

    assert await reader.next() == "1"
    await reader.nothing_more()


async def test_a_slow_database_counts_as_away_at_once(house: House) -> None:
    import time
    asked = []

    def slow() -> None:
        asked.append("asked")
        time.sleep(0.4)

    line = Line(patience=0.05)
    for _ in range(20):
        with pytest.raises(Away):
            await line.ask(slow)

    assert len(asked) == 1


async def test_a_closed_delivery_ends_its_streams(house: House) -> None:
    reader = Reader(house)
    waiting = asyncio.ensure_future(reader.next())
    await asyncio.sleep(0.05)
    house.delivery.close()

    assert await waiting == ""


async def test_a_letter_of_another_process_is_seen_by_the_watch(house: House) -> None:
    watch = asyncio.ensure_future(house.delivery.watch())
    reader = Reader(house)
    waiting = asyncio.ensure_future(reader.next())
    await asyncio.sleep(0.1)
    house.mailbox.deliver(letter("from the desk"))

    assert await asyncio.wait_for(waiting, 1.0) == "from the desk"
    house.delivery.close()
    await watch


async def test_busy_is_told_while_an_answer_is_worked_out(house: House) -> None:
    with house.delivery.working("c"):
        assert house.delivery.is_busy("c")
        with house.delivery.working("c"):
            pass
        assert house.delivery.is_busy("c")

    assert not house.delivery.is_busy("c")


async def test_an_agent_still_owns_the_conversation_when_the_database_goes(house: House) -> None:  # I5
    house.ownership.set("c", Owner("queue", None, 1.0))
    house.ownership.set("c", Owner("agent", "Ana", 2.0))
    assert await house.owners.kind("c") == "agent"
    house.take_away()

    assert await house.owners.kind("c") == "agent"
    assert await house.owners.kind("never seen") == "bot"


async def test_the_stream_says_who_has_the_conversation_whenever_that_changes(house: House) -> None:
    stream = frames(house.delivery, house.owners.kind, "c", 0, heartbeat=0.05)
    moves = iter([Owner("queue", None, 1.0), Owner("agent", "Ada", 2.0), Owner("bot", None, 3.0)])
    said = []
    async for frame in stream:
        if frame.startswith("event: status"):
            said.append(json.loads(frame.split("data: ")[1])["owner"])
            if len(said) == 4:
                break
            house.ownership.set("c", next(moves))

    assert said == ["bot", "queue", "agent", "bot"]
