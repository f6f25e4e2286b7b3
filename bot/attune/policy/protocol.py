"""The protocol: the rules of conduct supervisors edit in protocol.yml, as values."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from attune import designer_file
from attune.consent.permission import Purpose
from attune.errors import InvalidFile
from attune.policy import read_hours, routing
from attune.policy.hours import Hours
from attune.policy.routing import Queue, Request
from attune.settings import LAYER
from attune.signals.reading import FRUSTRATION_FAMILY, Emotion, Reading
from attune.signals.trend import BEHAVIOURS, Trend, Weights

SCHEMA = Path(__file__).with_name("protocol.schema.json")
Level = Literal["none", "light", "strong"]


@dataclass(frozen=True)
class Voice:
    """How the layer's wordings name the assistant and the people behind it, and how formal they are."""

    assistant: str
    colleague: str
    formality: Literal["formal", "plain", "casual"]


@dataclass(frozen=True)
class CrisisConduct:
    """Where customers are if nothing else says so (ISO 3166), and what may be asked once after help was shown."""

    country: str | None
    ask_country: bool
    safety_question: Literal["off", "once"]


@dataclass(frozen=True)
class Protocol:
    """What protocol.yml says, and the SHA-256 of the file, which stands in every Decision."""

    voice: Voice
    levels: Mapping[str, int]
    wordings: Mapping[Emotion, Mapping[Level, str]]
    acknowledge_again_after: int
    behaviour: Weights
    offer_person_after_strong_turns: int
    person_mandatory_from_tier: int
    crisis: CrisisConduct
    person_after_abusive_messages: int
    queues: tuple[Queue, ...]
    surge_from: int | None
    """How many must wait for the most affected to go first; None: never."""
    hours: tuple[Hours, ...]
    """When people are there; the first line that is for a queue decides, none means at any time."""
    adapt: Literal["notice", "opt_in"]
    opt_in_countries: frozenset[str]
    ask_again_after_days: int
    quotes: bool
    """Whether customers are asked if single sentences of theirs may be quoted."""
    safety_passed_on: bool
    retention: Mapping[str, int]
    """Days after which each class of data is erased."""
    hash: str

    def level(self, reading: Reading) -> Level:
        """How strongly a feeling shows; neutral and gratitude are no feeling to answer."""
        if reading.emotion in ("neutral", "gratitude") or reading.intensity < self.levels["light"]:
            return "none"
        return "strong" if reading.intensity >= self.levels["strong"] else "light"

    def felt(self, reading: Reading, trend: Trend) -> Reading:
        """The feeling to answer: what a message says, or the frustration in what its writer does where that is more.

        Thanks, danger and a worry that shows are left as they read.
        """
        shown = self.behaviour.together(trend.behaviours)
        said = 0 if reading.emotion == "neutral" else reading.intensity
        if shown <= said or reading.emotion == "gratitude" or reading.crisis.tier:
            return reading
        if self.level(reading) == "none":
            return replace(reading, emotion="frustration", intensity=shown)
        return replace(reading, intensity=shown) if reading.emotion in FRUSTRATION_FAMILY else reading

    def acknowledgement(self, reading: Reading) -> str | None:
        """The response that acknowledges the feeling, or None where there is nothing to acknowledge."""
        wording = self.wordings.get(reading.emotion, {}).get(self.level(reading))
        return f"utter_acknowledge_{reading.emotion}_{wording}" if wording else None

    def queue(self, request: Request) -> Queue:
        """Where a handoff waits."""
        return routing.choose(self.queues, request)

    @property
    def safety(self) -> Queue:
        """Where a handoff waits of which no more is known than that it is for safety."""
        return self.queue(Request("safety"))

    def pursues(self, purpose: Purpose) -> bool:
        """Whether a purpose is pursued at all; if not, nobody is asked about it."""
        return self.quotes or purpose != "quotes"

    def adapt_mode(self, country: str | None) -> Literal["notice", "opt_in"]:
        """Whether adapting the answer needs a yes in the customer's country."""
        return "opt_in" if country in self.opt_in_countries else self.adapt


@lru_cache(maxsize=4)
def load(path: Path = LAYER / "protocol.yml") -> Protocol:
    """Read and check protocol.yml; raises InvalidFile with file and line."""
    data = designer_file.load(path, SCHEMA)
    _require_order(data, path)
    consent = cast("Mapping[str, object]", data["consent"])
    queues = tuple(map(routing.queue, cast("list[Mapping[str, Any]]", data["queues"])))
    return Protocol(
        voice=Voice(**cast("Mapping[str, Any]", data["voice"])),
        levels=cast("Mapping[str, int]", data["levels"]),
        wordings=cast("Mapping[Emotion, Mapping[Level, str]]", data["acknowledge"]),
        acknowledge_again_after=cast("int", data["acknowledge_again_after"]),
        behaviour=_weights(cast("Mapping[str, object]", data["behaviour"])),
        offer_person_after_strong_turns=cast("int", data["offer_person_after_strong_turns"]),
        person_mandatory_from_tier=cast("int", data["person_mandatory_from_tier"]),
        crisis=CrisisConduct(**cast("Mapping[str, Any]", data["crisis"])),
        person_after_abusive_messages=cast("int", data["person_after_abusive_messages"]),
        queues=queues,
        surge_from=cast("int | None", data["surge_from"]),
        hours=read_hours.read(data, (line.queue for line in queues), path),
        adapt=cast("Literal['notice', 'opt_in']", consent["adapt"]),
        opt_in_countries=frozenset(cast("list[str]", consent["opt_in_countries"])),
        ask_again_after_days=cast("int", consent["ask_again_after_days"]),
        quotes=consent.get("quotes") == "opt_in",
        safety_passed_on=bool(cast("Mapping[str, object]", data["safety_without_consent"])["pass_on"]),
        retention=cast("Mapping[str, int]", data["retention"]),
        hash=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _require_order(data: Mapping[str, object], path: Path) -> None:
    levels = cast("Mapping[str, int]", data["levels"])
    if levels["light"] >= levels["strong"]:
        line = designer_file.line_of(data, ["levels", "strong"])
        raise InvalidFile(path, line, f"levels.strong: {levels['strong']} is not above light, which is "
                                      f"{levels['light']}; write a number above it")


def _weights(data: Mapping[str, object]) -> Weights:
    return Weights(
        intensities={each: cast("int", data[each]) for each in BEHAVIOURS},
        each_further=cast("int", data["each_further"]),
        may_repeat=frozenset(cast("list[str]", data["may_repeat"])),
    )
