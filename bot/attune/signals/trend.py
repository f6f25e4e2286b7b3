"""What a customer does from turn to turn: frustration shows in it even where the words stay calm.

Only what was written is looked at, never how fast it was typed or when (BND-5).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal, get_args

from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Emotion

Direction = Literal["rising", "settling", "steady"]
Behaviour = Literal["repeated_request", "form_wrong_again", "fallback_again", "shouting", "form_left"]
BEHAVIOURS: tuple[Behaviour, ...] = get_args(Behaviour)

NO_REQUEST = frozenset({
    "express_frustration", "express_distress", "disclose_crisis", "request_human", "ask_if_human", "attune_consent",
    "attune_handed_back", "attune_carry_on", "attune_export", "attune_forget", "attune_call_back",
    "attune_offer_call_back", "attune_rating", "nlu_fallback",
})
"""Intents that are never a request repeated: the layer's own, and what was not understood."""

LOOKED_BACK = 2
"""So many turns before, a request may stand that is made again."""

REMEMBERED = 4
"""The turns a direction is read from, the present one included."""

NOTICEABLE = 100
"""How much intensity must differ for a direction (per mille)."""

WORDS = 3
LETTERS = 12
CAPITALS = 0.7
"""The share of a message's letters that makes capitals more than an abbreviation or two."""


@dataclass(frozen=True)
class Turn:
    """What the trend looks at of one message of the customer's.

    `active_form` and `asked_slot` as they were when the message came. `answered`: the form found an answer in it,
    right or wrong. `left_form`: in this turn the form was given up, not finished. `fallback`: it was not understood.
    """

    text: str = ""
    intent: str | None = None
    entities: tuple[tuple[str, str], ...] = ()
    emotion: Emotion = "neutral"
    intensity: int = 0
    fallback: bool = False
    active_form: str | None = None
    asked_slot: str | None = None
    answered: bool = False
    left_form: bool = False


@dataclass(frozen=True)
class Weights:
    """How strongly each behaviour counts as frustration (per mille; 0: not at all), and intents anybody may repeat."""

    intensities: Mapping[Behaviour, int] = field(default_factory=lambda: dict.fromkeys(BEHAVIOURS, 400))
    each_further: int = 100
    may_repeat: frozenset[str] = frozenset()

    def together(self, behaviours: Sequence[Behaviour]) -> int:
        """The strongest, and `each_further` for every other one; at most 1000."""
        strengths = [self.intensities.get(each, 0) for each in behaviours]
        return min(1000, max(strengths) + self.each_further * (len(strengths) - 1)) if strengths else 0


@dataclass(frozen=True)
class Trend:
    """Where the customer's mood is going, and what of the present turn's conduct shows frustration.

    `rising`: what had shown before has grown, and is at its strongest now. `settling`: it has become less.
    """

    direction: Direction = "steady"
    behaviours: tuple[Behaviour, ...] = ()


STEADY = Trend()
EVEN = Weights()


def trend(turns: Sequence[Turn], weights: Weights = EVEN) -> Trend:
    """Look at the customer's turns, oldest first; the last one is the present one."""
    if not turns or not _said_something(turns[-1]):
        return STEADY
    said = [turn for turn in turns if _said_something(turn)]
    ends = range(max(1, len(said) - REMEMBERED + 1), len(said) + 1)
    return Trend(
        _direction([_hardness(said[:end], weights) for end in ends]),
        _behaviours(said, weights),
    )


def _said_something(turn: Turn) -> bool:
    return bool(turn.text.strip() or turn.intent)


def _hardness(turns: Sequence[Turn], weights: Weights) -> int:
    hard = turns[-1].emotion in FRUSTRATION_FAMILY | DISTRESS_FAMILY
    return max(turns[-1].intensity if hard else 0, weights.together(_behaviours(turns, weights)))


def _direction(hardness: Sequence[int]) -> Direction:
    *earlier, now = hardness
    shown = [each for each in earlier if each]
    if shown and now > max(shown) and now - min(shown) >= NOTICEABLE:
        return "rising"
    if shown and max(shown) - now >= NOTICEABLE and now <= earlier[-1]:
        return "settling"
    return "steady"


def _behaviours(turns: Sequence[Turn], weights: Weights) -> tuple[Behaviour, ...]:
    return tuple(each for each in BEHAVIOURS if weights.intensities.get(each) and _SHOWS[each](turns, weights))


def _repeated_request(turns: Sequence[Turn], weights: Weights) -> bool:
    *earlier, now = turns
    for before in reversed(earlier[-LOOKED_BACK:]):
        if before.left_form:  # what somebody stopped is begun anew, not asked again
            return False
        same = (before.intent, set(before.entities)) == (now.intent, set(now.entities))
        if same and _is_request(before, weights) and _is_request(now, weights):
            return True
    return False


def _is_request(turn: Turn, weights: Weights) -> bool:
    return (
        turn.intent is not None
        and turn.intent not in NO_REQUEST | weights.may_repeat
        and turn.active_form is None
        and sum(any(map(str.isalnum, token)) for token in turn.text.split()) >= WORDS
    )


def _form_wrong_again(turns: Sequence[Turn], _: Weights) -> bool:
    *earlier, now = turns
    question = (now.active_form, now.asked_slot)
    asked = takewhile(lambda turn: (turn.active_form, turn.asked_slot) == question, reversed(earlier))
    return None not in question and any(turn.answered for turn in asked)


def _fallback_again(turns: Sequence[Turn], _: Weights) -> bool:
    return len(turns) > 1 and all(turn.fallback for turn in turns[-2:])


def _form_left(turns: Sequence[Turn], _: Weights) -> bool:
    return any(turn.left_form for turn in turns[-2:])


def _shouting(turns: Sequence[Turn], _: Weights) -> bool:
    now = turns[-1]
    words = [token for token in now.text.split() if _is_word(token)]
    cased = [char for char in "".join(words) if char.isupper() or char.islower()]
    loud = sum(char.isupper() for char in cased)
    if now.asked_slot and "!" not in now.text:  # names and addresses are often given in capitals
        return False
    return (
        sum(word.upper() == word for word in words) >= WORDS
        and loud >= LETTERS
        and loud >= CAPITALS * len(cased)
    )


def _is_word(token: str) -> bool:
    """Not a code, an order number, an address on the web or letters nobody can say."""
    letters = re.sub(r"['’]", "", token.strip("!?.,;:…\"“”()*'’"))
    return letters.isalpha() and (not letters.isascii() or re.search("[aeiouy]", letters.lower()) is not None)


_SHOWS: Mapping[Behaviour, Callable[[Sequence[Turn], Weights], bool]] = {
    "repeated_request": _repeated_request,
    "form_wrong_again": _form_wrong_again,
    "fallback_again": _fallback_again,
    "shouting": _shouting,
    "form_left": _form_left,
}
