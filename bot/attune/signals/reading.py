"""What one turn shows. Shares are per-mille integers: the audit's bytes hold no floats (AUD-1)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, TypedDict, cast, get_args

Emotion = Literal["neutral", "confusion", "frustration", "anger", "anxiety", "sadness", "gratitude"]
EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
Kind = Literal["suicide", "self_harm", "abuse_danger", "medical_emergency", "threat_to_others"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FRUSTRATION_FAMILY: frozenset[Emotion] = frozenset({"confusion", "frustration", "anger"})
DISTRESS_FAMILY: frozenset[Emotion] = frozenset({"anxiety", "sadness"})

KEY = "attune"
"""The key of a Reading in Rasa's message, and so in `parse_data`."""


@dataclass(frozen=True)
class Cue:
    """A span of the message (character offsets, end exclusive) and the id of the pattern that found it."""

    start: int
    end: int
    text_id: str


@dataclass(frozen=True)
class Crisis:
    """Tier 0 none, 1 possible, 2 stated intent, plan, time or act under way. Routing only (CRI-10)."""

    tier: int = 0
    kinds: tuple[Kind, ...] = ()
    score: int = 0


class ReadingDict(TypedDict):
    """The Reading as it travels through Rasa."""

    emotion: Emotion
    intensity: int
    scores: dict[str, int]
    crisis: dict[str, object]
    wants_person: bool
    declines_person: bool
    abusive: bool
    asks_if_human: bool
    jest: bool
    cues: list[dict[str, object]]
    reader: str
    unread: str | None


@dataclass(frozen=True)
class Reading:
    """Emotion and its intensity (0-1000), score per emotion (0-1000), crisis, wishes, and the cues that say why."""

    emotion: Emotion = "neutral"
    intensity: int = 0
    scores: Mapping[Emotion, int] = field(default_factory=dict)
    crisis: Crisis = Crisis()
    wants_person: bool = False
    declines_person: bool = False
    """The words name a person and ask for none: they decline one, or tell of one."""
    abusive: bool = False
    asks_if_human: bool = False
    jest: bool = False
    """A figure of speech about dying or killing; never beside a crisis of tier 1 or 2."""
    cues: tuple[Cue, ...] = ()
    reader: str = ""
    unread: str | None = None
    """The language (ISO 639-1) of a message that was not understood: such a message is not known to be calm."""

    def as_dict(self) -> ReadingDict:
        """The Reading as plain JSON data."""
        return cast("ReadingDict", {
            **asdict(self),
            "scores": dict(self.scores),
            "crisis": {**asdict(self.crisis), "kinds": list(self.crisis.kinds)},
            "cues": [asdict(cue) for cue in self.cues],
        })


NEUTRAL = Reading()


def from_dict(data: Mapping[str, object] | None) -> Reading:
    """Read a Reading back; anything missing is neutral, so an unread message never looks like a feeling."""
    if not data:
        return Reading()
    crisis = cast("Mapping[str, object]", data.get("crisis") or {})
    return Reading(
        emotion=cast("Emotion", data.get("emotion", "neutral")),
        intensity=cast("int", data.get("intensity", 0)),
        scores=cast("Mapping[Emotion, int]", data.get("scores") or {}),
        crisis=Crisis(
            tier=cast("int", crisis.get("tier", 0)),
            kinds=tuple(cast("list[Kind]", crisis.get("kinds") or ())),
            score=cast("int", crisis.get("score", 0)),
        ),
        wants_person=bool(data.get("wants_person")),
        declines_person=bool(data.get("declines_person")),
        abusive=bool(data.get("abusive")),
        asks_if_human=bool(data.get("asks_if_human")),
        jest=bool(data.get("jest")),
        cues=tuple(Cue(**cue) for cue in cast("list[dict[str, int]]", data.get("cues") or ())),  # type: ignore[arg-type]
        reader=cast("str", data.get("reader", "")),
        unread=cast("str | None", data.get("unread")),
    )
