"""A web channel that runs while its tests do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channel.browserless import Server, free_port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("web")
    one = Server(free_port(), f"sqlite:///{folder / 'attune.db'}", folder / "log")
    one.start()
    yield one
    one.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server to stop and start again."""
    one = Server(free_port(), f"sqlite:///{tmp_path / 'attune.db'}", tmp_path / "log")
    one.start()
    yield one
    if one.process.is_alive():
        one.stop()
