"""What the report says of each measure, and its sentences: layer/report.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from attune import designer_file

LAYER = Path(__file__).parents[2] / "layer"
WORDS, SCHEMA = LAYER / "report.yml", LAYER / "schemas" / "report.json"


@dataclass(frozen=True)
class Meaning:
    """What a measure is, and where to look when it gets worse."""

    means: str
    advice: str


@dataclass(frozen=True)
class Words:
    """report.yml: `sentences` hold braces for str.format."""

    measures: Mapping[str, Meaning]
    sentences: Mapping[str, str]
    went: Mapping[str, str]


@lru_cache(maxsize=4)
def load(path: Path = WORDS) -> Words:
    """Read and check a report.yml; raises InvalidFile with file and line."""
    data = cast("dict[str, Any]", designer_file.load(path, SCHEMA))
    told = {str(name): Meaning(str(one["means"]), str(one["advice"])) for name, one in data["measures"].items()}
    sentences = dict(data["sentences"])
    went = sentences.pop("went")
    return Words(told, sentences, went)
