"""What a text is to the trained reader: its word and letter n-grams, and its sentence vector seen through a kernel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_approximation import Nystroem

from attune.signals.encoder import Vectors
from attune.signals.fold import fold

WORD = re.compile(r"[\w']+|[!?]")
LANDMARKS = 1000
"""Training vectors the Gaussian kernel is approximated with (Nystroem; Williams and Seeger 2001)."""


def plain(text: str) -> str:
    """The text as n-grams are taken of it."""
    return fold(text).text


def words(text: str) -> list[str]:
    """The words of a plain text, and its marks of excitement."""
    return WORD.findall(text)


@dataclass(frozen=True)
class Grams:
    """Word pairs and letter sequences, weighed by how telling they are (TF-IDF)."""

    vectorizers: Sequence[TfidfVectorizer]

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """One row a text."""
        plain_texts = list(map(plain, texts))
        return hstack([vectorizer.transform(plain_texts) for vectorizer in self.vectorizers]).tocsr()

    def knows(self, word: str) -> bool:
        """Whether a (plain) word was in the lines."""
        return word in self.vectorizers[0].vocabulary_


def grams(texts: Sequence[str]) -> Grams:
    """Learn which n-grams there are; of many texts, n-grams too rare to generalise are left out."""
    plain_texts = list(map(plain, texts))
    rare = min(3, 1 + len(texts) // 1000)
    vectorizers = (
        TfidfVectorizer(lowercase=False, tokenizer=words, token_pattern=None, ngram_range=(1, 2), min_df=rare,
                        sublinear_tf=True, dtype=np.float32),
        TfidfVectorizer(lowercase=False, analyzer="char_wb", ngram_range=(3, 5), min_df=2 * rare - 1,
                        sublinear_tf=True, dtype=np.float32),
    )
    return Grams([vectorizer.fit(plain_texts) for vectorizer in vectorizers])


def kernel(vectors: Vectors) -> Nystroem:
    """A map under which a linear model draws the curved borders of a Gaussian kernel."""
    return Nystroem(gamma=1.0, n_components=min(LANDMARKS, len(vectors)), random_state=0).fit(vectors)


def mapped(fitted: Nystroem, vectors: Vectors) -> npt.NDArray[np.float32]:
    """One row a vector."""
    rows: npt.NDArray[np.float32] = fitted.transform(vectors).astype(np.float32)
    return rows
