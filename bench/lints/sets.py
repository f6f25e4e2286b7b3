"""The sentences the bench asks about: JSONL tables of one verdict a line, or a reference of one lint a line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).resolve().parents[2] / "tests" / "tables" / "lints"
NAMES = ("dev", "held")


@dataclass(frozen=True)
class Sentence:
    """A wording, the lint it is about, whether that must flag it, and where it would stand.

    `only`: nothing is known of the other lints, so that a finding of theirs is no false alarm.
    """

    text: str
    lint: str
    flag: bool
    scope: str
    only: bool = False


def load(path: Path) -> list[Sentence]:
    """The sentences of a table or of a reference."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [sentence for line in lines if line.strip() for sentence in sentences(json.loads(line))]


def sentences(item: Mapping[str, Any]) -> Iterator[Sentence]:
    """The one of a table's line, or the several of a reference's, whose lint is said first."""
    if "text" in item:
        yield Sentence(item["text"], item["lint"], item["flag"], item["scope"], item.get("only", False))
        return
    scope = item["scope"].split(",")[0]
    for half in ("must_flag", "must_pass"):
        yield from (Sentence(text, item["id"], half == "must_flag", scope) for text in item[half])
