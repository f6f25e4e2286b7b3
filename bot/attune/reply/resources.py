"""Help lines: which exist, and which to show. Country decides, never language (CRI-5)."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path

from attune.reply.document import Document, read
from attune.settings import LAYER

HELP_LINES = LAYER / "help_lines.yml"
EVERYWHERE = "*"
FRESH = timedelta(days=90)
"""How long a review counts (CRI-6)."""
MOST = 2
"""Beside the emergency number, so that nobody has to read a list (CRI-3: three at most)."""


@dataclass(frozen=True)
class HelpLine:
    """One entry of the registry; `line` is where it stands in the file."""

    id: str
    country: str
    name: str
    region: str | None = None
    reserved: bool = False
    call: str | None = None
    text: str | None = None
    chat: str | None = None
    web: str | None = None
    hours: str | None = None
    emergency: str | None = None
    reviewed_by: str | None = None
    reviewed_on: str | None = None
    review_due: str | None = None
    line: int = 0

    @property
    def shown(self) -> bool:
        """Whether country alone is enough to show it; a reserved number never is."""
        return not self.region and not self.reserved

    @property
    def reachable(self) -> bool:
        """Whether it leads to somebody, beyond the emergency services."""
        return bool(self.call or self.text or self.chat or self.web)


@dataclass(frozen=True)
class Registry:
    """Every help line known, and which countries a group such as `EU-*` stands for."""

    path: Path
    entries: tuple[HelpLine, ...]
    groups: dict[str, tuple[str, ...]]

    @property
    def countries(self) -> tuple[str, ...]:
        """Every country for which something better than the directory is known."""
        named = {entry.country for entry in self.entries if len(entry.country) == 2 and entry.shown}
        return tuple(sorted(named.union(*self.groups.values())))


@dataclass(frozen=True)
class Resources:
    """What to show: help lines, and the emergency number if the country's is known."""

    lines: tuple[HelpLine, ...]
    emergency: str | None


def load(path: Path = HELP_LINES) -> Registry:
    """Read the registry; raises InvalidFile with the line."""
    document = read(path, "help_lines")
    known = {field.name for field in fields(HelpLine)}
    entries = tuple(
        HelpLine(**{key: value for key, value in item.items() if key in known}, line=document.line("entries", index))
        for index, item in enumerate(document.data["entries"])
    )
    _refuse_twins(document, entries)
    for index, entry in enumerate(entries):
        require_date(document, entry.reviewed_on, "entries", index, "reviewed_on")
        require_date(document, entry.review_due, "entries", index, "review_due")
    if not any(entry.country == EVERYWHERE and entry.shown and entry.reachable for entry in entries):
        raise document.invalid("no entry has country '*', so an unknown country would get no help (CRI-5)", "entries")
    groups = {name: tuple(members) for name, members in document.data.get("groups", {}).items()}
    return Registry(path, entries, groups)


def _refuse_twins(document: Document, entries: tuple[HelpLine, ...]) -> None:
    ids = [entry.id for entry in entries]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise document.invalid(f"{name} is there twice", "entries", index, "id")


def require_date(document: Document, value: object, *keys: str | int) -> None:
    """Refuse what is neither empty nor a date; raises InvalidFile with the line."""
    try:
        if value is not None:
            date.fromisoformat(str(value))
    except ValueError:
        raise document.invalid(f"{value!r} is not a date; write it as YYYY-MM-DD", *keys) from None


def choose(country: str | None, registry: Registry) -> Resources:
    """What a person in this country (ISO 3166, two letters) is shown; an unknown one gets the directory (CRI-5)."""
    code = (country or "").strip().upper()
    areas = [code, *(name for name, members in registry.groups.items() if code in members)]
    here = [entry for area in areas for entry in registry.entries if entry.country == area and entry.shown]
    directory = [entry for entry in registry.entries if entry.country == EVERYWHERE and entry.shown]
    lines = [entry for entry in here if entry.reachable] or [entry for entry in directory if entry.reachable]
    return Resources(tuple(lines[:MOST]), next((entry.emergency for entry in here if entry.emergency), None))


def in_use(registry: Registry) -> tuple[HelpLine, ...]:
    """Every entry that some country, or none, would be shown."""
    return tuple(entry for entry in registry.entries if entry.shown)


def review_problem(entry: HelpLine, today: date) -> str | None:
    """Why the entry may not be shown in production, if it may not (CRI-6)."""
    if not (entry.reviewed_by and entry.reviewed_on and entry.review_due):
        return "has not been reviewed"
    reviewed, due = date.fromisoformat(entry.reviewed_on), date.fromisoformat(entry.review_due)
    if reviewed > today:
        return f"says it was reviewed on {reviewed}, which is yet to come"
    if due - reviewed > FRESH:
        return f"gives its review {(due - reviewed).days} days, but {FRESH.days} are the most"
    return f"was due for review on {due}" if due < today else None


def in_words(resources: Resources) -> str:
    """The help lines as part of a sentence: 'Samaritans: call 116 123 (24/7), or Shout: …'."""
    return "; or ".join(f"{entry.name}: {_actions(entry)}" for entry in resources.lines)


def emergency_in_words(resources: Resources) -> str:
    """The emergency number, or what to look for where it isn't known."""
    return resources.emergency or "your local emergency number"


def _actions(entry: HelpLine) -> str:
    ways = []
    if entry.call and entry.call == entry.text:
        ways.append(f"call or text {entry.call}")
    else:
        ways += [f"call {entry.call}"] if entry.call else []
        ways += [f"text {entry.text}"] if entry.text else []
    ways += [f"chat at {entry.chat}"] if entry.chat else []
    ways += [f"find a line for your country at {entry.web}"] if entry.web else []
    return " or ".join(ways) + (f" ({entry.hours})" if entry.hours else "")
