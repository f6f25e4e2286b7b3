"""Lanes: each in its order, none behind another, nothing given up, nothing begun twice."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from tenacity import wait_fixed

from attune.handoff.lanes import Errand, Lanes, Work
from fixtures.at_work import until

SOON = 5.0


@dataclass
class Room:
    """What waits, by lane, and what was done of it."""

    waits: dict[str, list[str]]
    fails: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    away: bool = False

    def work(self) -> Work:
        if self.away:
            raise OSError
        return {name: [self.errand(name, what) for what in errands] for name, errands in self.waits.items() if errands}

    def errand(self, name: str, what: str) -> Errand:
        return partial(self._does, name, what)

    async def _does(self, name: str, what: str) -> None:
        await asyncio.sleep(0)
        if what in self.fails:
            raise OSError
        self.done.append(what)
        self.waits[name].remove(what)


@asynccontextmanager
async def running(find: Callable[[], Work]) -> AsyncIterator[None]:
    task = asyncio.create_task(Lanes("clerk", "A letter did not go out", find, wait_fixed(0.01), look_every=0.01).run())
    yield
    task.cancel()
    await asyncio.wait({task}, timeout=SOON)
    assert task.cancelled()


async def test_i6_a_lane_keeps_its_order_and_one_that_fails_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    room = Room({"a": ["a1", "a2", "a3"], "b": ["b1"]}, fails={"a2"})
    async with running(room.work):
        await until(lambda: {"a1", "b1"} <= set(room.done))
        await until(lambda: "A letter did not go out (OSError), try 3" in caplog.text)
        assert "a3" not in room.done
        room.waits["b"].append("b2")
        await until(lambda: "b2" in room.done)
        room.fails.clear()
        await until(lambda: "a3" in room.done)

    assert [what for what in room.done if what in ("a1", "a2", "a3")] == ["a1", "a2", "a3"]
    assert sorted(room.done) == ["a1", "a2", "a3", "b1", "b2"]


async def test_i6_a_database_that_is_away_is_told_of_once_and_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    room, looks = Room({"a": ["a1"]}, away=True), []

    def find() -> Work:
        looks.append(1)
        return room.work()

    async with running(find):
        await until(lambda: len(looks) > 3)
        assert caplog.text.count("The clerk cannot read its tables (OSError)") == 1
        room.away = False
        await until(lambda: room.done == ["a1"])


async def test_i6_what_ends_while_the_table_is_read_is_not_done_again() -> None:
    looks, done, over = [], [], threading.Event()

    def find() -> Work:
        looks.append(1)
        if len(looks) == 2:
            over.wait(SOON)  # it was read as waiting, and ends before that is told
        return {"a": [ends]} if len(looks) <= 2 else {}

    async def ends() -> None:
        await until(lambda: len(looks) >= 2)
        done.append("a1")
        asyncio.get_running_loop().call_later(0.05, over.set)

    async with running(find):
        await until(lambda: len(looks) > 4)
    assert done == ["a1"]


async def test_i6_who_is_stopped_leaves_nothing_running() -> None:
    ended = asyncio.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    begun = []
    async with running(lambda: begun.append(1) or {"a": [long]}):  # type: ignore[func-returns-value]
        await until(lambda: len(begun) > 2)
    assert ended.is_set()
