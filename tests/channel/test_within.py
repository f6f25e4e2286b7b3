"""A limit to waiting: in time, too late, broken, and cancelled at every moment."""

import asyncio

import pytest

from attune.within import within


async def test_work_in_time_is_answered_or_raises_what_it_raised() -> None:
    async def breaks() -> None:
        raise OSError

    assert await within(5, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(OSError):
        await within(5, breaks())


async def test_work_that_takes_too_long_is_cancelled() -> None:
    cancelled = asyncio.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    with pytest.raises(asyncio.TimeoutError):
        await within(0.01, long())
    await asyncio.wait({asyncio.ensure_future(cancelled.wait())}, timeout=5)
    assert cancelled.is_set()


@pytest.mark.parametrize("steps", range(8))
async def test_who_is_cancelled_just_as_the_work_ends_ends(steps: int) -> None:
    ends = asyncio.get_running_loop().create_future()

    async def work() -> None:
        await ends

    waiting = asyncio.ensure_future(within(60, work()))
    await asyncio.sleep(0.01)
    ends.set_result(None)
    for _ in range(steps):
        await asyncio.sleep(0)
    was_over = waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting}, timeout=5)

    assert waiting.done()
    assert waiting.cancelled() is not was_over
