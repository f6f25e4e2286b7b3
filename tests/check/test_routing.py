"""Lines of the routing table that would leave somebody waiting are pointed out, with the line."""

from pathlib import Path

import pytest

from attune.check.routing import routing, unknown
from attune.settings import LAYER

SHIPPED = (LAYER / "protocol.yml").read_text()
SAFETY, CARE, ALL = (line for line in SHIPPED.splitlines() if line.startswith("  - {queue:"))

GERMAN = "  - {queue: german, languages: [de], priority: 2, answer_within: 15}"
MONEY = ("  - {queue: money, intents: [refund, oder], at_stake: {slot: totel, at_least: 9}, priority: 2, "
         "answer_within: 9}")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "protocol.yml"
    path.write_text(SHIPPED.replace("\n".join((SAFETY, CARE, ALL)), "\n".join(lines)))
    return path


def place(path: Path, line: str) -> int:
    return path.read_text().splitlines().index(line) + 1


@pytest.mark.parametrize(("lines", "at", "severity", "what"), [
    ((CARE, SAFETY, ALL), CARE, "error", "a customer in danger can come to this line and wait behind others"),
    ((ALL, SAFETY, CARE), ALL, "error", "a customer in danger can come"),
    ((GERMAN, SAFETY, ALL), GERMAN, "error", "a customer in danger can come"),
    ((SAFETY, ALL, CARE), CARE, "warning", "nobody comes to this line"),
    ((SAFETY, CARE), CARE, "warning", "no line is for everybody"),
])
def test_hnd_5_a_line_that_leaves_somebody_waiting_is_pointed_out(
    tmp_path: Path, lines: tuple[str, ...], at: str, severity: str, what: str,
) -> None:
    path = written(tmp_path, *lines)
    found = list(routing(path))

    assert [(one.line, one.severity) for one in found if what in one.what] == [(place(path, at), severity)]


@pytest.mark.parametrize("lines", [
    (SAFETY, CARE, ALL), (SAFETY, ALL),
    ("  - {queue: german, reason: safety, languages: [de], priority: 1, answer_within: 5}", SAFETY, CARE, ALL),
    ("  - {queue: returns, reason: customer_request, intents: [x], priority: 2, answer_within: 5}", SAFETY, ALL),
])
def test_lines_that_leave_nobody_waiting_are_in_order(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert list(routing(written(tmp_path, *lines))) == []


def test_intents_and_slots_nobody_knows_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, SAFETY, MONEY, ALL)
    found = list(unknown(path, {"refund", "order"}, {"total"}))

    assert [(one.line, one.what) for one in found] == [
        (place(path, MONEY), "no intent is called 'oder'"), (place(path, MONEY), "no slot is called 'totel'"),
    ]
    assert list(unknown(path, {"refund", "oder"}, {"totel"})) == []
