"""The detectors that are compared, each with a `learn` that makes it; all learn from the same lines, if they learn."""

from collections.abc import Callable
from importlib import import_module

from detection.answer import Peer
from detection.workshop import Workshop

PEERS = {
    "attune": "Attune",
    "keywords": "keyword list",
    "vader": "VADER",
    "diet": "Rasa DIET",
    "minilm": "MiniLM + LR",
}
"""The module of each, and what the table calls it."""


def learn(name: str, workshop: Workshop) -> Peer:
    """Make a peer; what it needs is imported only now, since that takes seconds."""
    make: Callable[[Workshop], Peer] = import_module(f"detection.peers.{name}").learn
    return make(workshop)
