"""Listens to the audit for danger in conversations a person has, and raises the alarm (HND-5, CRI-1).

Rasa's event stream is the one source, so an alarm depends on neither the action server nor the courier (CRI-8).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from attune.audit.record import Record, Seal
from attune.desk.room import Room

ALERTED = "person_alerted"
"""The row of the decision table for a message of danger to a person who has the conversation."""
STRIDE = 200
"""So many quiet rows of the ledger are looked at again, rather than writing the place down after every single one."""

Heard = Callable[[int], tuple[list[Record], int]]
"""From a place in the ledger on: the Records of ALERTED, and the place to go on from (`news.decisions`)."""


def look(room: Room, heard: Heard, seal: Seal) -> int:
    """Raise an alarm for every Record that none was raised for; returns how many. Several may look at once."""
    start = room.alarms.place()
    told, end = heard(start)
    unknown = room.alarms.unknown(record.id for record in told)
    found = list(_whose([record for record in told if record.id in unknown], room.alarms.conversations(), seal))
    raised = sum(
        room.alarms.sound(conversation_id, record.id, at=record.at / 1_000_000, now=room.clock())
        for conversation_id, record in found if _may_be_told(room, conversation_id)
    )
    if told or not start <= end < start + STRIDE:
        room.alarms.move(end)
    return raised


def _whose(records: Sequence[Record], conversations: Iterable[str], seal: Seal) -> Iterator[tuple[str, Record]]:
    """Each Record with the conversation its pseudonym stands for; no more pseudonyms are made than needed."""
    wanted: dict[str | None, list[Record]] = {}
    for record in records:
        wanted.setdefault(record.conversation, []).append(record)
    for conversation_id in conversations if wanted else ():
        for record in wanted.pop(seal.pseudonym(conversation_id), ()):
            yield conversation_id, record
        if not wanted:
            return


def _may_be_told(room: Room, conversation_id: str) -> bool:
    """With protocol.yml's switch off, agents hear of danger only with the customer's yes (as in the packet)."""
    if room.protocol.safety_passed_on:
        return True
    case = room.desk.case(conversation_id)
    return case is not None and case.packet["consent"]["agent"] == "granted"
