"""What the desk process repeats: number the audit, raise alarms, page, tell who waits, erase what is due."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from attune.audit import copies, keeper, news, places
from attune.audit.checkpoints import Notary, notary
from attune.audit.record import seal
from attune.desk import drift_alarms, undelivered, view
from attune.desk.board import answer_within
from attune.desk.elsewhere import Elsewhere
from attune.desk.missing import Missing, whose
from attune.desk.overhear import Overhearing
from attune.desk.room import Room
from attune.desk.waiting import tell_waiting
from attune.desk.watch import ALERTED, look
from attune.drift import settings as drift
from attune.handoff import alerts
from attune.handoff.pages import Pages, overdue
from attune.handoff.rasa_trackers import Trackers
from attune.handoff.reconcile import Reconciler
from attune.handoff.reconciled import Place
from attune.policy.decision import HAND_OFF, REFIT
from attune.rights import jobs as rights
from attune.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One job and how often it runs, in seconds; it must bear being cut off anywhere."""

    name: str
    every: float
    run: Callable[[], object]


def jobs(room: Room, settings: Settings, there: Elsewhere) -> Sequence[Job]:
    """Everything the desk process repeats."""
    engine, keys, pages = room.engine, seal(settings), Pages(room.engine)
    return (
        Job("number the audit", 0.5, partial(_keep, room, notary(settings))),
        Job("copy checkpoints", 5.0, partial(copies.copy, settings.var, settings.checkpoint_copies, places.send)),
        Job("look for what moved", 60.0 * drift.load().look_every_minutes, partial(drift_alarms.look, room)),
        Job("judge wordings on trial", 60.0 * drift.load().look_every_minutes, partial(drift_alarms.judge, room)),
        Job("tell what moved", 60.0, partial(drift_alarms.tell, room)),
        Job("raise alarms", 0.5, lambda: look(room, partial(news.decisions, engine, ALERTED), keys)),
        Job("open what was not opened", 2.0, _missing(room, settings).look),  # HND-1
        Job("read along elsewhere", 1.0, _overhearing(room, settings).look),
        Job("page the supervisor", 1.0, lambda: write_pages(room, pages, settings.desk_link)),
        Job("page what is stuck", 10.0, lambda: undelivered.page(room, pages, settings.desk_link)),  # I6
        Job("tell those who wait", 1.0, lambda: tell_waiting(room)),
        *([] if there.tells_alarms else [Job("tell the other desk of alarms", 0.5, partial(_pass_on, room))]),
        Job("erase who asked for it", rights.LOOK_EVERY, lambda: rights.erase_asked(settings, room.clock())),  # CON-8
        Job("erase what is old", rights.RETAIN_EVERY, lambda: rights.retain(settings, room.clock())),  # CON-10
    )


def _keep(room: Room, by: Notary) -> None:
    keeper.keep(room.engine, by, room.clock())


def _missing(room: Room, settings: Settings) -> Missing:
    engine, notice = room.engine, room.wordings["notices"]["called"]
    reconciler = Reconciler(engine, Trackers(settings), room.protocol, notice)
    heard = partial(news.asking_for, engine, (HAND_OFF, REFIT))
    return Missing(heard, Place(engine), reconciler, whose(settings, room.mailbox, seal(settings)), room.clock)


def _overhearing(room: Room, settings: Settings) -> Overhearing:
    activity = partial(news.activity, room.engine)
    return Overhearing(room, Trackers(settings), activity, seal(settings))


def _pass_on(room: Room) -> None:
    said = str(room.wordings["alarm"]["elsewhere"])
    alerts.pass_on(room.engine, lambda alarm: said.format(time=view.clock(alarm.at)), room.clock())  # HND-5


def write_pages(room: Room, pages: Pages, desk_link: str) -> None:
    """Write a page for all danger that went unanswered too long, where there is somebody to page (HND-5)."""
    if room.supervisor is None:
        return
    now, within = room.clock(), answer_within(room)
    for cause in overdue(room.waits.line(), room.alarms.unseen(), within, now):
        # By the handoff, not the conversation: on some channels that one's name is a phone number.
        pages.write(cause, f"{desk_link}/handoff/{cause.handoff_id}", now, again_after=within)


async def repeat(job: Job) -> None:
    """Run the job again and again until cancelled; the first failure in a row is logged, and that it works again."""
    failed = False
    while True:
        try:
            await asyncio.to_thread(job.run)
        except Exception as problem:  # one bad round must not end the job
            if not failed:
                log.error("The job “%s” failed (%s). It runs again until it works.", job.name, type(problem).__name__)
            failed = True
        else:
            if failed:
                log.info("The job “%s” works again.", job.name)
            failed = False
        await asyncio.sleep(job.every)
