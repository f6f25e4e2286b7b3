"""desk.yml: what the desk says, and the numbers its pages are computed by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attune.reply import document
from attune.settings import LAYER

WORDINGS = LAYER / "desk.yml"


def load(path: Path = WORDINGS) -> Mapping[str, Any]:
    """Read and check desk.yml; raises InvalidFile with file and line."""
    found: Mapping[str, Any] = document.read(path, "desk").data
    return found
