"""The wordings a file holds and where each stands: Rasa's responses, JSONL objects, or plain text of one a line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from attune.errors import InvalidFile
from attune.reply.document import Document, read, strings
from attune.reply.lint import scopes

YAML, JSONL = (".yml", ".yaml"), (".jsonl", ".ndjson")
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Passage:
    """One text a customer may see; `response` is None where it has no name, and `scope` says where it will be said."""

    file: str
    line: int
    response: str | None
    scope: str
    text: str


def yaml_files(paths: Iterable[Path]) -> list[Path]:
    """The YAML files among the paths, folders searched; paths that do not exist give none."""
    found = [file for path in paths for file in (_below(path) if path.is_dir() else [path])]
    return [file for file in found if file.is_file()]


def in_file(path: Path, scope: str) -> Iterator[Passage]:
    """Every wording in a file, or in the YAML files of a folder; raises InvalidFile with the line."""
    if path.is_dir() or path.suffix.lower() in YAML:
        for file in yaml_files([path]):
            yield from in_responses(read(file))
        return
    among = in_objects if path.suffix.lower() in JSONL else in_lines
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from among(str(path), lines, scope)
    except UnicodeDecodeError as error:
        raise InvalidFile(path, 1, "is not UTF-8 text") from error
    except OSError as error:
        raise InvalidFile(path, 1, f"cannot be read: {error.strerror}") from error


def in_lines(name: str, lines: TextIO | Iterable[str], scope: str) -> Iterator[Passage]:
    """One wording a line, empty lines left out."""
    return (Passage(name, number, None, scope, line.strip()) for number, line in enumerate(lines, 1) if line.strip())


def in_objects(name: str, lines: TextIO | Iterable[str], scope: str) -> Iterator[Passage]:
    """One JSON object a line: `text`, and `response` (its name) or `scope` where it is known; raises InvalidFile."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _object(name, number, line, scope)


def _object(name: str, number: int, line: str, scope: str) -> Passage:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidFile(name, number, f"not a JSON object: {error}") from None
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str):
        raise InvalidFile(name, number, 'must be a JSON object whose "text" is the wording')
    response, where = item.get("response"), item.get("scope", scope)
    if not isinstance(response, str | None):
        raise InvalidFile(name, number, '"response" must be the name of a response')
    if where not in (known := scopes()):
        raise InvalidFile(name, number, f'"scope" must be one of {", ".join(known)}')
    return Passage(name, number, response, where, item["text"])


def in_responses(document: Document, but: frozenset[str] = frozenset()) -> Iterator[Passage]:
    """Every text in the responses of a file, the response names in `but` left out."""
    for name in response_names(document):
        variations = document.data["responses"][name] if name not in but else ()
        for index, variation in enumerate(variations if isinstance(variations, list) else ()):
            for keys, text in _texts(variation):
                yield Passage(str(document.path), document.line("responses", name, index, *keys), name, "all", text)


def response_names(document: Document) -> Iterable[str]:
    """The names of the responses a file defines."""
    responses = document.data.get("responses") if isinstance(document.data, Mapping) else None
    return responses if isinstance(responses, Mapping) else ()


def _below(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")])


def _texts(variation: object) -> Iterator[tuple[Keys, str]]:
    if not isinstance(variation, Mapping):
        return
    if isinstance(variation.get("text"), str):
        yield ("text",), variation["text"]
    for kind in ("buttons", "quick_replies"):
        options = variation.get(kind)
        for index, option in enumerate(options if isinstance(options, list) else ()):
            if isinstance(option, Mapping) and isinstance(option.get("title"), str):
                yield (kind, index, "title"), option["title"]
    yield from strings(variation.get("custom"), ("custom",))
