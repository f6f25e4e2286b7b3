"""Tells supervisors what cannot be delivered: by page, and as a line above their pages (I6)."""

from sqlalchemy.engine import Engine

from attune.desk.room import Room
from attune.handoff.pages import Cause, Pages
from attune.handoff.stuck import AFTER, stuck


def causes(engine: Engine, now: float) -> list[Cause]:
    """The one that has waited longest, if there is any: a whole line of them has one cause, as a rule."""
    return [one.cause() for one in stuck(engine, now)[:1]]


def page(room: Room, pages: Pages, desk_link: str) -> None:
    """Write a page for it, where there is somebody to page."""
    if room.supervisor is None:
        return
    now = room.clock()
    for one in causes(room.engine, now):
        pages.write(one, f"{desk_link}/handoff/{one.handoff_id}", now, again_after=AFTER)
