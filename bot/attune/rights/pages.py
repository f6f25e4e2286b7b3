"""Old pages of a SQLite file: what is deleted is overwritten, but a copy may stand in the write-ahead log (CON-8)."""

from sqlalchemy.engine import Engine

PATIENCE, TRIES = 100, 50
"""Milliseconds to wait until nobody reads the old pages any more, and how often: meanwhile nobody can write."""


def overwrite(engine: Engine, anew: bool = False) -> str | None:
    """Empty the write-ahead log into its file; `anew` writes the whole file again, for one without secure_delete.

    Returns None, or a sentence about what is left and when it goes.
    """
    if engine.dialect.name != "sqlite":
        return (f"{_name(engine)}: PostgreSQL keeps what was deleted in its pages until VACUUM FULL, and in its log "
                "until that is used again; docs/audit-database.md says how to overwrite it.")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if anew:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE * TRIES}")
            connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")
        busy = all(connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar() for _ in range(TRIES))
    return f"{_name(engine)}: another process still reads old pages. Run this again later." if busy else None


def _name(engine: Engine) -> str:
    return str(engine.url.database)
