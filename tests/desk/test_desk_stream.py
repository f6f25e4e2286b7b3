"""What happens elsewhere shows on the desk within a second, without reloading."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from attune.handoff.agent import Counter
from desk.conftest import House


@asynccontextmanager
async def signed_in(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, follow_redirects=True) as client:
        token = re.search(r'name="token" value="(\w+)"', (await client.get("/sign-in")).text)
        assert token
        await client.post("/sign-in", data={"token": token[1], "name": "Ada"})
        yield client


async def heard(lines: AsyncIterator[str], kind: str, words: str = "", within: float = 1.0) -> str:
    """The data of the next event of a kind that holds the words."""
    async def listen() -> str:
        event, data = "", list[str]()
        async for line in lines:
            if line.startswith("event: "):
                event, data = line[7:], []
            elif line.startswith("data: "):
                data.append(line[6:])
            elif not line and event == kind and words in "\n".join(data):
                return "\n".join(data)
        raise AssertionError("the stream ended")

    return await asyncio.wait_for(listen(), within)


async def test_a_new_handoff_appears_in_the_queue(house: House, served: str) -> None:
    async with signed_in(served) as client, client.stream("GET", "/events/queue") as stream:
        lines = stream.aiter_lines()
        assert "Nobody is waiting" in await heard(lines, "queue", within=5)
        await asyncio.to_thread(house.waits)
        assert "Order status" in await heard(lines, "queue", "/conversation/c-1")


async def test_a_customers_letter_appears_in_the_conversation(house: House, served: str) -> None:
    house.waits()
    async with signed_in(served) as client, client.stream("GET", "/events/conversation/c-1?after=2") as stream:
        lines = stream.aiter_lines()
        await heard(lines, "case", within=5)
        await asyncio.to_thread(house.writes, "customer", "are you <b>there</b>?")
        assert "are you &lt;b&gt;there" in await heard(lines, "letter", "are you")


async def test_after_a_lost_connection_nothing_is_missing_or_doubled(house: House, served: str) -> None:
    house.waits()
    house.writes("customer", "while you were away")
    async with signed_in(served) as client:
        last = {"Last-Event-ID": "2"}
        async with client.stream("GET", "/events/conversation/c-1?after=0", headers=last) as stream:
            assert "while you were away" in await heard(stream.aiter_lines(), "letter", "while you", within=5)


async def test_a_claim_and_a_release_elsewhere_are_seen(house: House, served: str) -> None:
    house.waits()
    counter = Counter(house.engine)
    async with signed_in(served) as client, client.stream("GET", "/events/conversation/c-1?after=2") as stream:
        lines = stream.aiter_lines()
        await heard(lines, "case", within=5)
        await asyncio.to_thread(counter.claim, "c-1", "Bo", "Bo joined", 1.0)
        await heard(lines, "case", 'data-owner="agent Bo"')
        await asyncio.to_thread(counter.release, "c-1", "Bo", "Bo left", 2.0)
        await heard(lines, "gone")
