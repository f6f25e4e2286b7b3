"""Reads conversations from their YAML files; every error names file and line."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from attune import designer_file
from attune.errors import InvalidFile
from attune.rehearsal.expand import UnknownValue, filled, rows
from attune.rehearsal.script import Check, Conversation, Doing, Expected, Kind, Step

SCHEMA = Path(__file__).with_name("conversations.schema.json")
STATES = "states.yml"
SUFFIXES = (".yml", ".yaml")
CHECKED = ("bot must", "bot must not", "first", "last")


def load(paths: Iterable[Path]) -> list[Conversation]:
    """Every conversation of these files and folders, in order; raises InvalidFile with the line."""
    found = [conversation for path in files(paths) for conversation in read(path)]
    twice = [name for name, count in Counter(each.name for each in found).items() if count > 1]
    for each in found:
        if each.name in twice:
            raise InvalidFile(each.file, each.line, f"“{each.name}” is there twice; give each its own name")
    return found


def files(paths: Iterable[Path]) -> list[Path]:
    """The files that hold conversations: those named, and those in the folders named."""
    inside = (sorted(path.iterdir()) if path.is_dir() else [path] for path in paths)
    return [path for some in inside for path in some if path.suffix in SUFFIXES and path.name != STATES]


def read(path: Path) -> list[Conversation]:
    """The conversations of one file, each expanded over its states and values."""
    data = designer_file.load(path, SCHEMA)
    if not isinstance(data, list):
        raise InvalidFile(path, 1, "a file of conversations is a list; begin each with “- conversation: …”")
    page = _Page(path, data, states(path.with_name(STATES)))
    return [one for place in range(len(data)) for one in page.conversations(place)]


def states(path: Path) -> Mapping[str, tuple[Step, ...]]:
    """The steps that lead to each state; none if there is no such file."""
    if not path.exists():
        return {}
    data = designer_file.load(path, SCHEMA)
    if not isinstance(data, Mapping):
        raise InvalidFile(path, 1, "states.yml holds the name of each state, and under it the steps that lead there")
    page = _Page(path, data, {})
    return {str(name): page.steps((name, ), {}) for name in data}


class _Page:
    """One file: its data, and what it needs to say where something stands."""

    def __init__(self, path: Path, data: Any, states: Mapping[str, tuple[Step, ...]]) -> None:
        self._path, self._data, self._states = path, data, states

    def conversations(self, place: int) -> Iterable[Conversation]:
        raw = self._data[place]
        for values in rows(raw.get("for each"), raw.get("for each state")):
            yield self._conversation(place, values)

    def _conversation(self, place: int, values: Mapping[str, object]) -> Conversation:
        raw, line = self._data[place], self._line(place)
        about = {key: self._filled(raw.get(key), values, line) for key in ("country", "locale")}
        told = ", ".join("none" if value is None else str(value) for value in values.values())
        given = values.get("state") if raw.get("for each state") else self._filled(raw.get("given"), values, line)
        return Conversation(
            name=f"{raw['conversation']} [{told}]" if told else str(raw["conversation"]),
            file=str(self._path),
            line=line,
            steps=(*self._prelude(given, line), *self.steps((place, "steps"), values)),
            about={**about, "public": bool(raw.get("public", False))},
            channel=raw.get("channel"),
            not_yet=raw.get("not yet"),
        )

    def _prelude(self, name: object, line: int) -> tuple[Step, ...]:
        if name is None:
            return ()
        if name not in self._states:
            known = ", ".join(self._states) or "none, for there is no states.yml beside this file"
            raise InvalidFile(self._path, line, f"there is no state “{name}”. There are: {known}")
        return self._states[str(name)]

    def steps(self, where: tuple[str | int, ...], values: Mapping[str, object]) -> tuple[Step, ...]:
        found: Any = self._data
        for key in where:
            found = found[key]
        lines = [self._line(*where, number) for number in range(len(found))]
        return tuple(_step(self._filled(raw, values, line), str(self._path), line)
                     for raw, line in zip(found, lines, strict=True))

    def _filled(self, raw: object, values: Mapping[str, object], line: int) -> Any:
        try:
            return filled(raw, values)
        except UnknownValue as problem:
            raise InvalidFile(self._path, line, str(problem)) from None

    def _line(self, *keys: str | int) -> int:
        return designer_file.line_of(self._data, keys)


def _step(raw: Mapping[str, Any], file: str, line: int) -> Step:
    found: list[Doing] = [each for each in get_args(Doing) if each in raw]
    if len(found) != 1:
        raise InvalidFile(file, line, f"a step needs one of: {', '.join(get_args(Doing))}")
    [doing] = found
    try:
        expected = _expected(raw)
    except re.error as problem:
        raise InvalidFile(file, line, f"“{problem.pattern!s}” is no regular expression: {problem.msg}") from None
    return Step(doing, raw[doing], expected, file, line)


def _expected(raw: Mapping[str, Any]) -> Expected:
    must, must_not, first, last = (_checks(raw.get(name)) for name in CHECKED)
    most: Mapping[str, int] = {"bubbles": 0} if raw.get("bot is silent") else raw.get("at most", {})
    return Expected(must, must_not, first, last, most.get("bubbles"), most.get("words"))


def _checks(raw: Sequence[object] | None) -> tuple[Check, ...]:
    return tuple(_check(each) for each in raw or ())


def _check(raw: object) -> Check:
    if not isinstance(raw, Mapping):
        return Check("words", str(raw))
    [(kind, value)] = raw.items()
    if kind == "any of":
        return Check("any of", among=_checks(value))
    if kind == "re":
        re.compile(value)
    return Check(cast("Kind", kind), str(value))
