"""The baseline of a replay: JSON with one phrase or turn a line, so that its own diff can be read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from attune.drift.golden import Heard
from attune.drift.replay import Snapshot, Turn
from attune.errors import AttuneError, InvalidFile

FILE = "golden.baseline.json"


class NoGoldenBaseline(AttuneError):
    """There is nothing to compare with."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no baseline at {path}. Look at what is heard now, then keep it with "
                         "`attune drift replay --approve`.")


def load(path: Path) -> Snapshot:
    """The snapshot in a file; raises NoGoldenBaseline, or InvalidFile with the line where it is no snapshot."""
    if not path.exists():
        raise NoGoldenBaseline(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        phrases = {str(text): _heard(found) for text, found in data["phrases"].items()}
        played = {str(name): tuple(map(_turn, turns)) for name, turns in data["conversations"].items()}
        return Snapshot({str(kind): str(name) for kind, name in data["versions"].items()}, phrases, played)
    except json.JSONDecodeError as error:
        raise InvalidFile(path, error.lineno, f"is not JSON: {error.msg}") from error
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise InvalidFile(path, 1, f"is no baseline of `attune drift replay` ({error!r})") from error


def written(snapshot: Snapshot) -> str:
    """The file for a snapshot; the same snapshot gives the same bytes."""
    return "\n".join(_lines(snapshot)) + "\n"


def _lines(snapshot: Snapshot) -> Iterator[str]:
    phrases = {text: asdict(snapshot.phrases[text]) for text in sorted(snapshot.phrases)}
    played = snapshot.conversations
    yield f'{{"versions": {_json(dict(snapshot.versions))},'
    yield '"phrases": {'
    yield from _block(phrases)
    yield '},\n"conversations": {'
    yield from _block({name: [asdict(turn) for turn in played[name]] for name in sorted(played)})
    yield "}}"


def _block(rows: Mapping[str, object]) -> Iterator[str]:
    last = len(rows) - 1
    for place, (name, value) in enumerate(rows.items()):
        yield f"{_json(name)}: {_json(value)}{',' if place < last else ''}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _heard(data: Mapping[str, Any]) -> Heard:
    return Heard(int(data["tier"]), tuple(data["kinds"]), str(data["emotion"]), bool(data["wants_person"]),
                 data["intent"])


def _turn(data: Mapping[str, Any]) -> Turn:
    return Turn(str(data["says"]), tuple(data["responses"]), tuple(data["rows"]))
