"""Training lines for the emotion reader, from the layer's own NLU files."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML

from attune.settings import LAYER
from attune.signals.emotion import Line
from attune.signals.reading import EMOTIONS, Emotion

FOLDER = LAYER / "nlu"
LINE = "attune_line"
"""The key of Rasa's message under which a line travels that is for the reader alone."""


def labelled(text: str | None, metadata: Mapping[str, Any] | None) -> Line | None:
    """The line of a message with an `emotion` in its metadata, Rasa's way: the example's before the intent's."""
    metadata = metadata or {}
    for level in ("example", "intent"):
        emotion = (metadata.get(level) or {}).get("emotion")
        if text and emotion in EMOTIONS:
            return Line(text, cast("Emotion", emotion))
    return None


def from_folder(folder: Path = FOLDER) -> list[Line]:
    """Every labelled line of the NLU files in a folder."""
    pages = (YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml")))
    return [line for page in pages for item in page["nlu"] for line in _of(item)]


def _of(item: Mapping[str, Any]) -> Iterable[Line]:
    for example in str(item.get("examples", "")).splitlines():
        line = labelled(example.strip().removeprefix("- ").strip(), {"intent": item.get("metadata")})
        if line:
            yield line
