"""The wordings of an assistant merged with the layer's, from files as they are or as they were; without Rasa."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attune.drift.words import Wording, wording
from attune.errors import InvalidFile
from attune.reply.document import read
from attune.reply.passages import yaml_files
from attune.settings import LAYER

USUAL = ("domain.yml", "domain", "data")
"""Where Rasa looks for responses."""
LAYERS = LAYER / "responses"
IMPORTER = "EmpathyLayerImporter"


@dataclass(frozen=True)
class Source:
    """A file's data and where its parts stand."""

    file: str
    data: Any
    line: Callable[..., int] = lambda *_keys: 0

    @property
    def responses(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The responses of the file, those that are no list of variations left out."""
        found = self.data.get("responses") if isinstance(self.data, Mapping) else None
        return {str(name): variations for name, variations in found.items() if isinstance(variations, list)
                } if isinstance(found, Mapping) else {}


def merged(own: Iterable[Source], layer: Iterable[Source]) -> tuple[Wording, ...]:
    """Every wording of the assistant, and those of the layer that it does not override, as the importer merges them."""
    mine = list(own)
    names = {name for source in mine for name in source.responses}
    others = [(source, name) for source in layer for name in source.responses if name not in names]
    said = [*((source, name) for source in mine for name in source.responses), *others]
    return tuple(
        wording(name, variation, source.file, source.line("responses", name, index))
        for source, name in said for index, variation in enumerate(source.responses[name])
        if isinstance(variation, Mapping)
    )


def own_paths(project: Path) -> list[str]:
    """Where the project's responses may stand, from its folder: Rasa's usual places, and crisis help of its own."""
    config = project / "config.yml"
    importers = (read(config).data or {}).get("importers") if config.exists() else None
    own = [str(each["crisis_help"]) for each in importers or ()
           if isinstance(each, Mapping) and str(each.get("name")).endswith(IMPORTER) and each.get("crisis_help")]
    return [*USUAL, *own]


def now(project: Path) -> tuple[Wording, ...]:
    """The wordings as the files say them now; raises InvalidFile with the line."""
    return merged(sources(project, [project / path for path in own_paths(project)]), sources(project, [LAYERS]))


def sources(project: Path, paths: Iterable[Path]) -> list[Source]:
    """The YAML files at these paths, named from the project's folder; raises InvalidFile with the line."""
    return [_source(project, file) for file in yaml_files(paths)]


def _source(project: Path, file: Path) -> Source:
    document = read(file)
    resolved, root = file.resolve(), project.resolve()
    shown = resolved.relative_to(root) if resolved.is_relative_to(root) else file
    return Source(str(shown), document.data, document.line)


class NoBaseline(InvalidFile):
    """No wordings have been approved yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, 1, "no wordings have been approved yet. Read them (`attune words --all`), then run "
                                  "`attune words approve`")
