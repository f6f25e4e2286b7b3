"""Who speaks, as the gate asks it: the table, or what was last seen there while the database is away."""

from collections import OrderedDict

from attune.channel.line import Away, Line
from attune.channel.ownership import Kind, Ownership

REMEMBERED = 10_000


class KnownOwners:
    """Asks Ownership; a conversation never seen belongs to the bot, so that help is not lost with the database."""

    def __init__(self, ownership: Ownership, line: Line) -> None:
        self._ownership, self._line = ownership, line
        self._last: OrderedDict[str, Kind] = OrderedDict()

    @property
    def are_remembered(self) -> bool:
        """Whether the last answers came from memory: the database is away, and the desk with it."""
        return self._line.away

    async def kind(self, conversation_id: str) -> Kind:
        """The owner now, or the last one known."""
        try:
            found = await self._line.ask(self._ownership.owner, conversation_id)
        except Away:
            return self._last.get(conversation_id, "bot")
        self._last[conversation_id] = found.kind
        self._last.move_to_end(conversation_id)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return found.kind
