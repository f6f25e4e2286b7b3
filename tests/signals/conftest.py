"""The ear as it is shipped, made once: the layer's cue files and a reader trained on the layer's lines."""

import pytest

from attune.signals import cues, emotion, lines
from attune.signals.cues import Cues
from attune.signals.emotion import EmotionModel


@pytest.fixture(scope="session")
def ear() -> Cues:
    return cues.load()


@pytest.fixture(scope="session")
def reader() -> EmotionModel:
    model = emotion.train(lines.from_folder())
    assert model
    return model
