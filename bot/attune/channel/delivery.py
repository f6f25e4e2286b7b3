"""Takes letters to the mailbox and wakes the streams that wait for them."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from attune.channel.line import Away, Line
from attune.channel.mailbox import Letter, Mailbox

POLL = 0.25
"""Seconds between looks at what other processes (the desk) wrote."""

REMEMBERED = 10_000


class Delivery:
    """One per process. With the database away, letters are shown live, kept, and appended when it is back (I1)."""

    def __init__(self, mailbox: Mailbox, line: Line) -> None:
        self.closed = False
        self._mailbox, self._line = mailbox, line
        self._kept: deque[Letter] = deque(maxlen=REMEMBERED)
        self._known: OrderedDict[tuple[str, str], bool] = OrderedDict()
        """The last letters, and whether each is in the database."""
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._busy: dict[str, int] = {}
        self._newest = 0

    async def deliver(self, letter: Letter) -> bool:
        """Append a letter and wake its conversation; False when this message id was here before."""
        if not self._is_first(letter):
            return False
        is_new = await self._store(letter)
        self.ring(letter.conversation_id)
        return is_new

    def is_stored(self, letter: Letter) -> bool:
        """Whether a letter that was delivered here would outlive this process."""
        return self._known.get(_key(letter), False)

    async def letters(self, conversation_id: str, after: int) -> list[Letter]:
        """Letters above `after`, then those not yet in the database (id 0)."""
        try:
            stored = await self._line.ask(self._mailbox.since, conversation_id, after)
        except Away:
            stored = []
        return stored + [letter for letter in self._kept if letter.conversation_id == conversation_id]

    @contextmanager
    def listening(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """A bell that is set whenever something happened in the conversation."""
        bell = asyncio.Event()
        self._bells.setdefault(conversation_id, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[conversation_id].discard(bell)
            if not self._bells[conversation_id]:
                del self._bells[conversation_id]

    @contextmanager
    def working(self, conversation_id: str) -> Iterator[None]:
        """While inside, the conversation counts as busy: somebody waits for an answer."""
        self._busy[conversation_id] = self._busy.get(conversation_id, 0) + 1
        self.ring(conversation_id)
        try:
            yield
        finally:
            self._busy[conversation_id] -= 1
            if not self._busy[conversation_id]:
                del self._busy[conversation_id]
            self.ring(conversation_id)

    def is_busy(self, conversation_id: str) -> bool:
        """Whether an answer is being worked out in this process."""
        return conversation_id in self._busy

    def ring(self, conversation_id: str) -> None:
        """Wake every stream of a conversation."""
        for bell in self._bells.get(conversation_id, ()):
            bell.set()

    def close(self) -> None:
        """End every stream, so that the server can stop; browsers come back by themselves."""
        self.closed = True
        self._ring_all()

    async def watch(self, every: float = POLL) -> None:
        """Look for other processes' letters until cancelled, and bring kept letters home."""
        with suppress(Away):  # what was there before the start is read by each stream for itself
            self._newest = await self._line.retry(self._mailbox.last_id)
            self._ring_all()
        while not self.closed:
            await asyncio.sleep(every)
            if self._bells or self._kept or self._line.away:
                await self.look()

    async def look(self) -> None:
        """One look: kept letters first, so that order holds, then what is new."""
        was_away = self._line.away
        try:
            await self._bring_home()
            touched = await self._line.retry(self._mailbox.touched, self._newest)
        except Away:
            return
        self._newest = max(self._newest, *touched.values(), 0)
        for conversation_id in touched:
            self.ring(conversation_id)
        if was_away:
            self._ring_all()

    async def _store(self, letter: Letter) -> bool:
        try:
            if not self._kept:  # else wait behind the earlier ones, so that order holds
                is_new = (await self._line.ask(self._mailbox.deliver, letter))[1]
                self._known[_key(letter)] = True
                return is_new
        except Away:
            pass
        self._kept.append(letter)
        return True

    async def _bring_home(self) -> None:
        while self._kept:
            letter = self._kept.popleft()
            try:
                await self._line.retry(self._mailbox.deliver, letter)
            except Away:
                self._kept.appendleft(letter)
                raise
            self._known[_key(letter)] = True

    def _is_first(self, letter: Letter) -> bool:
        if _key(letter) in self._known:
            return False
        self._known[_key(letter)] = False
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return True

    def _ring_all(self) -> None:
        for conversation_id in self._bells:
            self.ring(conversation_id)


def _key(letter: Letter) -> tuple[str, str]:
    return letter.conversation_id, letter.message_id
