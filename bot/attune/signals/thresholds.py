"""How sure the trained reader must be before its word counts: reading.yml, as values."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from attune import designer_file
from attune.settings import LAYER

READING = LAYER / "reading.yml"
SCHEMA = Path(__file__).with_name("reading.schema.json")


@dataclass(frozen=True)
class Danger:
    """Shares of danger from 0 to 1; reading.yml says what each decides."""

    possible: float
    in_a_passage: float
    weak_cues: float
    stated: float
    unlikely: float


@dataclass(frozen=True)
class Thresholds:
    """`calm` is how many times likelier neutral is than in the training lines; the rest are shares from 0 to 1.

    `cues` is how much of their weight the cues of emotion keep beside the trained reader.
    """

    danger: Danger
    wants_person: float
    calm: float
    cues: float
    hash: str


@lru_cache(maxsize=4)
def load(path: Path = READING) -> Thresholds:
    """Read and check a reading.yml; raises InvalidFile with file and line."""
    data = designer_file.load(path, SCHEMA)
    danger = cast("dict[str, int]", data["danger"])
    return Thresholds(
        danger=Danger(**{name: share / 1000 for name, share in danger.items()}),
        wants_person=cast("int", data["wants_person"]) / 1000,
        calm=cast("int", data["calm"]) / 1000,
        cues=cast("int", data["cues"]) / 1000,
        hash=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
