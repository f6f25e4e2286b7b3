"""drift.yml says with file and line what is wrong in it."""

from pathlib import Path

import pytest

from attune.drift.settings import load
from attune.errors import InvalidFile
from attune.settings import LAYER

DRIFT = LAYER / "drift.yml"


def test_the_layers_own_file_is_right() -> None:
    found = load()

    assert sum(found.index.values()) == pytest.approx(1)
    assert {"crisis", "crisis help"} <= found.never_quiet


def test_a_project_may_have_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.yml").write_text(DRIFT.read_text().replace("window_days: 7", "window_days: 14"))
    monkeypatch.setenv("ATTUNE_DRIFT", str(tmp_path / "own.yml"))

    assert load().window_days == 14


@pytest.mark.parametrize(("old", "new", "line", "what"), [
    ("person rated well: 200", "person rated well: 100", 19, "the weights sum to 900; make it 1000"),
    ("person rated well: 200", "person rated wel: 200", 19, "person rated wel"),
    ("smallest_cell: 10 ", "smallest_cell: 5 ", 7, "write 10 or more"),
    ('to: "07:00"', 'to: "7"', 27, "write what fits"),
    ("timezone: UTC", "timezone: Mars/Base", 27, "'Mars/Base' is no time zone"),
    ("sure: 999", "shure: 999", 9, "sure"),
])
def test_a_slip_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    text = DRIFT.read_text()
    assert text.count(old) == 1
    path = tmp_path / "drift.yml"
    path.write_text(text.replace(old, new))
    with pytest.raises(InvalidFile, match=what) as found:
        load(path)

    assert f"drift.yml:{line}:" in str(found.value)
