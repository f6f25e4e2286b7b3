"""Everything stored about one conversation, as values: what a customer gets who asks for it (CON-7, GDPR 15)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from tqdm import tqdm

from attune.errors import AttuneError
from attune.rights import corrections, log, places, said, wishes
from attune.rights.copy import Dossier, Entry, Section, words
from attune.rights.staff import Staff
from attune.rights.stores import Stores

DAY = 86_400


class UnknownSubject(AttuneError):
    """Nobody of this name is stored."""

    def __init__(self, subject: str, erased: float | None = None) -> None:
        when = f" It was erased on {_date(erased)}." if erased else " Its id is what Rasa calls sender_id."
        super().__init__(f"Nothing is stored about conversation {subject}.{when}")


def gather(stores: Stores, subject: str, now: float) -> Dossier:
    """Gather everything about a conversation; raises UnknownSubject. A progress bar shows if it takes long."""
    rows = _rows(stores, subject)
    staff = Staff(row["name"] for row in rows.get("attune_mailbox", ()) if row["sender"] == "person")
    events = list(stores.events(subject))
    parts: dict[str, Callable[[], Iterable[Entry]]] = {
        "said": lambda: said.messages(events, staff),
        "shown": lambda: said.letters(rows.pop("attune_mailbox", ()), staff),
        "slots": lambda: said.slots(events),
        "steps": lambda: said.steps(events),
        "consent": lambda: log.consents(stores, subject),
        "handoffs": lambda: _handoffs(rows, staff),
        "other": lambda: [*_others(rows, staff), *_wish(stores, subject)],
        "corrections": lambda: _corrections(stores, subject),
        "audit": lambda: log.entries(stores, subject),
    }
    found = {name: sorted(part(), key=lambda entry: entry.at or 0.0)
             for name, part in tqdm(parts.items(), desc="parts", unit="", delay=2, disable=None)}
    if not any(found.values()) or (log.erased(stores, subject) and not any(found[name] for name in STORED)):
        raise UnknownSubject(subject, log.erased(stores, subject))
    return Dossier(subject, now, [_section(stores, name, found) for name in parts])


STORED = ("said", "shown", "slots", "steps", "handoffs", "other", "corrections")
"""The parts an erasure empties; the audit's rows stay, without words, names and readings."""


def _rows(stores: Stores, subject: str) -> dict[str, list[dict[str, Any]]]:
    with stores.engine.connect() as connection:
        return {place.table: [{name: value for name, value in row.items() if name not in _withheld(place)}
                              for row in places.rows(connection, place, subject)]
                for place in places.present(connection)}


def _withheld(place: places.Place) -> frozenset[str]:
    return place.withheld - {"name"}  # a letter's name is needed to find it in the text; `said.letters` drops it


def _handoffs(rows: dict[str, list[dict[str, Any]]], staff: Staff) -> Iterator[Entry]:
    for row in rows.pop("attune_handoff", ()):
        yield Entry(row["opened"], "handover", facts=_clean(row, staff))
    for row in rows.pop("attune_desk_case", ()):
        yield Entry(row["closed"], "what the person was given", facts=_clean(row, staff))
    for row in (*rows.pop("attune_desk_note", ()), *rows.pop("attune_agent_note", ())):
        yield Entry(row["at"], "note", staff.withheld(row["text"]), _clean(row, staff, "text"))


def _others(rows: dict[str, list[dict[str, Any]]], staff: Staff) -> Iterator[Entry]:
    """Also empties `rows`: whatever table there is, it is in the copy."""
    for table in list(rows):
        for row in rows.pop(table):
            at = next((row[name] for name in ("at", "raised", "created", "since", "written") if row.get(name)), None)
            yield Entry(at, table, facts=_clean(row, staff, "body" if table == "attune_export" else ""))


def _wish(stores: Stores, subject: str) -> Iterator[Entry]:
    asked = wishes.asked(stores.engine, subject)
    if asked is not None:
        yield Entry(asked, wishes.WISHES.name)


def _corrections(stores: Stores, subject: str) -> Iterator[Entry]:
    for one in corrections.of(stores.review, {subject, stores.seal.pseudonym(subject)}):
        yield Entry(None, one.at, one.text, {"emotion": one.emotion, "tier": one.tier, "basis": one.consent})


def _clean(row: Mapping[str, Any], staff: Staff, *dropped: str) -> dict[str, Any]:
    return {name: staff.withheld_in(said.plain(value)) for name, value in row.items()
            if name not in dropped and value not in (None, "", "{}")}


def _section(stores: Stores, name: str, found: Mapping[str, Sequence[Entry]]) -> Section:
    texts = words()["sections"][name]
    tables = ", ".join(place.table for place in places.PLACES if place.kept_as == "handoff")
    return Section(texts["title"], texts["source"].format(tables=tables), _until(stores, name, found), found[name])


def _until(stores: Stores, name: str, found: Mapping[str, Sequence[Entry]]) -> str:
    forever, kept = words()["forever"], words()["keeps"].get(name)
    if kept is None:
        return str(words()["until"]["audit"].format(days=stores.retention["audit_readings"], forever=forever))
    newest = max((entry.at or 0.0 for part in ("said", "shown") for entry in found[part]), default=0.0)
    days = stores.retention[kept]
    return str(words()["until"][kept].format(days=days, date=_date(newest + days * DAY)))


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).date().isoformat()
