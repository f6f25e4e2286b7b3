"""What the demo's trained reader makes of messages it has not seen; the floors lie well below what was measured."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from attune.signals.cues import Cues
from attune.signals.read import read
from attune.signals.reading import DISTRESS_FAMILY, Reading
from attune.signals.trained import TrainedReader

pytestmark = pytest.mark.rasa
TABLES = Path(__file__).parents[1] / "tables"
EMOTIONS: list[dict[str, Any]] = YAML(typ="safe").load((TABLES / "signals" / "emotion.yml").read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, Any]]:
    """One of the project's own tables of messages that are never trained on."""
    text = (TABLES / "hearing" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def heard(ear: Cues, trained_reader: TrainedReader) -> dict[str, list[tuple[dict[str, Any], Reading]]]:
    """Every table, read."""
    names = [path.stem for path in (TABLES / "hearing").glob("*.jsonl")]
    return {name: [(row, read(row["text"], ear, trained_reader)) for row in rows(name)] for name in names}


@pytest.mark.parametrize("case", EMOTIONS, ids=lambda case: case["text"][:40])
def test_the_emotion_is_named(ear: Cues, trained_reader: TrainedReader, case: dict[str, Any]) -> None:
    reading = read(case["text"], ear, trained_reader)

    assert reading.emotion == case["emotion"]
    if "level" in case:
        assert ("strong" if reading.intensity >= 600 else "light") == case["level"]


@pytest.mark.parametrize(("table", "label", "least", "most"), [
    ("crisis_positive", "crisis", 0.45, 1.0),
    ("crisis_hard_negative", "not_crisis", 0.0, 0.14),
    ("benign_support", "benign", 0.0, 0.015),
    ("distress_positive", "distress", 0.0, 0.06),
    ("frustration", "frustrated", 0.0, 0.02),
    ("frustration", "not_frustrated", 0.0, 0.02),
])
def test_danger_is_heard_and_calm_is_left_in_peace(
    heard: dict[str, list[tuple[dict[str, Any], Reading]]], table: str, label: str, least: float, most: float,
) -> None:
    flagged = [reading.crisis.tier > 0 for row, reading in heard[table] if row["label"] == label]

    assert least <= sum(flagged) / len(flagged) <= most


def test_distress_is_heard_beside_calm_requests(heard: dict[str, list[tuple[dict[str, Any], Reading]]]) -> None:
    def felt(reading: Reading) -> bool:
        return reading.crisis.tier > 0 or reading.emotion in DISTRESS_FAMILY

    distressed = [felt(reading) for _, reading in heard["distress_positive"]]
    calm = [felt(reading) for _, reading in heard["benign_support"]]

    assert sum(distressed) / len(distressed) >= 0.6
    assert sum(calm) / len(calm) <= 0.03


def test_no_english_message_is_taken_for_another_language(
    heard: dict[str, list[tuple[dict[str, Any], Reading]]],
) -> None:
    assert [row["text"] for table in heard.values() for row, reading in table if reading.unread] == []


def test_a_veiled_goodbye_is_told_from_a_booking_that_ends(ear: Cues, trained_reader: TrainedReader) -> None:
    assert read("won't be needing the account after tonight", ear, trained_reader).crisis.tier >= 1
    assert read("we won't be needing the parking space after tonight", ear, trained_reader).crisis.tier == 0
