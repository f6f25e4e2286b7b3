"""A database of its own for every test."""

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from attune.database import engine as open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(f"sqlite:///{tmp_path / 'attune.db'}")
