"""A Rasa project on disk: its files, and the module paths they name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attune.check.finding import Finding, Findings
from attune.reply import crisis, resources
from attune.reply.document import Document, read

IMPORTER = "EmpathyLayerImporter"
Kind = Literal["importer", "component", "policy", "tracker_store", "event_broker", "lock_store", "nlg", "channel"]
Key = str | int
NEEDED = ("config.yml", "endpoints.yml", "credentials.yml")
DOMAINS = ("domain.yml", "domain")
ENDPOINTS: tuple[Kind, ...] = ("tracker_store", "event_broker", "lock_store", "nlg")


@dataclass(frozen=True)
class Reference:
    """A name in a file that Rasa turns into a class."""

    kind: Kind
    name: str
    file: str
    line: int

    @property
    def bare(self) -> str:
        """The class name without its module."""
        return self.name.rpartition(".")[2]

    def finding(self, what: str, remedy: str) -> Finding:
        """An error at the place of this name."""
        return Finding("error", self.file, self.line, what, remedy)


@dataclass(frozen=True)
class Project:
    """The files of a project that say which classes run, by name; a file that is not there is not in it."""

    root: Path
    files: Mapping[str, Document]

    def section(self, file: str, key: str) -> object:
        """What stands under a key of a file, or None."""
        document = self.files.get(file)
        return document.data.get(key) if document and isinstance(document.data, Mapping) else None

    def option(self, named: str, option: str, key: str = "importers") -> str | None:
        """An option given in config.yml to an importer, or to what stands under another key."""
        entries = self.section("config.yml", key)
        return next(
            (str(entry[option]) for entry in (entries if isinstance(entries, list) else ())
             if isinstance(entry, Mapping) and str(entry.get("name")).endswith(named) and entry.get(option)), None,
        )

    @property
    def domain(self) -> Path:
        """Where Rasa looks for the domain."""
        return next((self.root / name for name in DOMAINS if (self.root / name).exists()), self.root / DOMAINS[0])

    def line(self, file: str, *keys: Key) -> int:
        """The line of a part of a file, 0 if there is no such file."""
        return self.files[file].line(*keys) if file in self.files else 0


def load(root: Path) -> Project:
    """Read the files that are there; raises InvalidFile with the line."""
    return Project(root, {name: read(root / name) for name in NEEDED if (root / name).exists()})


def help_files(project: Project) -> tuple[Path, Path]:
    """The registry and the crisis wordings in use: the layer's own, unless config.yml names others."""
    lines, wordings = (project.option(IMPORTER, option) for option in ("help_lines", "crisis_help"))
    return (project.root / lines if lines else resources.HELP_LINES,
            project.root / wordings if wordings else crisis.CRISIS_HELP)


def missing_files(project: Project) -> Findings:
    """The files Rasa quietly does without."""
    for name in NEEDED:
        if name not in project.files:
            yield Finding("error", name, 0, "is missing", "Run this in the folder of the assistant, or write the file")
    if not project.domain.exists():
        yield Finding("error", project.domain.name, 0, "is missing", "Write a domain, or train would use an empty one")


def references(project: Project) -> Iterator[Reference]:
    """Every name in the project that Rasa turns into a class."""
    for key, kind in (("importers", "importer"), ("pipeline", "component"), ("policies", "policy")):
        entries = project.section("config.yml", key)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            name = entry.get("name") if isinstance(entry, Mapping) else entry
            yield Reference(kind, str(name), "config.yml", project.line("config.yml", key, index))  # type: ignore[arg-type]
    for kind in ENDPOINTS:
        entry = project.section("endpoints.yml", kind)
        name = (entry.get("store_type") or entry.get("type")) if isinstance(entry, Mapping) else None
        if name:
            yield Reference(kind, str(name), "endpoints.yml", project.line("endpoints.yml", kind, "type"))
    credentials = project.files.get("credentials.yml")
    for name in credentials.data if credentials and isinstance(credentials.data, Mapping) else ():
        yield Reference("channel", name, "credentials.yml", credentials.line(name) if credentials else 0)
