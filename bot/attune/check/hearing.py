"""Can the reader be made as it is configured? What is wrong with its files would stop every start."""

from collections.abc import Callable
from pathlib import Path

from attune.check.finding import Finding, Findings, broken
from attune.check.project import Project
from attune.check.wiring import SIGNALS
from attune.errors import InvalidFile
from attune.signals import cues, encoder, thresholds


def hearing(project: Project, production: bool) -> Findings:
    """The layer's cue files and thresholds, the assistant's own, and the sentence encoder."""
    own = {name: project.option(SIGNALS, name, "pipeline") for name in ("cues", "reading", "encoder")}
    folders = [cues.FOLDER, *([project.root / own["cues"]] if own["cues"] else [])]
    reading = project.root / own["reading"] if own["reading"] else thresholds.READING
    yield from _missing(own["cues"], project, Path.is_dir, "the folder of cue files")
    yield from _refused(lambda: cues.load(folders))
    yield from _refused(lambda: thresholds.load(reading))
    yield from _encoder(project, own["encoder"] or encoder.DEFAULT, production)


def _encoder(project: Project, name: str, production: bool) -> Findings:
    if name == encoder.DEFAULT and not encoder.installed():
        yield Finding("warning" if production else "notice", "config.yml", project.line("config.yml", "pipeline"),
                      "no sentence encoder is installed, so the reader hears less",
                      "Install MiniLM as “Sentence encoder” in the README says, or set `encoder: none`")
    elif name not in (encoder.DEFAULT, "none"):
        yield from _missing(f"{name}/{encoder.WEIGHTS}", project, Path.is_file, "the sentence encoder")


def _missing(name: str | None, project: Project, there: Callable[[Path], bool], what: str) -> Findings:
    if name and not there(project.root / name):
        yield Finding("error", "config.yml", project.line("config.yml", "pipeline"), f"{what}, {name}, is not there",
                      f"Correct what {SIGNALS} is given")


def _refused(load: Callable[[], object]) -> Findings:
    try:
        load()
    except InvalidFile as error:
        yield broken(error)
