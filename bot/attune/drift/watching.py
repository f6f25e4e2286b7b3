"""The look that is repeated: what moved in the last days raises alarms."""

from sqlalchemy.engine import Engine

from attune.audit import vault
from attune.drift.alarms import MICRO, Alarm, DriftAlarms
from attune.drift.look import Look
from attune.drift.looking import look
from attune.drift.measures import DAY
from attune.drift.settings import DriftSettings


def looked(engine: Engine, begin: int, end: int, settings: DriftSettings) -> Look:
    """The look at the time from `begin` to `end` (unix microseconds); of the ledger it reads only what that needs."""
    return look(vault.read(engine, since=begin - settings.reference_days * DAY), begin, end, settings)


def watch(engine: Engine, settings: DriftSettings, now: float) -> list[Alarm]:
    """Look at the last window up to `now` (unix seconds), and raise alarms for what moved; returns the new ones.

    Parts are left to the report: one alarm for a measure or a mix is enough to open it.
    """
    end = round(now * MICRO)
    seen = looked(engine, end - settings.window_days * DAY, end, settings)
    return DriftAlarms(engine).rise((change for change in seen.moved if change.cut is None), now)
