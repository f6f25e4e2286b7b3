"""Plays many conversations, a few at a time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from attune.rehearsal.judge import Judge
from attune.rehearsal.play import Played, Stage, play
from attune.rehearsal.script import Conversation

AT_ONCE = 2
"""Conversations at a time: more only wait for each other on two processors, and letters come too late."""


@contextmanager
def rehearsal(conversations: Sequence[Conversation], stage: Stage, judge: Judge,
              new_customer: Callable[[], str]) -> Iterator[dict[str, "Future[Played]"]]:
    """Start them all; each name leads to what will come of it. Leaving calls off those not begun."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield {each.name: pool.submit(partial(play, each, new_customer(), stage, judge)) for each in conversations}
    finally:
        pool.shutdown(cancel_futures=True)
