"""Lets agents read along on Rasa's other channels; Rasa is asked only where its event stream shows something new."""

from collections import deque
from collections.abc import Callable, Collection, Mapping

from attune.audit.record import Seal
from attune.desk.room import Room
from attune.handoff import overheard
from attune.handoff.overheard import OWN_CHANNEL, States

Activity = Callable[[Collection[str]], Mapping[str, int]]
"""How many Records each of these pseudonyms has (`news.activity`)."""


class Overhearing:
    """One per desk process; what it remembers only spares questions, so it may be forgotten at any time."""

    def __init__(self, room: Room, states: States, activity: Activity, seal: Seal) -> None:
        self._room, self._states, self._activity, self._seal = room, states, activity, seal
        self._rounds: deque[Mapping[str, int]] = deque([{}, {}], maxlen=2)

    def look(self) -> int:
        """Bring what is new in every open case of another channel into the mailbox; returns how many letters."""
        names = [case.conversation_id for case in self._room.desk.queue()
                 if case.packet["conversation"]["channel"] != OWN_CHANNEL]
        elsewhere = {self._seal.pseudonym(name): name for name in names}
        counts = self._activity(elsewhere.keys()) if elsewhere else {}
        brought = 0
        for pseudonym, count in counts.items():
            # Rasa streams a turn a moment before it stores it, so whatever changed is looked at twice.
            if any(before.get(pseudonym) != count for before in self._rounds):
                brought += overheard.bring(self._room.mailbox, self._states, elsewhere[pseudonym])
        self._rounds.append(counts)
        return brought
