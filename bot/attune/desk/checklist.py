"""What an agent confirms before the first reply in a case that was strong, or is about safety. The lines are data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attune.channel.mailbox import Letter
from attune.errors import AttuneError
from attune.handoff.desks.builtin import Case
from attune.handoff.transfers import SAFETY
from attune.policy.protocol import Protocol


class NotChecked(AttuneError):
    """The first reply came before every line of the checklist was ticked."""

    def __init__(self) -> None:
        super().__init__("Tick every line above the reply first. Go back: nothing was sent, your words are there.")


def due(case: Case, letters: Iterable[Letter], protocol: Protocol, wordings: Mapping[str, Any]) -> Sequence[str]:
    """The lines to tick before whoever has the case may write; none once they have written, or where it is calm."""
    lines = _lines(case, protocol, wordings["checklist"])
    return () if lines and has_begun(case, letters) else lines


def has_begun(case: Case, letters: Iterable[Letter]) -> bool:
    """Whether whoever has the case has written since they took it."""
    owner = case.owner
    return any(letter.sender == "person" and letter.name == owner.agent and letter.at >= owner.since
               for letter in letters)


def require(lines: Sequence[str], ticked: Iterable[str]) -> None:
    """Raise NotChecked unless the numbers (from 0) of all lines were sent along."""
    if {str(number) for number in range(len(lines))} - set(ticked):
        raise NotChecked


def _lines(case: Case, protocol: Protocol, lines: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if case.packet["reason"] == SAFETY:
        return lines["safety"]
    return lines["strong"] if is_strong(case, protocol) else ()


def is_strong(case: Case, protocol: Protocol) -> bool:
    """Whether it was strong, as far as the customer lets an agent see it: without a yes there is no context (HND-4)."""
    peak = case.packet.get("context", {}).get("peak")
    return bool(peak) and peak["intensity"] >= protocol.levels["strong"]
