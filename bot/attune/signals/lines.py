"""Training lines: messages whose metadata in the NLU files says how a careful reader would take them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML

from attune.settings import LAYER
from attune.signals.reading import EMOTIONS, KINDS, Emotion, Kind

FOLDER = LAYER / "nlu"
LINES = "attune_lines"
"""The key of Rasa's message under which lines travel that are for the reader alone (`packed`)."""


@dataclass(frozen=True)
class Line:
    """A message, the emotion in it, the crisis it discloses (`tier` 0: none) and whether it asks for a person."""

    text: str
    emotion: Emotion
    tier: int = 0
    kind: Kind | None = None
    wants_person: bool = False


def labelled(text: str | None, metadata: Mapping[str, Any] | None) -> Line | None:
    """The line of a message with an `emotion` in its metadata, Rasa's way: the example's before the intent's."""
    levels = ((metadata or {}).get(level) or {} for level in ("intent", "example"))
    said = {key: value for level in levels for key, value in level.items()}
    if not text or said.get("emotion") not in EMOTIONS:
        return None
    tier, kind = said.get("tier", 0), said.get("kind")
    grave = tier in (1, 2) and kind in KINDS
    return Line(
        text, cast("Emotion", said["emotion"]), tier if grave else 0, cast("Kind", kind) if grave else None,
        said.get("wants_person") is True,
    )


def from_folder(folder: Path = FOLDER) -> list[Line]:
    """Every labelled line of the NLU files in a folder."""
    pages = (YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml")))
    return [line for page in pages for line in from_page(page)]


def from_page(page: Mapping[str, Any], intent: str | None = None) -> list[Line]:
    """Every labelled line of what an NLU file holds, or only those of one intent."""
    return [line for item in page["nlu"] if intent in (None, item.get("intent")) for line in _of(item)]


def packed(lines: Iterable[Line]) -> str:
    """Lines as one text."""
    return json.dumps([astuple(line) for line in lines])


def unpacked(text: str | None) -> list[Line]:
    """The lines of a packed text, none of None."""
    return [Line(*values) for values in json.loads(text or "[]")]


def _of(item: Mapping[str, Any]) -> Iterable[Line]:
    for text, metadata in _examples(item.get("examples", "")):
        line = labelled(text, {"intent": item.get("metadata"), "example": metadata})
        if line:
            yield line


def _examples(examples: str | list[dict[str, Any]]) -> Iterable[tuple[str, Mapping[str, Any] | None]]:
    """Examples as Rasa lets them be written: a list in one text, or one entry each with metadata of its own."""
    if isinstance(examples, str):
        return ((each.strip().removeprefix("- ").strip(), None) for each in examples.splitlines())
    return ((each["text"].strip().removeprefix("- ").strip(), each.get("metadata")) for each in examples)
