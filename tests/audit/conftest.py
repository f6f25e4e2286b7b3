"""A ledger in a folder of its own."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from attune import database
from attune.audit.record import Seal
from fixtures.postgres import Postgres, postgres
from fixtures.stack import free_ports


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A fresh database file."""
    return database.engine(f"sqlite:///{tmp_path / 'attune.db'}")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL for the tests of one file."""
    [port] = free_ports(1)
    with postgres(port) as one:
        yield one


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        yield database.engine(f"sqlite:///{tmp_path / 'attune.db'}")
        return
    server: Postgres = request.getfixturevalue("server")
    name = f"t{random.randrange(10 ** 12)}"
    with create_engine(server.url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    one = database.engine(server.url.rsplit("/", 1)[0] + f"/{name}")
    yield one
    one.dispose()


@pytest.fixture
def seal() -> Seal:
    """Keys of a test installation."""
    return Seal("pseudonym key", "wording key")
