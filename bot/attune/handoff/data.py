"""The wordings and patterns beside this file, read once."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent


@lru_cache(maxsize=8)
def load(name: str) -> Any:
    """The content of one data file of this room, for example `labels.yml`; treat it as read-only."""
    return YAML(typ="safe").load(HERE / name)


@lru_cache(maxsize=256)
def pattern(expression: str) -> re.Pattern[str]:
    """A pattern of a data file, compiled once; case is ignored."""
    return re.compile(expression, re.IGNORECASE)
