"""Brings the audit's tables to the version this Attune writes, by Alembic, however many processes begin at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ProgrammingError

from attune import database
from attune.errors import AttuneError

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

HEAD = "1"
"""The newest revision in `migrations`: named here too, so that a database that is up to date costs one query."""
VERSIONS = "attune_audit_version"
"""The table in which Alembic notes the revision; Rasa's or an adopter's own Alembic uses another."""
MIGRATIONS = Path(__file__).with_name("migrations")

LOCK = 7_405_881_234
"""PostgreSQL's lock for whoever changes the tables: two at once would trip over each other."""
MAY_NOT = "42501"
"""PostgreSQL's code for what a role has no right to."""
UNREAD = "unknown to this role"
"""The version, where roles were made before the tables had one."""


class NotMigrated(AttuneError):
    """The tables are behind, and this role may not change them."""

    def __init__(self, found: str | None) -> None:
        super().__init__(f"The audit's tables are at version {found or 'none'}, this Attune writes version {HEAD}, and "
                         "its role may not change them. Run as the database's owner `attune audit migrate`, and what "
                         "`attune audit roles` prints.")


class Newer(AttuneError):
    """The tables belong to a later Attune."""

    def __init__(self, found: str) -> None:
        super().__init__(f"The audit's tables are at version {found}, which this Attune (up to {HEAD}) does not know. "
                         "Run the Attune that made them, or a later one.")


def upgrade(engine: Engine, patience: int | None = None) -> str | None:
    """Bring the tables to HEAD; returns the version they had, None before the first.

    Whoever else brings them there is waited for; with `patience` only so many milliseconds, then the database raises.

    Raises:
        NotMigrated: this role may not change them.
        Newer: they belong to a later Attune.
    """
    found: str | None = UNREAD
    try:
        with database.transaction(engine, patience) as connection:
            found = version(connection)
        if found != HEAD:
            with _alone(engine, patience) as connection:
                found = version(connection)  # another process may have been faster
                if found != HEAD:
                    _migrate(connection, found)
    except ProgrammingError as problem:
        if getattr(problem.orig, "pgcode", None) == MAY_NOT:
            raise NotMigrated(found) from problem
        raise
    return found


def version(connection: Connection) -> str | None:
    """The version of the tables in this database; None where they have none yet."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    found = connection.execute(select(column("version_num")).select_from(table(VERSIONS))).scalar()
    return None if found is None else str(found)


@contextmanager
def _alone(engine: Engine, patience: int | None) -> Iterator[Connection]:
    with database.transaction(engine, patience) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins by itself only before it writes rows
        yield connection


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic.operations import Operations  # noqa: PLC0415 - a database that is up to date never needs Alembic
    from alembic.runtime.migration import MigrationContext, MigrationStep  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory(str(MIGRATIONS))
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise Newer(found)

    def steps(_revision: object, _context: "MigrationContext") -> list[MigrationStep]:
        todo = [script for script in scripts.iterate_revisions(HEAD, found or "base") if script.revision != found]
        return [MigrationStep.upgrade_from_script(scripts.revision_map, script) for script in reversed(todo)]

    context = MigrationContext.configure(connection, opts={"version_table": VERSIONS, "fn": steps})
    with Operations.context(context):
        context.run_migrations()
