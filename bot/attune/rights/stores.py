"""Everything of one installation in which something about customers may lie."""

import heapq
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from attune import database, settings
from attune.audit import spool, store, tombstones
from attune.audit.record import Seal, seal
from attune.channel.mailbox import LETTERS
from attune.errors import AttuneError
from attune.handoff import tables
from attune.policy import protocol
from attune.rights import trackers, wishes
from attune.rights.trackers import Event
from attune.settings import Settings
from attune.signals import review


class NoEndpoints(AttuneError):
    """Nothing says where Rasa keeps conversations."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            f"There is neither {' nor '.join(map(str, files))}, so where Rasa keeps conversations is not known and "
            "some would be left out. Run this in the project's folder.",
        )


@dataclass(frozen=True)
class Stores:
    """Attune's database, the tracker stores (and whether each is Attune's own), the files in `var`, the keys."""

    settings: Settings
    engine: Engine
    trackers: tuple[tuple[Engine, bool], ...]
    seal: Seal

    @property
    def spool(self) -> Path:
        """Where Records wait while the database is away."""
        return self.settings.var / spool.FILE

    @property
    def tombstones(self) -> Path:
        """Where it stands, outside the database, who was erased."""
        return self.settings.var / tombstones.FILE

    @property
    def review(self) -> Path:
        """Where corrections of readings wait."""
        return self.settings.var / review.FILE

    @property
    def logs(self) -> list[Path]:
        """What the processes of `attune up` write."""
        return sorted((self.settings.var / "log").glob("*"))

    @property
    def retention(self) -> Mapping[str, int]:
        """Days after which each class is erased, as protocol.yml says (CON-10)."""
        return protocol.load(self.settings.protocol).retention

    def events(self, subject: str) -> Iterator[Event]:
        """A conversation's events from every tracker store, in the order in which they happened."""
        told = (_dated(event for _, event in trackers.events(engine, subject)) for engine, _ in self.trackers)
        return (event for _, event in heapq.merge(*told, key=itemgetter(0)))

    def newest(self, subject: str) -> float:
        """When a conversation's newest event or letter was (unix seconds); 0 if there is none."""
        query = select(func.max(LETTERS.c.at)).where(LETTERS.c.conversation_id == subject)
        with self.engine.connect() as connection:
            letter = connection.execute(query).scalar() or 0.0
        return max(letter, *(trackers.newest(engine, subject) for engine, _ in self.trackers), 0.0)


def _dated(events: Iterable[Event]) -> Iterator[tuple[float, Event]]:
    """Events of one store, whose order stands, with a time that never goes back."""
    newest = 0.0
    for event in events:
        newest = max(newest, float(event.get("timestamp") or 0.0))
        yield newest, event


def here(found: Settings | None = None, project: Path | None = None,
         environ: Mapping[str, str] = os.environ) -> Stores:
    """The stores of this installation; `project` is the folder of endpoints.yml, by default the present one.

    Raises:
        UnknownStore: conversations lie where this cannot look.
        NoEndpoints: it is not known where they lie.
    """
    found = found or settings.load(environ)
    project = project or Path()
    files = (found.var / "endpoints.yml", project.resolve() / "endpoints.yml")
    if not any(file.exists() for file in files):
        raise NoEndpoints(files)
    engine = database.engine(found.db_url)
    tables.create(engine)
    store.prepare(engine)
    wishes.create(engine)
    return Stores(found, engine, tuple(trackers.stores(files, project, environ)), seal(found))
