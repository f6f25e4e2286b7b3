"""Everything of one installation in which something about customers may lie."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine

from attune import database, settings
from attune.audit import spool, store
from attune.audit.record import Seal, seal
from attune.handoff import tables
from attune.policy import protocol
from attune.rights import trackers, wishes
from attune.rights.trackers import Event
from attune.settings import Settings
from attune.signals import review


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
        """A conversation's events from every tracker store."""
        for engine, _ in self.trackers:
            yield from (event for _, event in trackers.events(engine, subject))


def here(found: Settings | None = None, project: Path | None = None,
         environ: Mapping[str, str] = os.environ) -> Stores:
    """The stores of this installation; `project` is the folder of endpoints.yml, by default the present one.

    Raises:
        UnknownStore: conversations lie where this cannot look.
    """
    found = found or settings.load(environ)
    engine = database.engine(found.db_url)
    tables.create(engine)
    store.prepare(engine)
    wishes.create(engine)
    project = project or Path()
    files = (found.var / "endpoints.yml", project / "endpoints.yml")
    return Stores(found, engine, tuple(trackers.stores(files, project, environ)), seal(found))
