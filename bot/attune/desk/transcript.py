"""What is marked in a conversation's transcript: danger, where it was worst, and what may be said to be read wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attune.channel.mailbox import Letter
from attune.desk import board
from attune.handoff.alarms import Alarm
from attune.handoff.desks.builtin import Case
from attune.handoff.transfers import SAFETY


@dataclass(frozen=True)
class Marks:
    """Ids of letters: `concerned` may be about danger, at `peak` it was worst, as the words of `cue` show.

    `corrigible`: whether customers' letters carry the control that says they were read wrong.
    """

    concerned: frozenset[int] = frozenset()
    peak: int | None = None
    cue: str = ""
    corrigible: bool = False

    def ids(self) -> frozenset[int]:
        """Every letter that looks different because of them."""
        return self.concerned | ({self.peak} if self.peak is not None else set())

    def may_correct(self, letter: Letter) -> bool:
        """Whether the letter may be corrected here; danger is for `attune train-data`, which asks for its tier."""
        return self.corrigible and letter.sender == "customer" and letter.id not in self.concerned

    def parts(self, letter: Letter) -> tuple[str, str, str]:
        """The letter's words before the cue, the cue itself, and those after it; the cue is empty elsewhere."""
        return letter.text.partition(self.cue) if letter.id == self.peak else (letter.text, "", "")


def marks(case: Case, alarms: Iterable[Alarm], letters: Sequence[Letter], *, may_keep: bool) -> Marks:
    """The marks of a case; `may_keep`: the customer agreed that their words be kept for quality."""
    cue = _cue(case)
    alarms = list(alarms)
    return Marks(board.concerned(alarms, letters), _peak(letters, cue), cue,
                 corrigible=may_keep and not alarms and case.packet["reason"] != SAFETY)


def _cue(case: Case) -> str:
    """The customer's words where it was worst, if they let an agent see them (CON-2)."""
    peak = case.packet.get("context", {}).get("peak")
    return str((peak or {}).get("cue") or "")


def _peak(letters: Iterable[Letter], cue: str) -> int | None:
    """The newest of the customer's letters with these words: older ones may be of another session."""
    said = [letter.id for letter in letters if letter.sender == "customer" and cue in letter.text] if cue else []
    return said[-1] if said else None
