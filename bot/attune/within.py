"""A limit to waiting that never loses a cancellation."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")


async def within(seconds: float, work: Coroutine[Any, Any, _Answer]) -> _Answer:
    """What the work comes to, or asyncio.TimeoutError after so long; it is cancelled then, and with whoever waits.

    `asyncio.wait_for` of Python 3.10 goes on as if nothing had happened where it is cancelled just as the work ends
    (bugs.python.org/issue37658), so that a stream nobody reads any more would never end.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
    if not done:
        raise asyncio.TimeoutError
    return task.result()
