"""Saying that a message was read wrong: it waits for review, where the customer let their words be kept (CON-4)."""

from datetime import datetime, timezone

from attune.channel.mailbox import AWAY, Letter
from attune.consent.permission import since_slot, slot
from attune.desk.room import Room
from attune.errors import AttuneError
from attune.handoff.redact import redact
from attune.rights import stores
from attune.rights.trackers import Event
from attune.signals import review
from attune.signals.reading import EMOTIONS


class NothingToCorrect(AttuneError):
    """The message cannot be corrected here."""

    def __init__(self) -> None:
        super().__init__("This message cannot be kept for review: it is not there, it may be about danger (use "
                         "`attune train-data correct`), or the emotion is unknown. Go back; nothing was kept.")


def basis(room: Room, conversation_id: str) -> str | None:
    """The customer's yes to keeping their words for quality, as the review file asks for it; None without one.

    The tracker is asked, not the packet: a yes may be taken back at any time (CON-3). Where Rasa's conversations cannot
    be read there is no basis.
    """
    try:
        return in_force(list(stores.here(room.settings).events(conversation_id)))
    except (AttuneError, *AWAY):
        return None


def in_force(events: list[Event]) -> str | None:
    """The yes to `quality` that holds after these events, with its day; None without one."""
    state, day = None, ""
    for event in (event for event in events if event.get("event") == "slot"):
        if event.get("name") == slot("quality"):
            state, day = event.get("value"), _day(event)
        elif event.get("name") == since_slot("quality"):
            day = str(event.get("value") or day)
    return f"quality yes {day}".strip() if state == "granted" else None


def keep(room: Room, letter: Letter, emotion: str, by: str) -> None:
    """Put a message into the review file under the emotion an agent heard; raises what is wrong with it."""
    why = basis(room, letter.conversation_id)
    if why is None:
        raise review.NoConsent
    if emotion not in EMOTIONS:
        raise NothingToCorrect
    day = datetime.fromtimestamp(room.clock(), tz=timezone.utc).date().isoformat()
    whose = room.seal.pseudonym(letter.conversation_id)
    one = {"text": redact(letter.text), "emotion": emotion, "by": by, "at": day, "conversation": whose, "consent": why}
    review.append(room.settings.var / review.FILE, review.correction(one))


def _day(event: Event) -> str:
    at = event.get("timestamp")
    return datetime.fromtimestamp(at, tz=timezone.utc).date().isoformat() if isinstance(at, float | int) else ""
