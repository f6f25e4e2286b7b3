"""A conversation as it was written down: what is said and done, and what the answer must hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["words", "response", "re", "button", "help line", "emergency", "any of"]
Doing = Literal["customer", "press", "desk", "desk says"]


@dataclass(frozen=True)
class Check:
    """One thing to look for; `any of` holds others in `among`, of which one is enough."""

    kind: Kind
    value: str = ""
    among: tuple["Check", ...] = ()


@dataclass(frozen=True)
class Expected:
    """What the answer to one step must and must not hold; empty where nothing is asked of it."""

    must: tuple[Check, ...] = ()
    must_not: tuple[Check, ...] = ()
    first: tuple[Check, ...] = ()
    last: tuple[Check, ...] = ()
    bubbles: int | None = None
    words: int | None = None

    def checks(self) -> Iterator[Check]:
        """Every check, those among `any of` included."""
        for check in (*self.must, *self.must_not, *self.first, *self.last):
            yield check
            yield from check.among


@dataclass(frozen=True)
class Step:
    """Somebody says or does something; `file` and `line` are where it stands."""

    doing: Doing
    words: str
    expected: Expected
    file: str
    line: int


@dataclass(frozen=True)
class Conversation:
    """One conversation, all placeholders filled in; `about` travels with each message of the customer.

    `not_yet`: why the assistant does not do this so far, where that is known.
    """

    name: str
    file: str
    line: int
    steps: tuple[Step, ...]
    about: Mapping[str, object]
    channel: str | None = None
    not_yet: str | None = None


@dataclass(frozen=True)
class Button:
    """An answer offered, and what pressing it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Bubble:
    """One message to the customer; `response` is the wording's name where it is known."""

    text: str
    buttons: tuple[Button, ...] = ()
    response: str | None = None
    sender: str = "bot"
