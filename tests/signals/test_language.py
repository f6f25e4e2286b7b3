from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from attune.signals.language import unread
from attune.signals.trained import TrainedReader

TABLE: dict[str, Any] = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "tables" / "signals" / "language.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TABLE["unread"], ids=lambda case: case["text"][:40])
def test_a_language_the_reader_does_not_know_is_named(reader: TrainedReader, case: dict[str, str]) -> None:
    assert unread(case["text"], reader.knows) == case["language"]


@pytest.mark.parametrize("text", TABLE["read"])
def test_english_is_read_however_it_is_written(reader: TrainedReader, text: str) -> None:
    assert unread(text, reader.knows) is None
