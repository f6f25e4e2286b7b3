"""The transparency report: counts of a time, its alarms, the ledger's size and root, and where to complain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy.engine import Engine

from attune.audit import checkpoints, ledger, signing, store
from attune.audit.checkpoints import Checkpoint
from attune.drift.alarms import MICRO, DriftAlarms, Rise
from attune.drift.public_counts import Counts, count
from attune.reply import resources
from attune.reply.document import read
from attune.settings import LAYER, Settings

PROCESSING = LAYER / "processing.yml"
OPEN = "To be filled in"


@dataclass(frozen=True)
class AlarmCount:
    """Alarms about one measure: how many rose, how many were seen, half of those within so many hours."""

    measure: str
    rose: int
    seen: int
    hours: float | None


@dataclass(frozen=True)
class Transparency:
    """`ledger`: what the audit was when this was counted, signed; `contact`: where to complain, None if nobody said."""

    counts: Counts
    alarms: Sequence[AlarmCount]
    ledger: Checkpoint
    contact: str | None


def transparency(settings: Settings, engine: Engine, times: tuple[int, int, int], smallest: int) -> Transparency:
    """The report of a time; `times`: its begin and end and when it is made (unix microseconds).

    Nothing sealed is opened for it: it tells of no feeling.
    """
    begin, end, made = times
    countries = {entry.id: entry.country for entry in resources.load().entries}
    counts = count(store.records(engine), begin, end, smallest, countries)
    with engine.connect() as connection:
        tree = ledger.read(connection)
    alarms = alarm_counts(DriftAlarms(engine).risen(begin, end))
    return Transparency(counts, alarms, checkpoints.of(tree, made, signing.private(settings)), contact())


def alarm_counts(risen: Iterable[Rise]) -> list[AlarmCount]:
    """How many alarms rose of each measure, most first. They are about the assistant, so none is too few to tell."""
    by: dict[str, list[Rise]] = {}
    for one in risen:
        by.setdefault(one.measure, []).append(one)
    found = [_counted(measure, rises) for measure, rises in by.items()]
    return sorted(found, key=lambda one: (-one.rose, one.measure))


def contact() -> str | None:
    """Where a complaint goes: the controller's contact in processing.yml."""
    controller: Mapping[str, str] = read(PROCESSING, "processing").data["controller"]
    told = str(controller["contact"])
    return None if told == OPEN else told


def quarter(now: datetime) -> tuple[datetime, datetime]:
    """The last calendar quarter that is over: its first moment and the first after it, in the zone of `now`."""
    end = now.replace(month=now.month - (now.month - 1) % 3, day=1, hour=0, minute=0, second=0, microsecond=0)
    return (end.replace(month=end.month - 3) if end.month > 3 else end.replace(year=end.year - 1, month=10)), end


def _counted(measure: str, rises: Sequence[Rise]) -> AlarmCount:
    after = [(one.seen - one.found) / MICRO / 3600 for one in rises if one.seen is not None]
    return AlarmCount(measure, len(rises), len(after), round(median(after), 1) if after else None)
