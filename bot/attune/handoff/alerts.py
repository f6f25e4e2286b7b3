"""Danger where another desk has the packets: its agents see none of our pages, so they are told in another way."""

from collections.abc import Callable

from sqlalchemy.engine import Engine

from attune.handoff import outbox
from attune.handoff.alarms import Alarm, Alarms


def pass_on(engine: Engine, say: Callable[[Alarm], str], now: float) -> None:
    """Send the desk a note for each alarm nobody has answered, once each; no finer than the alarm itself (I3, HND-5).

    Args:
        engine: the database.
        say: an alarm in words: that a message may be about danger, and when it came.
        now: unix seconds.
    """
    unseen = Alarms(engine).unseen()
    if unseen:
        with engine.begin() as connection:
            for alarm in unseen:
                outbox.note(connection, alarm.handoff_id, f"alarm-{alarm.record_id}", say(alarm), now)
