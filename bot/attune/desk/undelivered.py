"""Tells supervisors what cannot be delivered: by page, and as a line above their pages (I6)."""

from sqlalchemy.engine import Engine

from attune.desk.room import Room
from attune.handoff.pages import Cause, Pages
from attune.handoff.stuck import AFTER, stuck


def lines(engine: Engine, now: float) -> list[tuple[Cause, int]]:
    """What the board shows: the cause that has waited longest with its minutes, if there is any (`Board.unpaged`)."""
    return [(one.cause(), one.cause().minutes(now)) for one in stuck(engine, now)[:1]]


def page(room: Room, engine: Engine, pages: Pages, desk_link: str) -> None:
    """Write a page for the one that has waited longest: a whole line of them has one cause, as a rule."""
    if room.supervisor is None:
        return
    now = room.clock()
    for one in stuck(engine, now)[:1]:
        pages.write(one.cause(), f"{desk_link}/handoff/{one.handoff_id}", now, again_after=AFTER)
