"""Old pages of a SQLite file: what is deleted is overwritten, but a copy may stand in the write-ahead log (CON-8)."""

from sqlalchemy.engine import Engine

PATIENCE = 5000
"""Milliseconds to wait until nobody reads the old pages any more."""


def overwrite(engine: Engine, anew: bool = False) -> str | None:
    """Empty the write-ahead log into its file; `anew` writes the whole file again, for one without secure_delete.

    Returns None, or a sentence about what is left and when it goes.
    """
    if engine.dialect.name != "sqlite":
        return (f"{_name(engine)}: PostgreSQL keeps what was deleted in its pages until VACUUM FULL, and in its log "
                "until that is used again; docs/audit-database.md says how to overwrite it.")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")
        if anew:
            connection.exec_driver_sql("VACUUM")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    return f"{_name(engine)}: another process still reads old pages. Run this again later." if busy else None


def _name(engine: Engine) -> str:
    return str(engine.url.database)
