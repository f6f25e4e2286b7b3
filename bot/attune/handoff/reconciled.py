"""How far into the ledger decisions have been compared with handoffs."""

from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateTable

PLACE = Table(
    "attune_reconciled", MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("ledger", Integer, nullable=False),      # rows of the ledger that need not be looked at again
)


class Place:
    """The place in one database; creates its table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.begin() as connection:
            connection.execute(CreateTable(PLACE, if_not_exists=True))

    def read(self) -> int:
        """The first row to look at."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(PLACE.c.ledger)).scalar() or 0)

    def move(self, ledger: int) -> None:
        """Remember where to go on."""
        with self._engine.begin() as connection:
            if not connection.execute(update(PLACE).values(ledger=ledger)).rowcount:
                connection.execute(insert(PLACE).values(id=1, ledger=ledger))
