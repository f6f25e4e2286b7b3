"""What the desk process does again and again: number the audit, tell those who wait too long."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attune import database
from attune.audit import keeper
from attune.channel.mailbox import Letter
from attune.desk.room import Room
from attune.desk.view import seconds
from attune.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One job and how often it runs, in seconds; it must bear being cut off anywhere."""

    name: str
    every: float
    run: Callable[[], object]


def jobs(room: Room, settings: Settings) -> Sequence[Job]:
    """Everything the desk process repeats."""
    engine = database.engine(settings.db_url)
    return (
        Job("number the audit", 0.5, lambda: keeper.keep(engine, settings.var, room.clock())),
        Job("tell those who wait", 1.0, lambda: tell_waiting(room)),
    )


def tell_waiting(room: Room) -> None:
    """Tell a customer once, when nobody came in time, that the wait goes on (I6); names no time, for none is known."""
    now, words = room.clock(), room.wordings["notices"]["still_waiting"]
    for case in room.desk.queue():
        if case.owner.kind == "queue" and seconds(case.packet["due"]) < now:
            once = f"waiting-{case.packet['handoff_id']}"
            room.mailbox.deliver(Letter(0, case.conversation_id, once, "notice", words, now))


async def repeat(job: Job) -> None:
    """Run the job again and again until cancelled; a failure is logged and the next round tries anew."""
    while True:
        try:
            await asyncio.to_thread(job.run)
        except Exception as problem:  # one bad round must not end the job
            log.error("The job “%s” failed (%s). It runs again.", job.name, type(problem).__name__)
        await asyncio.sleep(job.every)
