"""Tells those who wait: their place, that nobody came in time, and that they can be called back."""

from collections.abc import Sequence
from datetime import datetime, timezone

from attune.channel.mailbox import Letter
from attune.desk.room import Room
from attune.handoff import wait
from attune.handoff.transfers import SAFETY
from attune.handoff.wait import Waiting
from attune.policy import waiting


def tell_waiting(room: Room) -> None:
    """Tell everybody who waits what is new for them (I6, HND-2, HND-3).

    While nobody is there, which customers were told, nothing is said. A customer in danger goes before all others, so
    they hear of no place, and are never put off with being called back. In a surge no place would hold; none is told.
    """
    waits, now, hours = room.waits, room.clock(), room.protocol.hours
    line = waits.line()
    surges = wait.surges(len(line), room.protocol.surge_from)
    for ahead, one in enumerate(line):
        there = waiting.back(one.queue, hours, datetime.fromtimestamp(now, timezone.utc)) is None
        if there and one.told_late is None and wait.is_late(one, hours, now):
            waits.told_late(one, room.wordings["notices"]["still_waiting"], now)
        if one.reason == SAFETY:
            continue
        if there and not surges and wait.worth_telling(one, ahead, now):
            _tell_place(room, line, ahead, now)
        if one.offered is None and wait.too_long(one, hours, now):
            waits.offer_call_back(one, now)


def _tell_place(room: Room, line: Sequence[Waiting], ahead: int, now: float) -> None:
    """A letter for the quiet line of the chat page; elsewhere it would be one message more every few minutes."""
    one = line[ahead]
    known = room.waits.expected(one.queue, line, room.protocol.hours, now)
    words = f"{wait.place_in_words(ahead)} {wait.wait_in_words(known)}"
    letter = Letter(0, one.conversation_id, f"place-{one.handoff_id}-{now:.0f}", "notice", words, now,
                    data={"place": ahead})
    room.waits.told(one.handoff_id, ahead, now, letter)
