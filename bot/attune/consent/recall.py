"""What may not be stored, kept in this process for the length of a session, so that trends and packets still work."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

Mark = tuple[str, float]
"""An event's type and timestamp: what survives the way through the store and back."""


@dataclass
class Recall:
    """The parts taken out of events, for the `conversations` used last and the `events` newest of each."""

    conversations: int = 1000
    events: int = 300
    _kept: OrderedDict[str, dict[Mark, Mapping[str, object]]] = field(default_factory=OrderedDict)

    def knows(self, conversation: str, mark: Mark) -> bool:
        """Whether something is remembered of an event."""
        return mark in self._kept.get(conversation, ())

    def keep(self, conversation: str, mark: Mark, taken: Mapping[str, object]) -> None:
        """Remember what was taken out of an event; the oldest gives way when there is too much."""
        kept = self._kept.setdefault(conversation, {})
        kept[mark] = taken
        if len(kept) > self.events:
            del kept[next(iter(kept))]
        self._kept.move_to_end(conversation)
        if len(self._kept) > self.conversations:
            self._kept.popitem(last=False)

    def of(self, conversation: str) -> Mapping[Mark, Mapping[str, object]]:
        """Everything remembered of a conversation, by event."""
        return self._kept.get(conversation, {})

    def drop(self, conversation: str) -> None:
        """Forget everything of a conversation: it is no longer stored (CON-8)."""
        self._kept.pop(conversation, None)

    def forget(self, conversation: str, before: float) -> None:
        """Forget what is older than `before` (unix seconds): feelings end with their session (BND-1)."""
        kept = self._kept.get(conversation)
        if kept and min(when for _, when in kept) < before:
            self._kept[conversation] = {mark: taken for mark, taken in kept.items() if mark[1] >= before}
