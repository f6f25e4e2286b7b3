"""What the desk process does for the customers' rights, again and again."""

import logging

from attune import database
from attune.rights import erasure, retention, stores, wishes
from attune.settings import Settings

log = logging.getLogger(__name__)

REST = 10.0
"""Seconds after the wish, and after the last message, until a conversation is at rest: its last turn is stored."""
LOOK_EVERY = 2.0
RETAIN_EVERY = 3600.0


def erase_asked(settings: Settings, now: float) -> int:
    """Erase those who asked for it in the chat, once nobody waits or speaks; returns how many (CON-8)."""
    engine = database.engine(settings.db_url)
    wishes.create(engine)
    asked = wishes.before(engine, now - REST)
    if not asked:
        return 0
    found = stores.here(settings)
    ready = [subject for subject in asked
             if erasure.is_resting(found, subject) and found.newest(subject) <= now - REST]
    for subject in ready:
        left = erasure.forget(found, subject, now).left
        log.info("A customer was erased on request%s", "".join(f"; {sentence}" for sentence in left))
    return len(ready)


def retain(settings: Settings, now: float) -> retention.Gone:
    """Erase what is older than protocol.yml allows (CON-10)."""
    gone = retention.run(stores.here(settings), now)
    if any(gone.values()):
        log.info("Retention: %s", ", ".join(f"{count} {name}" for name, count in gone.items() if count))
    return gone
