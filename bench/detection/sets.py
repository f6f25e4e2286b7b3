"""The messages the bench asks about: JSONL files of `text` and `label`, the same in every folder."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).resolve().parents[2] / "tests" / "tables" / "hearing"
"""The project's own tables, whose lines its authors invented."""

NAMES = ("crisis_positive", "crisis_hard_negative", "benign_support", "distress_positive", "frustration",
         "human_request")
POSITIVE = frozenset({"crisis", "distress", "frustrated", "human_request"})

DANGER_WORD = re.compile(
    r"\b(?:suicid\w*|kill\w*|die[sd]?|dying|dead|death|murder\w*|overdos\w*|o\.?d\.?'?e?d?|hang(?:ing|ed)?|hung|noose"
    r"|shoot\w*|shot|gun|knife|stab\w*|jump\w*|drown\w*|poison\w*|pills?|cut(?:s|ting)?|blades?|bleed\w*|blood"
    r"|self[- ]?harm\w*|hurt\w*|harm\w*|burn(?:s|t|ed|ing)?|hit(?:s|ting)?|beat(?:s|en|ing)?|chok\w*|strangl\w*"
    r"|attack\w*|rap(?:e[sd]?|ing|ist)|abus\w*|violen\w*|weapon|emergenc\w*|ambulance|unconscious|pain\w*|danger\w*"
    r"|unalive|kms|kys)\b", re.IGNORECASE)
"""Where a file does not say itself which of its crisis messages are explicit, these are the words that make them so."""


@dataclass(frozen=True)
class Row:
    """A message with what is known of it; `positive`: it shows what its set is about; `source` may be empty."""

    text: str
    label: str
    positive: bool
    explicit: bool
    kind: str = ""
    source: str = ""


def load(folder: Path, every: int = 1) -> dict[str, list[Row]]:
    """The sets in a folder, of each every n-th message; a set without a file is empty."""
    paths = {name: folder / f"{name}.jsonl" for name in NAMES}
    return {name: _rows(path)[::every] if path.exists() else [] for name, path in paths.items()}


def row(data: Mapping[str, Any]) -> Row:
    """One message as its file has it."""
    text, label = data["text"], data["label"]
    explicit = data["explicit"] if "explicit" in data else bool(DANGER_WORD.search(text))
    return Row(text, label, label in POSITIVE, bool(explicit), data.get("kind") or data.get("category", ""),
               _repository(data.get("source", "")))


def _rows(path: Path) -> list[Row]:
    return [row(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _repository(source: str) -> str:
    """`owner/name:path/to/file` down to the first folder: one repository may hold several data sets."""
    repository, _, path = source.partition(":")
    folder, inside, _ = path.partition("/")
    return f"{repository}:{folder}" if inside else repository
