"""A copy as Markdown a person can read, in which no customer's words can pass for headings, links or markup."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from attune.rights.copy import Dossier, Entry, Section, words

_MARKS = re.compile(r"[\\`*_\[\]<>|~&]")
_STARTS = re.compile(r"^(\s*)([#+=:-]|\d+(?=[.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_ENDS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def write(dossier: Dossier) -> str:
    """The whole copy."""
    texts = words()
    lines = [f"# {texts['title'].format(subject=_plain(dossier.subject))}", "",
             texts["intro"].format(made=_time(dossier.made), person=texts["person"]).strip(), ""]
    for section in dossier.sections:
        lines += _section(section)
    return "\n".join(lines)


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {section.title}", "")
    if not section.entries:
        yield from (str(words()["nothing"]), "")
    for entry in section.entries:
        yield from _entry(entry)
    yield from (f"Where: {section.source}. Until: {section.until}.", "")


def _entry(entry: Entry) -> Iterator[str]:
    at = f"{_time(entry.at)}, " if entry.at else ""
    yield from (f"**{at}{_plain(entry.what)}**", "")
    if entry.words:
        yield from (f"> {line}  " for line in _plain(entry.words).split("\n"))
        yield ""
    if entry.facts:
        yield from _facts(entry.facts)
        yield ""


def _facts(facts: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for name, value in facts.items():
        yield from _fact(f"{'  ' * depth}- {_line(name)}:", value, depth)


def _fact(start: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield start
        yield from _facts(value, depth + 1)
    elif isinstance(value, list) and value:
        yield start
        for part in value:
            nested = isinstance(part, dict | list)
            yield from _fact(f"{'  ' * (depth + 1)}-", part, depth + 1) if nested else (
                f"{'  ' * (depth + 1)}- {_line(part)}",)
    else:
        yield f"{start} {_line(value)}"


def _line(value: Any) -> str:
    return _plain("—" if value in (None, {}, []) else str(value)).replace("\n", " / ")


def _plain(text: str) -> str:
    """Text that reads as it was written: what Markdown would take for markup is escaped, and nothing else."""
    flat = _INDENT.sub(lambda found: found[0].expandtabs(4).replace(" ", "\u00a0"), _ENDS.sub("\n", text))
    escaped = _MARKS.sub(r"\\\g<0>", flat)
    return _STARTS.sub(lambda found: f"{found[1]}\\{found[2]}" if not found[2].isdecimal() else
                       f"{found[1]}{found[2]}\\", escaped)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
