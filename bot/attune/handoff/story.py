"""What an agent wants to know of the turns so far: what was asked, tried, promised, and how it went."""

import re
from collections.abc import Iterable, Sequence
from typing import TypedDict

from attune.handoff.data import load, pattern
from attune.handoff.redact import redact
from attune.handoff.turns import Turn, is_layer_response
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Reading

REQUESTS_QUOTED = 3


class Wants(TypedDict):
    """The customer's request: latest business intent, its label, and the words of the last requests (redacted)."""

    intent: str | None
    label: str | None
    words: list[str]


class Point(TypedDict):
    """One turn on the trajectory; intensity 0-1000."""

    turn: int
    emotion: str
    intensity: int


class Peak(Point):
    """The turn where it was worst, and the customer's words that show it."""

    cue: str | None


def wants(turns: Sequence[Turn]) -> Wants:
    """What the customer is here for; messages of pure feeling or about the layer itself are no requests (CON-5)."""
    labels = load("labels.yml")
    asked = [turn for turn in turns if turn.intent and not pattern(labels["layer_intents"]).fullmatch(turn.intent)]
    business = [turn for turn in asked if not pattern(labels["small_talk"]).fullmatch(str(turn.intent))]
    intent = business[-1].intent if business else None
    words = [redact(turn.words) for turn in business or asked if turn.words]
    return {"intent": intent, "label": intent and label(intent, "intents"), "words": words[-REQUESTS_QUOTED:]}


def label(name: str, kind: str) -> str | None:
    """An intent's or action's name in plain words; None for what an agent need not see."""
    for expression, words in load("labels.yml")[kind]:
        match = pattern(expression).fullmatch(name)
        if match:
            groups = (re.sub(r"[_/]+", " ", group or "").strip() for group in match.groups())
            return str(words).format(*groups) if words else None
    return name


def tried(turns: Iterable[Turn]) -> list[dict[str, object]]:
    """The host's actions turn by turn in plain words, with those that could not be carried out marked."""
    found: list[dict[str, object]] = []
    for turn in turns:
        for step in turn.steps:
            words = None if is_layer_response(step.action) else label(step.action, "actions")
            item: dict[str, object] = {"turn": turn.number, "label": words, "failed": step.failed}
            if words and item not in found:
                found.append(item)
    return found


def promised(turns: Iterable[Turn]) -> list[dict[str, object]]:
    """Sentences that commit somebody, told by the signs in `promises.yml`; `by` is bot or person."""
    return [
        {"turn": turn.number, "text": redact(sentence), "by": "person" if spoken.by_person else "bot"}
        for turn in turns for spoken in turn.spoken if not is_layer_response(spoken.response)
        for sentence in _sentences(spoken.text) if _commits(sentence)
    ]


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in re.split(r"(?<=[.!?])\s+|\n+", text) if sentence.strip()]


def _commits(sentence: str) -> bool:
    return any(pattern(sign).search(sentence) for sign in load("promises.yml")["signs"])


def trajectory(turns: Iterable[Turn]) -> list[Point]:
    """How each turn read that somebody read; the others are left out, never drawn as calm."""
    return [{"turn": turn.number, "emotion": turn.reading.emotion, "intensity": turn.reading.intensity}
            for turn in turns if turn.reading]


def peak(turns: Sequence[Turn]) -> Peak | None:
    """The turn of strongest frustration or distress (the first, if several) with its longest cue."""
    hard = [(turn, turn.reading) for turn in turns
            if turn.reading and turn.reading.emotion in FRUSTRATION_FAMILY | DISTRESS_FAMILY]
    if not hard:
        return None
    turn, reading = max(hard, key=lambda pair: pair[1].intensity)
    return {"turn": turn.number, "emotion": reading.emotion, "intensity": reading.intensity,
            "cue": _cue(turn.words, reading)}


def _cue(words: str, reading: Reading) -> str | None:
    safe = redact(words)
    quotes = [words[cue.start:cue.end] for cue in reading.cues]
    return max((quote for quote in quotes if quote and quote in safe), key=len, default=None)  # no halves of a number
