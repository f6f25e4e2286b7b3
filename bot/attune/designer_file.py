"""Reads the YAML files designers edit, checks them against their JSON Schema, and names the line of what is wrong."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from attune.errors import InvalidFile


def load(path: Path, schema: Path) -> dict[str, object]:
    """Load a designer's file; raises InvalidFile naming file, line and what is wrong."""
    data = _parse(path)
    found = jsonschema.Draft7Validator(json.loads(schema.read_text())).iter_errors(data)
    for error in sorted(found, key=lambda error: line_of(data, error.absolute_path)):
        where = ".".join(map(str, error.absolute_path))
        raise InvalidFile(path, line_of(data, error.absolute_path), f"{where}: {error.message}".removeprefix(": "))
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


def _parse(path: Path) -> object:
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidFile(path, 1, "the file is missing") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidFile(path, line, f"not valid YAML: {error.problem}") from None
