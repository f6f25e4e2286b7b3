"""Which messages of ours are in Chatwoot: noted before each is sent, so that a crash neither loses nor doubles one."""

from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from attune.handoff.desks.chatwoot.tables import POSTS
from attune.handoff.tables import add_once

Known = Literal["new", "unsure", "done"]


class Posts:
    """The marks in one database whose tables are there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, mark: str, conversation_id: str) -> Known:
        """Note a message before it is sent; `unsure` if it was noted before and nobody knows whether it arrived."""
        with self._engine.begin() as connection:
            if add_once(connection, POSTS, "mark", {"mark": mark, "conversation_id": conversation_id, "done": 0}):
                return "new"
            done = connection.execute(select(POSTS.c.done).where(POSTS.c.mark == mark)).scalar()
            return "done" if done else "unsure"

    def finish(self, mark: str) -> None:
        """Note that a message is there."""
        with self._engine.begin() as connection:
            arrived(connection, mark)

    def is_done(self, mark: str) -> bool:
        """Whether a message is known to be there."""
        with self._engine.connect() as connection:
            return bool(connection.execute(select(POSTS.c.done).where(POSTS.c.mark == mark)).scalar())


def arrived(connection: Connection, mark: str) -> None:
    """Note inside the caller's transaction that a message is there."""
    connection.execute(update(POSTS).where(POSTS.c.mark == mark).values(done=1))
