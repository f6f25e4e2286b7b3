"""Alarms about what moved: one for each cause until somebody has seen it; in quiet hours only what is urgent."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache

from sqlalchemy import BigInteger, Column, Float, MetaData, String, Table, Text, insert, inspect, select, update
from sqlalchemy.engine import Engine, Row
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateColumn, CreateTable

from attune.drift.look import Change, MixChange
from attune.drift.report import figures
from attune.drift.settings import DriftSettings, Quiet

ALARMS = Table(
    "attune_drift_alarm", MetaData(),
    Column("id", String(16), primary_key=True),       # of the cause: measure, part, way
    Column("measure", String(64), nullable=False),
    Column("words", Text, nullable=False),            # nothing of single people: the sentence of a report
    Column("since", BigInteger, nullable=False),      # all times in unix microseconds
    Column("found", BigInteger, nullable=False),
    Column("told", BigInteger),                       # when the webhook took it
    Column("seen", BigInteger),
    Column("seen_by", String(64)),
    Column("low", Float),                             # the interval its words tell of; null where it was too small
    Column("high", Float),
    Column("last", BigInteger),                       # the last look that found it
)
MICRO = 1_000_000
Moved = Change | MixChange


@dataclass(frozen=True)
class Alarm:
    """One cause: what moved, in words, since when and when it was noticed (unix microseconds)."""

    id: str
    measure: str
    words: str
    since: int
    found: int


@dataclass(frozen=True)
class Rise:
    """That an alarm rose (unix microseconds), and when somebody saw it; None while nobody has."""

    measure: str
    found: int
    seen: int | None


class DriftAlarms:
    """The alarms in one database; the table is made on first use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rise(self, changes: Iterable[Moved], now: float) -> list[Alarm]:
        """Note what a look at `now` (unix seconds) found and nobody has been alarmed about; returns the new ones.

        A cause that was seen rises again only as `is_new` says. Of several who look at once, one raises it.
        """
        _prepare(self._engine)
        return [alarm(change) for change in changes if self._note(change, round(now * MICRO))]

    def open(self) -> list[Alarm]:
        """What nobody has seen yet, newest first."""
        return self._read(ALARMS.c.seen.is_(None))

    def risen(self, begin: int, end: int) -> list[Rise]:
        """What rose between these moments (unix microseconds), each cause once: when it last did."""
        within = ALARMS.c.found >= begin, ALARMS.c.found < end
        _prepare(self._engine)
        with self._engine.connect() as connection:
            rows = connection.execute(select(ALARMS).where(*within).order_by(ALARMS.c.found))
            return [Rise(row.measure, row.found, row.seen) for row in rows]

    def untold(self, settings: DriftSettings, now: float) -> list[Alarm]:
        """What has to be told now (unix seconds): in the quiet hours only what is never quiet."""
        waiting = self._read(ALARMS.c.seen.is_(None) & ALARMS.c.told.is_(None))
        quiet = is_quiet(settings.quiet, now)
        return [one for one in waiting if not quiet or one.measure in settings.never_quiet]

    def tell(self, alarm_id: str, now: float) -> None:
        """Note that it was told."""
        self._set(alarm_id, told=round(now * MICRO))

    def see(self, alarm_id: str, by: str, now: float) -> bool:
        """Note who saw it; False if there is no such alarm, or somebody saw it before."""
        return self._set(alarm_id, seen=round(now * MICRO), seen_by=by)

    def _note(self, change: Moved, now: int) -> bool:
        this = ALARMS.c.id == cause(change)
        try:
            with self._engine.begin() as connection:
                known = connection.execute(select(ALARMS).where(this)).first()
                if known is None:
                    connection.execute(insert(ALARMS).values(_row(change, now)))
                    return True
                if is_new(change, known):
                    anew = update(ALARMS).where(this, ALARMS.c.seen == known.seen).values(_row(change, now))
                    return bool(connection.execute(anew).rowcount)
                bounds = {name: _row(change, now)[name] for name in ("low", "high")} if known.low is None else {}
                connection.execute(update(ALARMS).where(this).values(last=now, **bounds))
        except IntegrityError:  # another process has just noted it
            pass
        return False

    def _read(self, which: object) -> list[Alarm]:
        _prepare(self._engine)
        with self._engine.connect() as connection:
            rows = connection.execute(select(ALARMS).where(which).order_by(ALARMS.c.found.desc()))
            return [_alarm(row) for row in rows]

    def _set(self, alarm_id: str, **values: object) -> bool:
        _prepare(self._engine)
        this = ALARMS.c.id == alarm_id, ALARMS.c.seen.is_(None)
        with self._engine.begin() as connection:
            return bool(connection.execute(update(ALARMS).where(*this).values(**values)).rowcount)


def alarm(change: Moved) -> Alarm:
    """The alarm a change is worth."""
    where = f" {figures.part(change.cut)}" if change.cut else ""
    came = f" Shortly before came into use: {figures.brought(change.marks)}." if change.marks else ""
    gone = " It is said to nobody any more." if change.cut and change.cut[0] == "variant" else ""
    words = f"{figures.title(change.measure)}{where} {figures.happened(change)}.{came}{gone}"
    return Alarm(cause(change), change.measure, words, change.since, change.found)


def cause(change: Moved) -> str:
    """What makes two changes the same cause: measure, part and way."""
    return hashlib.sha256(f"{change.measure}|{change.cut}|{change.moved}".encode()).hexdigest()[:16]


def is_new(change: Moved, known: Row) -> bool:
    """Whether a cause that was seen has to be told again: it had gone and has come back, or has got clearly worse.

    A change stays in sight for as long as the time before it is compared with, and each look dates what began before
    its window to the window's first day. So its date alone would make it new every week.
    """
    if known.seen is None or known.last is None:  # `last` is missing where an older Attune noted it
        return False
    if change.since > max(known.seen, known.last):
        return True
    if change.after is None or known.low is None:
        return False
    return bool(change.after.high < known.low if change.moved == "down" else change.after.low > known.high)


def is_quiet(quiet: Quiet, now: float) -> bool:
    """Whether a moment (unix seconds) lies in the quiet hours, which may go over midnight."""
    clock = datetime.fromtimestamp(now, timezone.utc).astimezone(quiet.timezone).time()
    if quiet.begin <= quiet.end:
        return quiet.begin <= clock < quiet.end
    return clock >= quiet.begin or clock < quiet.end


def _row(change: Moved, now: int) -> dict[str, object]:
    """The row of an alarm that nobody was told of and nobody has seen."""
    one, after = alarm(change), change.after
    return {"id": one.id, "measure": one.measure, "words": one.words, "since": one.since, "found": one.found,
            "told": None, "seen": None, "seen_by": None, "last": now,
            "low": after.low if after else None, "high": after.high if after else None}


def _alarm(row: Row) -> Alarm:
    return Alarm(row.id, row.measure, row.words, row.since, row.found)


@lru_cache(maxsize=16)
def _prepare(engine: Engine) -> None:
    # PostgreSQL: another makes it this very moment, or the role may only use what is there.
    with suppress(IntegrityError, ProgrammingError), engine.begin() as connection:
        connection.execute(CreateTable(ALARMS, if_not_exists=True))
        there = {column["name"] for column in inspect(connection).get_columns(ALARMS.name)}
        for column in ALARMS.columns:
            if column.name not in there:
                told = CreateColumn(column).compile(dialect=engine.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {ALARMS.name} ADD COLUMN {told}")
