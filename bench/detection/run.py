"""One run: each peer is made, hears every message, and the figures are put together."""

import gc
import os
import platform
from collections.abc import Mapping, Sequence

import click

from attune.signals import encoder
from detection import cost
from detection.answer import Heard, Peer, listen, strict
from detection.peers import PEERS, learn
from detection.peers.attune import Attune
from detection.peers.diet import Diet
from detection.reliability import reliability
from detection.report import Cost, Report, Section, figures
from detection.sets import Row
from detection.workshop import Workshop

OWN_TABLES = "Own tables"
LONG_MESSAGES, QUICK_LONG_MESSAGES = 20, 3

Folders = Mapping[str, Mapping[str, Sequence[Row]]]
"""By folder, by set."""

Heards = Mapping[str, Mapping[str, Sequence[Heard]]]
"""The same, heard."""


def measure(names: Sequence[str], workshop: Workshop, folders: Folders,
            by: str | None = None) -> tuple[Report, Mapping[str, Heards]]:
    """The report, and by peer what was heard; what a peer needs and misses is raised as an AttuneError."""
    made: dict[str, Peer] = {}
    heard: dict[str, Heards] = {}
    for name in names:
        click.echo(f"{PEERS[name]} learns …", err=True)
        made[name] = learn(name, workshop)
        click.echo(f"{PEERS[name]} listens …", err=True)
        heard[name] = _heard(PEERS[name], made[name], folders)
    sections = [Section(folder, figures({name: heard[name][folder] for name in names}, by)) for folder in folders]
    attune = made.get("attune")
    judged = reliability(attune.model, folders[OWN_TABLES]) if isinstance(attune, Attune) else []
    costs = {name: _cost(made[name], heard[name], made, folders, workshop.quick) for name in names}
    return Report(_conditions(workshop, attune), sections, costs, judged), heard


def _heard(title: str, peer: Peer, folders: Folders) -> Heards:
    if encoder.installed():
        cost.forget(encoder.load())  # else a peer would find vectors the one before it had made
    cost.warm_up(peer)
    gc.collect()
    return {folder: strict({name: listen(peer, rows, f"{title}, {name}") for name, rows in by_set.items()})
            for folder, by_set in folders.items()}


def _cost(peer: Peer, heard: Heards, made: Mapping[str, Peer], folders: Folders, quick: bool) -> Cost:
    median_ms, p95_ms = cost.per_message([each for sets in heard.values() for rows in sets.values() for each in rows])
    if not isinstance(peer, Attune):
        return Cost(median_ms, p95_ms)
    count = QUICK_LONG_MESSAGES if quick else LONG_MESSAGES
    messages = cost.long_messages(folders[OWN_TABLES]["benign_support"], count)
    diet = made.get("diet")
    memory = cost.memory_mb(diet.model, peer.folder) if isinstance(diet, Diet) else None
    return Cost(median_ms, p95_ms, cost.long_ms(peer, encoder.load(), messages), memory)


def _conditions(workshop: Workshop, attune: Peer | None) -> dict[str, str | int]:
    return {
        "Python": platform.python_version(), "cores": os.cpu_count() or 0, "training lines": len(workshop.lines),
        **({"reader": attune.model.hash[:12]} if isinstance(attune, Attune) else {}),
        "run": "quick, so the figures mean nothing" if workshop.quick else "full",
    }
