"""Judges one answer: what is missing, what should not be there, what is too much. Each problem is a sentence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attune.errors import AttuneError
from attune.rehearsal.script import Bubble, Check, Expected
from attune.reply.resources import HelpLine, Registry, Resources, choose, in_words

STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


class UnknownHelpLine(AttuneError):
    """A conversation names a help line that the registry does not hold."""

    def __init__(self, name: str, registry: Registry) -> None:
        known = ", ".join(entry.id for entry in registry.entries)
        super().__init__(f"There is no help line {name} in {registry.path.name}. There are: {known}")


@dataclass(frozen=True)
class Judge:
    """Looks at answers; help lines are named by their id, so that no number stands in a conversation (L17)."""

    registry: Registry

    def problems(self, expected: Expected, answer: Sequence[Bubble]) -> Iterator[str]:
        """Everything that is wrong with an answer."""
        yield from (f"must: {told(check)}" for check in expected.must if not self.shows(check, answer))
        yield from (f"must not: {told(check)}" for check in expected.must_not if self.hints(check, answer))
        yield from (f"first: {told(check)}" for check in expected.first if not self.shows(check, answer[:1]))
        yield from (f"last: {told(check)}" for check in expected.last if not self.shows(check, answer[-1:]))
        yield from _too_much(expected, answer)

    def shows(self, check: Check, answer: Sequence[Bubble]) -> bool:
        """Whether the answer holds what is looked for; a help line in full, with its name and how to reach it."""
        if check.kind == "any of":
            return any(self.shows(each, answer) for each in check.among)
        if check.kind == "help line":
            return plain(in_words(Resources((self._entry(check.value),), None))) in _text(answer)
        return self._shows(check, answer)

    def hints(self, check: Check, answer: Sequence[Bubble]) -> bool:
        """Whether the answer holds anything of it; of a help line one way to reach it is enough."""
        if check.kind == "any of":
            return any(self.hints(each, answer) for each in check.among)
        if check.kind == "help line":
            entry = self._entry(check.value)
            ways = filter(None, (entry.call, entry.text, entry.chat, entry.web))
            return any(_holds_number(plain(way), _text(answer)) for way in ways)
        return self._shows(check, answer)

    def _shows(self, check: Check, answer: Sequence[Bubble]) -> bool:
        if check.kind == "response":
            return any(is_response(bubble.response, check.value) for bubble in answer)
        if check.kind == "button":
            return any(plain(button.title) == plain(check.value) for bubble in answer for button in bubble.buttons)
        if check.kind == "emergency":
            number = choose(check.value, self.registry).emergency
            return number is not None and _holds_number(plain(number), _text(answer))
        if check.kind == "re":
            return re.search(check.value, _text(answer), re.IGNORECASE) is not None
        return plain(check.value) in _text(answer)

    def _entry(self, name: str) -> HelpLine:
        found = next((entry for entry in self.registry.entries if entry.id == name), None)
        if found is None:
            raise UnknownHelpLine(name, self.registry)
        return found


def is_response(name: str | None, wanted: str) -> bool:
    """Whether a wording is the one wanted or one of its family: utter_crisis_help names both of its kinds."""
    return name is not None and (name == wanted or name.startswith(f"{wanted}_"))


def plain(text: str) -> str:
    """Text as it is compared: small letters, straight quotation marks, single spaces."""
    return " ".join(text.translate(STRAIGHT).casefold().split())


def told(check: Check) -> str:
    """A check in words."""
    if check.kind == "any of":
        return " or ".join(told(each) for each in check.among)
    return f"“{check.value}”" if check.kind == "words" else f"{check.kind} {check.value}"


def _text(answer: Sequence[Bubble]) -> str:
    return "\n".join(plain(bubble.text) for bubble in answer)


def _holds_number(number: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(number)}(?!\w)", text) is not None


def _too_much(expected: Expected, answer: Sequence[Bubble]) -> Iterator[str]:
    if expected.bubbles is not None and len(answer) > expected.bubbles:
        yield f"at most {expected.bubbles} bubbles" if expected.bubbles else "the bot is silent"
    longest = max((len(bubble.text.split()) for bubble in answer), default=0)
    if expected.words is not None and longest > expected.words:
        yield f"at most {expected.words} words in a bubble, but one has {longest}"
