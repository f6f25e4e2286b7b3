"""Hours that leave somebody in danger alone are pointed out, with the line."""

from pathlib import Path

import pytest

from attune.check.hours import hours
from attune.settings import LAYER

SHIPPED = (LAYER / "protocol.yml").read_text()
OFFICE = '  - zone: UTC\n    open: {mon-fri: ["09:00-17:00"]}\n'


@pytest.mark.parametrize(("lines", "line"), [
    (OFFICE, 2),
    ('  - queues: [safety]\n    zone: UTC\n    open: {mon-fri: ["00:00-24:00"]}\n', 3),
    ('  - queues: [safety]\n    zone: UTC\n    open: {mon-sun: ["00:00-24:00"]}\n    closed: [2026-12-25]\n', 3),
])
def test_hnd_3_hours_for_danger_are_pointed_out_with_their_line(tmp_path: Path, lines: str, line: int) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace("hours: []\n", f"hours:\n{lines}"))
    [found] = hours(path)

    first = path.read_text()[:path.read_text().index("hours:\n")].count("\n") + 1
    assert (found.severity, found.line) == ("warning", first + line - 1)
    assert "nobody is there for the queue safety outside these hours" in found.what


@pytest.mark.parametrize("lines", [
    "hours: []\n", "",
    f"hours:\n{OFFICE}    queues: [care, general]\n",
    f'hours:\n  - queues: [safety]\n    zone: UTC\n    open: {{mon-sun: ["00:00-24:00"]}}\n{OFFICE}',
])
def test_hours_that_leave_nobody_alone_are_in_order(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace("hours: []\n", lines))

    assert list(hours(path)) == []
