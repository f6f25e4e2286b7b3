"""What is printed."""

import pytest

from bench.tiny import heard
from detection.measures import Proportion
from detection.reliability import Reliability
from detection.report import Cost, Figure, Report, Section, figures, shown
from detection.sets import NAMES
from detection.table import cell, table

HALF = Proportion(1, 2, 0.5, 0.0945, 0.9055)
PEERS = {"attune": "Attune", "vader": "VADER"}


def sets(**some: list) -> dict:
    return {name: some.get(name, []) for name in NAMES}


@pytest.mark.parametrize(("proportion", "text"), [
    (HALF, "50.0 (9.4–90.5)"), (Proportion(3, 3, 1.0, 0.4385, 1.0), "100.0 (43.9–100.0)"), (None, "–"),
])
def test_a_share_stands_with_its_interval(proportion: Proportion | None, text: str) -> None:
    assert cell(proportion) == text


def test_every_figure_is_a_row_and_every_peer_a_column() -> None:
    figure = Figure("crisis recall, all", "", 2, {"attune": HALF, "vader": None})
    costs = {"attune": Cost(1.5, 3.0, 140.0, {"with": 900, "without": 700}), "vader": Cost(0.1, 0.2)}
    report = Report({"cores": 2}, [Section("Own tables", [figure])], costs, [Reliability("danger", 9, 0.2, 0.05, 0.1)])
    lines = [" ".join(line.split()) for line in table(report, PEERS)]

    assert lines == [
        "cores 2", "",
        "Own tables messages Attune VADER",
        "crisis recall, all 2 50.0 (9.4–90.5) –", "",
        "Cost Attune VADER",
        "median a message 1.50 ms 0.10 ms",
        "95th percentile 3.00 ms 0.20 ms",
        "10,000 characters, median 140 ms –",
        "memory above Rasa that runs DIET 200 MB on 700 –", "",
        "Reliability of Attune's shares, own tables messages calibration error Brier true of",
        "danger 9 0.050 0.100 0.200",
    ]


def test_columns_stand_below_one_another() -> None:
    figure = Figure("x" * 60, "", 12345, {"attune": HALF, "vader": Proportion(3, 3, 1.0, 0.4385, 1.0)})
    report = Report({}, [Section("Own tables", [figure])], {name: Cost(1, 1) for name in PEERS}, [])

    assert len({len(line) for line in table(report, PEERS) if line}) == 1


def test_a_figure_is_followed_by_its_parts() -> None:
    messages = [heard(True, kind="slang"), heard(False, kind="slang"), heard(False, kind="veiled")]
    found = figures({"attune": sets(crisis_positive=messages)}, by="kind")
    recall = [(each.group, each.messages, each.by_peer["attune"].hits)
              for each in found if each.measure == "crisis recall, all" and each.by_peer["attune"]]

    assert recall == [("", 3, 1), ("slang", 2, 1), ("veiled", 1, 0)]


def test_measures_without_messages_are_left_out() -> None:
    found = figures({"attune": sets(benign_support=[heard(False)])})

    assert found
    assert {each.measure for each in found if "benign" not in each.measure} == set()


def test_a_part_is_shown_indented() -> None:
    figure = Figure("crisis recall, all", "slang", 2, {"attune": HALF})
    report = Report({}, [Section("Own tables", [figure])], {"attune": Cost(1, 1)}, [])

    assert [line for line in table(report, {"attune": "Attune"}) if line.startswith("    slang  ")]


def test_the_messages_of_a_measure_can_be_shown() -> None:
    by_folder = {"Own tables": sets(crisis_positive=[heard(True), heard(False)], benign_support=[heard(True)])}

    assert shown("crisis recall, all", by_folder) == ["+ label: text  []", "- label: text  []"]
