"""Reads the YAML files designers edit, checks them against their JSON Schema, and names the line of what is wrong."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from attune.errors import InvalidFile


def load(path: Path, schema: Path) -> dict[str, object]:
    """Load a designer's file, not to be changed in place; raises InvalidFile naming file, line and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidFile(path, 1, "the file is missing") from None
    return _checked(path, text, schema)


@lru_cache(maxsize=128)  # one check reads the same files several times, and they are slow to read
def _checked(path: Path, text: str, schema: Path) -> dict[str, object]:
    data = _parse(path, text)
    found = jsonschema.Draft7Validator(json.loads(schema.read_text())).iter_errors(data)
    slips = [slip for error in found for slip in _slips(error, data)]
    for line, where, problem in sorted(slips):
        raise InvalidFile(path, line, f"{where}: {problem}".removeprefix(": "))
    return cast("dict[str, object]", data)


def line_of(data: object, path: Iterable[str | int]) -> int:
    """The line (from 1) on which the entry at `path` stands, or the nearest one above it that has a line."""
    line = 1
    for part in path:
        position = getattr(data, "lc", None)
        if position is None:
            break
        try:
            line = (position.item(part) if isinstance(part, int) else position.key(part))[0] + 1
            data = data[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
    return line


KINDS = {
    "integer": "a whole number", "number": "a number", "string": "text, in quotes if need be",
    "boolean": "true or false", "array": "a list", "object": "keys with values", "null": "null",
}
"""What people call JSON's types."""

REMEDIES: Mapping[str, Callable[[Any], str]] = {
    "type": lambda kinds: "write " + ", or ".join(KINDS[each] for each in ([kinds] if type(kinds) is str else kinds)),
    "minimum": lambda least: f"write {least} or more",
    "maximum": lambda most: f"write {most} or less",
    "required": lambda _: "add it",
    "minItems": lambda least: f"write {least} or more",
    "minLength": lambda _: "write something",
    "pattern": lambda pattern: f"write what fits {pattern}",
}
"""What to write instead, by the keyword of JSON Schema that was not kept and its value. `enum` lists it itself."""


def _slips(error: jsonschema.ValidationError, data: object) -> Iterator[tuple[int, str, str]]:
    """The line, the place and the problem with its remedy; an unknown key stands on a line of its own."""
    where, keys = ".".join(map(str, error.absolute_path)), list(error.absolute_path)
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = list(cast("Mapping[str, Any]", error.schema).get("properties", {}))
        for key in sorted(set(cast("Mapping[str, object]", error.instance)) - set(known), key=str):
            near = get_close_matches(str(key), known, n=1)
            instead = f"did you mean {near[0]!r}?" if near else f"the keys known here are {', '.join(known)}"
            yield line_of(data, [*keys, key]), where, f"{key!r} was unexpected; {instead}"
        return
    remedy = REMEDIES.get(str(error.validator))
    told = f"; {remedy(error.validator_value)}" if remedy else ""
    yield line_of(data, keys), where, f"{error.message}{told}"


def _parse(path: Path, text: str) -> object:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidFile(path, line, f"not valid YAML: {error.problem}") from None
