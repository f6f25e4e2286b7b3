"""What several tests of the look back start from."""

from pathlib import Path

import pytest


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, in this folder."""
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.setenv("ATTUNE_SECRET", "a secret for tests")
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    return tmp_path
