"""Customers' sentences for the report, of those only whose yes to being quoted stands at this moment (CON-2, CON-3)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from tqdm import tqdm

from attune.consent.discreet import may_keep
from attune.consent.permission import Purpose, slot
from attune.drift import quotes, verbatims
from attune.drift.episodes import episodes
from attune.drift.settings import DriftSettings
from attune.rights import log, trackers, wishes
from attune.rights.stores import Stores
from attune.rights.trackers import Event
from attune.signals import cues
from attune.signals.read import read

DAY, MICRO = 86_400, 1_000_000
UNSAID = ("/", "EXTERNAL: ")
"""How what a button or the desk sends begins: nobody wrote it."""


def sentences(stores: Stores, begin: int, end: int, how: DriftSettings, now: int) -> tuple[str, ...]:
    """Sentences written from `begin` to `end`, found at `now` (all in unix microseconds).

    A time shorter than one window of drift.yml shows none: it would tell when a sentence was written.
    """
    if end - begin < how.window_days * DAY * MICRO:
        return ()
    begin = max(begin, now - stores.retention["conversation"] * DAY * MICRO)
    people = tqdm(sorted(_asked(stores, begin / MICRO, end / MICRO)), desc="people", unit="", delay=2, disable=None)
    said = [one for subject in people if (one := _of(stores, subject, begin, end))]
    return quotes.chosen(said, how.most_quotes, how.smallest_cell)


def stands(events: Sequence[Event], purpose: Purpose = "quotes") -> bool:
    """Whether the yes to being quoted (or to another purpose) holds after these events of a conversation."""
    holds = False
    for event in events:
        holds = may_keep(holds, str(event.get("event")), event.get("name"), event.get("value"), purpose)
    return holds


def _asked(stores: Stores, since: float, until: float) -> set[str]:
    """Who was there in that time (unix seconds) and was ever asked, or said something about it."""
    return {subject for engine, _ in stores.trackers
            for subject in trackers.with_slot(engine, slot("quotes")) & trackers.happened(engine, since, until)}


def _of(stores: Stores, subject: str, begin: int, end: int) -> str | None:
    """One sentence of a conversation; None if it may not be quoted or none is fit to be."""
    events = list(stores.events(subject))
    is_leaving = wishes.asked(stores.engine, subject) is not None or log.erased(stores, subject) is not None
    if is_leaving or not stands(events):
        return None
    records = log.records(stores, subject)
    words = {_time(event): str(event["text"]) for event in _for_the_assistant(events)}
    sessions = episodes(records) if stands(events, "quality") else map(quotes.without_feelings, episodes(records))
    at = [at for one in sessions for at in quotes.telling(one) if begin <= at < end and at in words]
    said = (str(event["text"]) for event in events if _is_said(event))
    if not at or quotes.endangered(records) or any(map(_danger(), said)):
        return None
    return next(_fit(words[each] for each in at), None)


def _for_the_assistant(events: Iterable[Event]) -> Iterator[Event]:
    """What was written to it and of its own accord: to no person, and as no answer to an open form."""
    to_person = in_form = False
    for event in events:
        kind, name = event.get("event"), event.get("name")
        if kind in ("session_started", "restart"):
            in_form = False
        elif kind == "active_loop":
            in_form = name is not None
        elif kind == "slot" and name == "attune_owner":
            to_person = event.get("value") not in (None, "bot", "queue")
        elif _is_said(event) and not (to_person or in_form):
            yield event


def _fit(texts: Iterator[str]) -> Iterator[str]:
    rules, known = verbatims.load(), verbatims.vocabulary()
    return (one for text in texts if (one := verbatims.sentence(text, rules, known)))


@lru_cache(maxsize=1)
def _danger() -> Callable[[str], bool]:
    """Hears danger by the cue lists, whatever the assistant's model made of a message (BND-7, CRI-1)."""
    found = cues.load()
    return lambda text: read(text, found).crisis.tier > 0


def _is_said(event: Event) -> bool:
    text = event.get("text")
    return event.get("event") == "user" and isinstance(text, str) and not text.startswith(UNSAID)


def _time(event: Event) -> int:
    return round(float(event.get("timestamp") or 0.0) * MICRO)
