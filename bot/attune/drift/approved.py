"""The baseline file: every wording somebody approved, with its hash, so that the file's own diff can be read."""

from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from pathlib import Path

from ruamel.yaml import YAML

from attune.drift.merged import NoBaseline
from attune.drift.words import Wording
from attune.reply.document import read

FILE = "wordings.baseline.yml"
HEAD = "# Wordings as they were approved. Written by `attune words approve`; do not edit.\n"


def load(path: Path) -> tuple[Wording, ...]:
    """The approved wordings; raises NoBaseline, or InvalidFile with the line."""
    if not path.exists():
        raise NoBaseline(path)
    document = read(path, "wordings_baseline")
    return tuple(
        Wording(name, each["locale"], tuple(each["says"]), each["digest"], each.get("id"), str(path),
                document.line("wordings", name, index))
        for name, said in document.data["wordings"].items() for index, each in enumerate(said)
    )


def written(said: Iterable[Wording]) -> str:
    """The file for these wordings: sorted by response and hash, so that the same wordings give the same bytes."""
    unique = {each.key: each for each in said}
    found = sorted(unique.values(), key=lambda each: each.key)
    yaml, out = YAML(), StringIO()
    yaml.width = 4096  # type: ignore[assignment]  # one wording, one line: the diff is what is read
    yaml.dump({"wordings": {name: [_entry(each) for each in some]
                            for name, some in groupby(found, key=lambda each: each.response)}}, out)
    return HEAD + out.getvalue()


def _entry(said: Wording) -> dict[str, object]:
    named = {"id": said.id} if said.id else {}
    return {**named, "locale": said.locale, "digest": said.digest, "says": list(said.texts)}
