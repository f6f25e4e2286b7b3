"""A YAML file as plain data that still knows its lines."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attune import designer_file
from attune.errors import InvalidFile
from attune.settings import LAYER

SCHEMAS = LAYER / "schemas"


@dataclass(frozen=True)
class Document:
    """What a file holds, as plain data (dates as ISO text), and where in the file each part stands."""

    path: Path
    data: Any
    _node: Any

    def line(self, *keys: str | int) -> int:
        """The line (from 1) of the part those keys lead to, or of the last part that exists on the way."""
        return designer_file.line_of(self._node, keys)

    def invalid(self, problem: str, *keys: str | int) -> InvalidFile:
        """The error that says what is wrong with the part those keys lead to."""
        return InvalidFile(self.path, self.line(*keys), problem)


def read(path: Path, schema: str = "any") -> Document:
    """Read a YAML file, checked against `layer/schemas/<schema>.json`; raises InvalidFile with the line."""
    try:
        node = designer_file.load(path, SCHEMAS / f"{schema}.json")
    except InvalidFile:
        raise
    except UnicodeDecodeError as error:
        raise InvalidFile(path, 1, "is not UTF-8 text") from error
    except OSError as error:
        raise InvalidFile(path, 1, f"cannot be read: {error.strerror}") from error
    except Exception as error:
        # ruamel stumbles in its own code over some odd scalars and tags; it must not become a traceback.
        raise InvalidFile(path, 1, f"not valid YAML: {error}") from error
    return Document(path, _plain(node), node)


def strings(node: object, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text within plain data that is not empty, with the keys that lead to it."""
    if isinstance(node, str) and node:
        yield keys, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from strings(value, (*keys, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from strings(value, (*keys, index))


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_plain(value) for value in node]
    if isinstance(node, datetime.date):
        return node.isoformat()
    return str(node) if isinstance(node, str) else node
