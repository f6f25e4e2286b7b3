"""The ear as it is shipped: the layer's cue files, and a small reader for what needs any reader at all."""

import pytest

from attune.signals import cues, lines, trained
from attune.signals.cues import Cues
from attune.signals.trained import TrainedReader


@pytest.fixture(scope="session")
def ear() -> Cues:
    return cues.load()


@pytest.fixture(scope="session")
def reader() -> TrainedReader:
    """Learned from one line in twelve, without an encoder: ready in a second. The real one is `trained_reader`."""
    model = trained.train(lines.from_folder()[::12])
    assert model
    return model
