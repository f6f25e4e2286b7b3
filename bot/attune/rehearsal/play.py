"""Plays one conversation against an assistant, up to its first problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from attune.errors import AttuneError
from attune.rehearsal.judge import Judge, plain
from attune.rehearsal.script import Bubble, Conversation, Step


class Stage(Protocol):
    """Where it is played: a running assistant and its desk."""

    def say(self, customer: str, words: str, conversation: Conversation, *, names: bool) -> Sequence[Bubble]:
        """What the bot answers; with the names of its responses if `names`."""

    def desk(self, customer: str, act: str) -> Sequence[Bubble]:
        """What the customer is sent after a person claims or releases the conversation."""

    def reply(self, customer: str, words: str) -> Sequence[Bubble]:
        """What the customer is sent after a person wrote."""


@dataclass(frozen=True)
class Line:
    """One line of the dialogue, by whom."""

    who: str
    text: str


@dataclass
class Played:
    """How a conversation went, under which customer's id, and the step with the problems."""

    conversation: Conversation
    customer: str
    dialogue: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    stopped: Step | None = None
    offered: Mapping[str, str] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether all went as written."""
        return not self.problems

    @property
    def expected(self) -> bool:
        """Whether it went as written, or failed where that is known (`not yet`)."""
        return self.held == (self.conversation.not_yet is None)


class Unreachable(AttuneError):
    """There is no assistant to rehearse with; no conversation can go on."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"No assistant answers at {url} ({problem}). Start it with `attune up`.")


class NoButton(AttuneError):
    """A conversation presses a button that was not shown."""

    def __init__(self, title: str, shown: Sequence[str]) -> None:
        super().__init__(f"press: no button “{title}” was shown; shown so far: {', '.join(shown) or 'none'}")


def play(conversation: Conversation, customer: str, stage: Stage, judge: Judge) -> Played:
    """Play it to the end, or to the first step whose answer is not as written; raises Unreachable."""
    played = Played(conversation, customer)
    for step in conversation.steps:
        try:
            answer = _take(step, played, stage)
            played.problems = list(judge.problems(step.expected, answer))
        except Unreachable:
            raise
        except AttuneError as problem:
            played.problems = [str(problem)]
        if played.problems:
            played.stopped = step
            break
    return played


def _take(step: Step, played: Played, stage: Stage) -> Sequence[Bubble]:
    played.dialogue.append(Line("customer" if step.doing in ("customer", "press") else "desk", _shown(step)))
    answer = _act(step, played, stage)
    buttons = [button for bubble in answer for button in bubble.buttons]
    played.offered = {**played.offered, **{plain(button.title): button.payload for button in buttons}}
    played.dialogue += [Line(bubble.sender, _bubble(bubble)) for bubble in answer]
    return answer


def _act(step: Step, played: Played, stage: Stage) -> Sequence[Bubble]:
    if step.doing == "desk":
        return stage.desk(played.customer, step.words)
    if step.doing == "desk says":
        return stage.reply(played.customer, step.words)
    words = step.words
    if step.doing == "press":
        if plain(words) not in played.offered:
            raise NoButton(words, list(played.offered))
        words = played.offered[plain(words)]
    names = any(check.kind == "response" for check in step.expected.checks())
    return stage.say(played.customer, words, played.conversation, names=names)


def _shown(step: Step) -> str:
    return {"press": f"[{step.words}]", "desk": f"({step.words}s the conversation)"}.get(step.doing, step.words)


def _bubble(bubble: Bubble) -> str:
    buttons = "".join(f" [{button.title}]" for button in bubble.buttons)
    return f"{bubble.text}{buttons}" + (f" ({bubble.response})" if bubble.response else "")
