"""A ledger in a folder of its own."""

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from attune import database
from attune.audit.record import Seal


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A fresh database file."""
    return database.engine(f"sqlite:///{tmp_path / 'attune.db'}")


@pytest.fixture
def seal() -> Seal:
    """Keys of a test installation."""
    return Seal("pseudonym key", "wording key")
