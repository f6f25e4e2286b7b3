"""A line to the database that never keeps a customer waiting (I1: help comes with the database away)."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from attune.channel.mailbox import AWAY
from attune.errors import AttuneError
from attune.within import within

PATIENCE = 0.5
"""Seconds a call may take before the database counts as away."""

_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class Away(AttuneError):
    """The database does not answer."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"The database does not answer ({cause}). Letters are kept in memory until it does.")


class Line:
    """Calls the database in a thread; once it failed, fails at once until a `retry` gets through."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.away = False
        self._patience = patience

    async def ask(self, call: Callable[..., _Answer], *args: object) -> _Answer:
        """The call's answer; raises Away after a failure or when it takes too long."""
        if self.away:
            raise Away("seen a moment ago")
        return await self.retry(call, *args)

    async def retry(self, call: Callable[..., _Answer], *args: object) -> _Answer:
        """The same, but tried even while away; an answer opens the line again."""
        try:
            answer = await within(self._patience, asyncio.to_thread(call, *args))
        except (*AWAY, asyncio.TimeoutError) as error:
            problem = Away(type(error).__name__)
            if not self.away:
                _log.error("%s", problem)
            self.away = True
            raise problem from error
        self.away = False
        return answer
