"""The look back at seven days as a page, made anew every few minutes and never twice at once."""

import threading
from collections.abc import Callable

from sqlalchemy.engine import Engine

from attune.drift import settings
from attune.drift.alarms import MICRO
from attune.errors import InvalidFile
from attune.reply import experiments

KEPT = 300.0
"""Seconds for which a page that was made is shown again."""
DAYS = 7
BACK = "/load"


class Report:
    """Makes the page, one at a time, and keeps it for a while."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self._engine, self._clock, self._lock = engine, clock, threading.Lock()
        self._made: tuple[float, str] | None = None

    def page(self) -> str:
        """The page as it was made last, or anew if that is long ago."""
        with self._lock:
            now = self._clock()
            if self._made is None or now - self._made[0] >= KEPT:
                self._made = now, self._make(now)
            return self._made[1]

    def _make(self, now: float) -> str:
        from attune.drift import judging  # noqa: PLC0415 - what draws and reckons takes a second to import
        from attune.drift.report import page  # noqa: PLC0415
        from attune.drift.watching import looked  # noqa: PLC0415

        how, end = settings.load(), round(now * MICRO)
        seen = looked(self._engine, end - DAYS * 86_400 * MICRO, end, how)
        try:
            trials = judging.seen(self._engine, experiments.load(), now, how.smallest_cell)
        except InvalidFile:  # `attune check` tells of it; the rest of the page is no worse for that
            trials = ()
        return page.drift(seen, how, end, back=BACK, trials=trials)
