"""What the desk process does for the customers' rights, again and again."""

import logging

from attune import database
from attune.rights import erasure, retention, stores, wishes
from attune.rights.stores import Stores
from attune.settings import Settings

log = logging.getLogger(__name__)

REST = 10.0
"""Seconds after the wish, and after the last message, until a conversation is at rest: its last turn is stored."""
LOOK_EVERY = 2.0
RETAIN_EVERY = 3600.0


def erase_asked(settings: Settings, now: float) -> int:
    """Erase those who asked for it in the chat, once nobody waits or speaks; returns how many (CON-8).

    Where one cannot be erased it raises what is wrong, after the others had their turn.
    """
    engine = database.engine(settings.db_url)
    wishes.create(engine)
    asked = wishes.before(engine, now - REST)
    if not asked:
        return 0
    found = stores.here(settings)
    ended = [_tried(found, subject, now) for subject in asked]
    for problem in ended:
        if isinstance(problem, Exception):
            raise problem
    return ended.count(True)


def retain(settings: Settings, now: float) -> retention.Gone:
    """Erase what is older than protocol.yml allows (CON-10), and note beside the database who was erased (AUD-10)."""
    found = stores.here(settings)
    _note_tombstones(found)
    gone = retention.run(found, now)
    if any(gone.values()):
        log.info("Retention: %s", ", ".join(f"{count} {name}" for name, count in gone.items() if count))
    return gone


def _tried(found: Stores, subject: str, now: float) -> bool | Exception:
    try:
        return _erase_rested(found, subject, now)
    except Exception as problem:  # whatever it is, nobody behind this one may wait for it
        return problem


def _erase_rested(found: Stores, subject: str, now: float) -> bool:
    if not erasure.is_resting(found, subject) or found.newest(subject) > now - REST:
        return False
    left = erasure.forget(found, subject, now).left
    log.info("A customer was erased on request%s", "".join(f"; {sentence}" for sentence in left))
    return True


def _note_tombstones(found: Stores) -> None:
    try:
        added = erasure.note_tombstones(found)
    except OSError as problem:
        log.error("%s", erasure.unwritten(found, problem))
    else:
        if added:
            log.warning("%s lacked %d of those who were erased; they were added.", found.tombstones, added)
