"""The sentence encoder for real: MiniLM on TensorFlow."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.signals import encoder
from attune.signals.encoder import ChangedWeights, Encoder, NoEncoder

pytestmark = pytest.mark.rasa
MINILM = encoder._folder(encoder.DEFAULT)


@pytest.fixture(scope="module")
def minilm() -> Encoder:
    return encoder.load()


def test_messages_that_mean_the_same_are_near(minilm: Encoder) -> None:
    texts = ["where is my package", "my package has not arrived yet", "how do I reset my password"]
    ask, same, other = minilm.vectors(texts)

    assert ask @ same > 0.6 > 0.2 > ask @ other


def test_what_customers_wrote_does_not_show_in_the_encoder(minilm: Encoder) -> None:
    minilm.vectors(["secretword in a message"])

    assert "secretword" not in repr(minilm)


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    encoder._load.cache_clear()  # so that nothing is remembered
    alone = encoder.load().vectors(["where is my parcel"])
    encoder._load.cache_clear()
    among = encoder.load().vectors(["hi", "where is my parcel", "a much longer message " * 10])

    assert np.allclose(alone[0], among[1], atol=1e-5)
    assert among.shape == (3, 384)


@settings(max_examples=25)
@given(st.lists(st.text() | st.sampled_from(["", "\ud83d", "a" * 3000, "\u202e\u200b"]), min_size=1, max_size=3))
def test_no_text_is_too_odd_for_a_vector(minilm: Encoder, texts: list[str]) -> None:
    vectors = minilm.vectors(texts)

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_weights_that_changed_are_refused(tmp_path: Path) -> None:
    shutil.copytree(MINILM, tmp_path / "encoder")
    with (tmp_path / "encoder" / encoder.WEIGHTS).open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00\x01")

    with pytest.raises(ChangedWeights, match=encoder.MINILM_SHA256):
        encoder.load(str(tmp_path / "encoder"), encoder.MINILM_SHA256)


def test_any_folder_with_an_encoder_will_do(tmp_path: Path, minilm: Encoder) -> None:
    shutil.copytree(MINILM, tmp_path / "encoder")
    own = encoder.load(str(tmp_path / "encoder"))

    assert own.hash == minilm.hash
    assert np.allclose(own.vectors(["hello"]), minilm.vectors(["hello"]), atol=1e-5)


def test_a_folder_without_an_encoder_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(NoEncoder, match=r"model\.safetensors"):
        encoder.load(str(tmp_path))
