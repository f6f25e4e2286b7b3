"""What stands above a page while danger is open: alarms, each with its message, and cases nobody is told of (HND-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from attune.channel.mailbox import Letter
from attune.desk import undelivered
from attune.desk.room import Room
from attune.desk.visitor import Visitor
from attune.handoff.alarms import Alarm
from attune.handoff.desks.builtin import Case
from attune.handoff.pages import Cause, overdue


@dataclass(frozen=True)
class Shown:
    """An open alarm on a page; `letter`: the message it is about, `given_back`: no person has the conversation now."""

    alarm: Alarm
    agent: str | None
    here: bool
    given_back: bool
    may_answer: bool
    topic: str | None = None
    letter: Letter | None = None


@dataclass(frozen=True)
class Board:
    """The open alarms that concern the viewer; `unpaged`: what supervisors hear of here, with the minutes waited."""

    alarms: Sequence[Shown] = ()
    unpaged: Sequence[tuple[Cause, int]] = ()


def board(room: Room, viewer: Visitor, here: Case | None = None, cases: Sequence[Case] | None = None) -> Board:
    """The board above one conversation's page, or above the queue; `cases`: all open ones, where they are known."""
    unseen = room.alarms.unseen()
    uncalled, now = viewer.may("supervise") and room.supervisor is None, room.clock()
    stuck = undelivered.causes(room.engine, now) if viewer.may("supervise") else []
    if not unseen and not uncalled and not stuck:
        return Board()
    cases = room.desk.queue() if cases is None else cases
    late = overdue(room.waits.line(), unseen, answer_within(room), now) if uncalled else []
    return Board([_with_letter(room, one) for one in _shown(unseen, cases, viewer, here)],
                 [(cause, cause.minutes(now)) for cause in _longest([*late, *stuck])])


def answer_within(room: Room) -> float:
    """Seconds in which danger has to be answered, as protocol.yml says."""
    return 60.0 * room.protocol.safety.answer_within


def concerned(alarms: Iterable[Alarm], letters: Sequence[Letter]) -> frozenset[int]:
    """The ids of the letters the alarms are about."""
    found = (about(alarm, letters) for alarm in alarms)
    return frozenset(letter.id for letter in found if letter)


def about(alarm: Alarm, letters: Sequence[Letter]) -> Letter | None:
    """The customer's last letter before the message was judged; the nearest where clocks disagree."""
    written = [letter for letter in letters if letter.sender == "customer"]
    before = [letter for letter in written if letter.at <= alarm.at]
    return min(before or written, key=lambda letter: abs(letter.at - alarm.at), default=None)


def _shown(unseen: Iterable[Alarm], cases: Sequence[Case], viewer: Visitor, here: Case | None) -> list[Shown]:
    known = {case.conversation_id: case for case in cases}
    found = []
    for alarm in unseen:
        case = known.get(alarm.conversation_id)
        owner, topic = (case.owner, case.packet["wants"]["label"]) if case else (None, None)
        is_here = here is not None and alarm.conversation_id == here.conversation_id
        is_mine = owner is not None and owner.kind == "agent" and owner.agent == viewer.name
        may_answer = is_mine or viewer.may("supervise")
        if is_here or may_answer:
            found.append(Shown(alarm, owner.agent if owner else None, is_here, owner is None, may_answer, topic))
    return sorted(found, key=lambda one: not one.here)


def _with_letter(room: Room, one: Shown) -> Shown:
    if not (one.here or one.given_back):
        return one
    letters = room.mailbox.since(one.alarm.conversation_id)
    return replace(one, letter=about(one.alarm, letters))


def _longest(late: Sequence[Cause]) -> list[Cause]:
    """The cause of each kind that has waited longest."""
    first: dict[str, Cause] = {}
    for cause in sorted(late, key=lambda cause: cause.opened):
        first.setdefault(cause.kind, cause)
    return list(first.values())
