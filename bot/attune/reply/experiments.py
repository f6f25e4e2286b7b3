"""Wordings on trial, as `experiments.yml` declares them: which responses, which variants, who hears which.

A variation of a response belongs to a variant by `metadata: {variant: warm}`; those that belong to none are what was
said before. Help, disclosure, consent and whatever else must be said as it was reviewed is never on trial.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from attune import designer_file
from attune.errors import InvalidFile
from attune.reply.wording import ACKNOWLEDGEMENTS, LAYER_RESPONSES
from attune.settings import LAYER, experiments_path

SCHEMA = LAYER / "schemas" / "experiments.json"
WHOLE = 1000
"""Per mille of a whole."""
AS_BEFORE = "as-before"
"""What those hear who hear no variant."""
MAY = frozenset({*ACKNOWLEDGEMENTS, "utter_what_would_help", "utter_offer_person"})
"""What of the layer's own may be on trial; of a project's own everything may."""
NEVER = frozenset(LAYER_RESPONSES) - MAY
TOPIC = "utter_topic"
"""What these responses hold is filled into others and never said by itself: nothing to try."""


@dataclass(frozen=True)
class Experiment:
    """One trial; `shares` per mille of its conversations by variant, the rest hear what was said before.

    `outcome`, `guards`: measures of drift.md. `at_most` conversations with an outcome, or `days`, and it ends anyway.
    """

    id: str
    responses: tuple[str, ...]
    shares: Mapping[str, int]
    outcome: str
    guards: tuple[str, ...]
    at_most: int
    days: int
    running: bool

    @property
    def mark(self) -> str:
        """Its name in Records; another one if what it is about changes, for then it is another trial."""
        of = repr((sorted(self.responses), sorted(self.shares.items()), self.outcome, sorted(self.guards)))
        return f"{self.id}.{hashlib.sha256(of.encode()).hexdigest()[:8]}"

    def label(self, arm: str) -> str:
        """What a Record says of a wording that was heard in this trial."""
        return f"{self.mark}:{arm}"

    def concerns(self, response: str) -> bool:
        """Whether the response is on trial here; a star stands for any letters."""
        may = response not in NEVER and not response.startswith(TOPIC)
        return may and any(fnmatchcase(response, pattern) for pattern in self.responses)

    def arm(self, conversation: str) -> str:
        """Which variant a conversation hears: drawn by a hash, so it is the same in each turn and process."""
        digest = hashlib.sha256(f"{self.mark}\0{conversation}".encode()).digest()
        place = int.from_bytes(digest[:8], "big") % WHOLE
        for arm, share in sorted(self.shares.items()):
            if place < share:
                return arm
            place -= share
        return AS_BEFORE


@dataclass(frozen=True)
class Experiments:
    """experiments.yml; `better`, `harmful`: the chance (0 to 1) of saying so of a variant that makes no difference."""

    better: float
    harmful: float
    all: tuple[Experiment, ...]

    @property
    def running(self) -> tuple[Experiment, ...]:
        """Those that have not been ended in the file."""
        return tuple(one for one in self.all if one.running)


def load(path: Path | None = None) -> Experiments:
    """Read and check an experiments.yml, this installation's unless told otherwise; raises InvalidFile."""
    path = path or experiments_path()
    data = cast("dict[str, Any]", designer_file.load(path, SCHEMA))
    found = tuple(_experiment(entry) for entry in data["experiments"])
    for number, one in enumerate(found):
        for what in _slips(one, found[:number]):
            raise InvalidFile(path, designer_file.line_of(data, ["experiments", number]), f"{one.id}: {what}")
    return Experiments(1 - data["sure"]["better"] / WHOLE, 1 - data["sure"]["harmful"] / WHOLE, found)


def _experiment(entry: Mapping[str, Any]) -> Experiment:
    return Experiment(
        id=str(entry["id"]), responses=tuple(map(str, entry["responses"])), outcome=str(entry["outcome"]),
        shares={str(name): int(share) for name, share in entry["variants"].items()},
        guards=tuple(map(str, entry["guards"])), at_most=int(entry["at_most"]),
        days=int(entry["days"]), running=bool(entry["running"]),
    )


def _slips(one: Experiment, before: tuple[Experiment, ...]) -> list[str]:
    slips = [f"{name} is said as it was reviewed and is never on trial; take it out"
             for name in one.responses if name in NEVER]
    slips += [f"{name} is filled into other wordings and cannot be on trial; take it out"
              for name in one.responses if name.startswith(TOPIC) and name not in NEVER]
    if sum(one.shares.values()) >= WHOLE:
        taken = sum(one.shares.values())
        slips.append(f"the variants take {taken} of {WHOLE}; leave some who hear what was said before")
    if AS_BEFORE in one.shares:
        slips.append(f"a variant cannot be called {AS_BEFORE}; that is what the others hear")
    if one.outcome in one.guards:
        slips.append(f"{one.outcome} is the outcome; it need not be a guard")
    if any(one.id == other.id for other in before):
        slips.append("another one has this id; choose one of its own")
    if one.running and any(other.running and _share_a_response(one, other) for other in before):
        slips.append("another one that is running concerns the same response; let one end first")
    return slips


def _share_a_response(one: Experiment, other: Experiment) -> bool:
    known = {*one.responses, *other.responses, *MAY}
    return any(one.concerns(name) and other.concerns(name) for name in known)
