"""The training lines an assistant was taught: `attune_lines.yml` beside config.yml, which people edit as well."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from attune import designer_file
from attune.errors import InvalidFile
from attune.settings import LAYER
from attune.signals import atomic
from attune.signals.lines import Line, from_page

FILE = "attune_lines.yml"
SCHEMA = LAYER / "schemas" / "nlu.json"
EMOTION_ONLY = "attune_emotion"
"""Under this name training data holds messages with a feeling and no intent of their own."""

NEW = f"""\
version: "3.1"

# What this assistant was taught, line by line; EmpathyLayerImporter reads it. Every line keeps the basis on which its
# words are here, and the day a person looked at it. Whoever takes the basis back has the line taken out.
nlu:
- intent: {EMOTION_ONLY}
  examples: []
"""
UNSEEN = re.compile(  # breaks, controls, half characters, and what turns the order of letters on a screen around
    "[^\x20-\x7E\xA0-\u2027\u202F-\u2065\u206A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\U00010000-\U0010FFFF]")
MARKUP = re.compile(r"\](?=[(\[{])")
"""Where Rasa would take a word in brackets for an entity, as in `[e-mail](home)`."""


def one_line(text: str) -> str:
    """The text as one line that a terminal shows, and YAML and Rasa hold, exactly as it is."""
    words = " ".join(UNSEEN.sub(" ", text).split())
    return MARKUP.sub("] ", re.sub(r"^(?:- )+", "", words))


def read(path: Path) -> list[Line]:
    """The lines of a file, none if there is no file; raises InvalidFile with the line of what is wrong."""
    return from_page(_checked(path)) if path.exists() else []


def append(path: Path, line: Line, consent: str, reviewed: str) -> None:
    """Add a line (made by `one_line`) with its consent basis and the ISO date of its review; all else stays.

    Raises InvalidFile where the file is wrong, NotWritten where it cannot be written.
    """
    if path.exists():
        _checked(path)
    text = path.read_text(encoding="utf-8") if path.exists() else NEW
    yaml = _yaml()
    page = yaml.load(text)
    offset = page["nlu"].lc.col
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    _examples(page["nlu"]).append({"text": _scalar(line.text), "metadata": _metadata(line, consent, reviewed)})
    written = BytesIO()
    yaml.dump(page, written)
    atomic.replace(path, written.getvalue())


def _examples(blocks: Any) -> Any:
    """The last block's, so that no comment comes to stand over others; a new block's if that one has a label."""
    last = blocks[-1]
    if last.get("intent") != EMOTION_ONLY or last.get("metadata") or isinstance(last["examples"], str):
        blocks.append({"intent": EMOTION_ONLY, "examples": []})
    return blocks[-1]["examples"]


def _metadata(line: Line, consent: str, reviewed: str) -> dict[str, object]:
    danger: dict[str, object] = {"tier": line.tier, "kind": line.kind} if line.kind else {}
    wish: dict[str, object] = {"wants_person": True} if line.wants_person else {}
    return {"emotion": line.emotion, **danger, **wish, "consent": _scalar(consent), "reviewed": reviewed}


def _scalar(text: str) -> str:
    r"""Quoted where a backslash needs it: Rasa takes `C:\users`, in a file of ASCII alone, for a broken character."""
    return DoubleQuotedScalarString(text) if "\\" in text else text


def _checked(path: Path) -> dict[str, object]:
    try:
        return designer_file.load(path, SCHEMA)
    except UnicodeDecodeError as error:
        raise InvalidFile(path, 1, "is not UTF-8 text") from error


def _yaml() -> Any:
    yaml: Any = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # no line is broken anew
    return yaml
