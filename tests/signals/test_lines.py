import json
import re
from collections import Counter
from pathlib import Path

import pytest

from attune.signals.lines import FOLDER, from_folder, labelled
from attune.signals.reading import EMOTIONS

LINES = from_folder()


def test_every_emotion_has_lines_enough() -> None:
    counts = Counter(line.emotion for line in LINES)

    assert {emotion for emotion in EMOTIONS if counts[emotion] < 110} == set()
    assert counts["neutral"] > 250


def test_no_line_stands_twice() -> None:
    plain = Counter(re.sub(r"\W", "", line.text.lower()) for line in LINES)

    assert [text for text, count in plain.items() if count > 1] == []


def test_every_intent_of_the_layer_has_forty_lines() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml"))
    counts: Counter[str] = Counter()
    for block in text.split("- intent: ")[1:]:
        counts[block.split()[0]] += len(re.findall(r"^    - ", block, re.MULTILINE))

    assert {intent for intent, count in counts.items() if count < 40} == set()
    assert set(counts) == {"express_frustration", "express_distress", "disclose_crisis", "request_human",
                           "ask_if_human", "attune_consent", "attune_emotion"}


@pytest.mark.parametrize(("metadata", "emotion"), [
    ({"intent": {"emotion": "anger"}}, "anger"),
    ({"intent": {"emotion": "anger"}, "example": {"emotion": "neutral"}}, "neutral"),
    ({"intent": {"emotion": "rage"}}, None), ({"intent": None}, None), ({}, None), (None, None),
])
def test_the_label_is_read_the_way_rasa_keeps_it(
    metadata: dict[str, dict[str, str]] | None, emotion: str | None,
) -> None:
    line = labelled("hello", metadata)

    assert (line.emotion if line else None) == emotion


def test_no_message_of_the_tables_it_is_measured_with_is_a_line() -> None:
    tables = sorted((Path(__file__).parents[1] / "tables" / "hearing").glob("*.jsonl"))
    asked = {_letters(json.loads(row)["text"]) for table in tables for row in table.read_text().splitlines()}

    assert len(tables) == 6
    assert [line.text for line in LINES if _letters(line.text) in asked] == []


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.lower())
