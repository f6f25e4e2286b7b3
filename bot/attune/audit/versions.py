"""What may change how the bot behaves, and when it came into use (AUD-8)."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from attune.audit.canonical import canonical
from attune.audit.record import Fact, Record
from attune.audit.thread import Event, name, part
from attune.settings import LAYER
from attune.signals.reading import KEY


@dataclass(frozen=True)
class Version:
    """The trained model's id; SHA-256 of protocol.yml, of the assistant's wordings, and of the layer's files."""

    model: str | None
    protocol: str | None
    wordings: str | None
    layer: str


def version(event: Event, layer: str) -> Version | None:
    """What was in use when this event's decision was made; None if it holds none."""
    decision = part(part(event, "metadata"), KEY)
    protocol, wordings = name(decision.get("protocol")), name(decision.get("wordings"))
    return Version(model(event), protocol, wordings, layer) if protocol else None


def model(event: Event) -> str | None:
    """The id of the trained model an event came from."""
    return name(part(event, "metadata").get("model_id"))


def of_layer(folder: Path = LAYER) -> str:
    """SHA-256 over the names and bytes of the layer's files: cues, help lines, wordings, thresholds."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def record(first: Record, found: Version) -> Record:
    """The Record that says what came into use, with the first Record it led to."""
    facts: Mapping[str, Fact] = asdict(found)
    return Record(hashlib.sha256(canonical([first.id, facts])).hexdigest(), "version", first.at, None, facts)
