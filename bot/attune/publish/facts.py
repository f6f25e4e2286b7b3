"""What the published pages say, gathered from the files that decide it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from attune.policy.protocol import Protocol
from attune.reply import crisis, resources, voice
from attune.reply.document import Document, read
from attune.reply.resources import HelpLine, Registry
from attune.reply.wording import CRISIS_RESPONSES
from attune.settings import LAYER

PROCESSING = LAYER / "processing.yml"


@dataclass(frozen=True)
class Wording:
    """One wording of help with its gaps left open, and when a reviewer's signature ends; None if nobody signed."""

    id: str
    response: str
    text: str
    reviewed_until: str | None


def wordings(document: Document, protocol: Protocol) -> tuple[Wording, ...]:
    """Every wording of help for people in danger, in the assistant's voice."""
    return tuple(
        Wording(each["id"], name, _readable(voice.in_names(each["text"], protocol.voice)), _signed(each["metadata"]))
        for name in CRISIS_RESPONSES for each in document.data["responses"][name]
    )


def _signed(review: Mapping[str, Any]) -> str | None:
    return str(review["review_due"]) if review["reviewed_by"] and review["review_due"] else None


def _readable(text: str) -> str:
    gaps = {"{help}": "[help lines]", "{emergency}": "[the emergency number]", crisis.TOPIC: "[what you came for]"}
    for gap, named in gaps.items():
        text = text.replace(gap, named)
    return " ".join(text.split())


def places(registry: Registry, today: date) -> Iterator[tuple[str, str, list[tuple[HelpLine, bool]]]]:
    """Each country with its emergency number and the lines shown there, each with whether its review holds."""
    for country in (*registry.countries, None):
        found = resources.choose(country, registry)
        lines = [(line, resources.review_problem(line, today) is None) for line in found.lines]
        yield country or "elsewhere", resources.emergency_in_words(found), lines


def processing(path: Path = PROCESSING) -> Mapping[str, Any]:
    """What is done with data and why; raises InvalidFile with the line."""
    data: Mapping[str, Any] = read(path, "processing").data
    return data


def version(protocol: Protocol, *files: Path) -> str:
    """Changes with every file that decides what a page says (CON-9)."""
    digest = hashlib.sha256(protocol.hash.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
