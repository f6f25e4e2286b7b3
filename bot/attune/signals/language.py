"""Tells a message in a language the reader does not know from one that is merely calm."""

from collections.abc import Callable
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from attune.signals.features import plain, words

READ = "en"
SURE = 0.9
LEAST_KNOWN = 0.5
LONGEST = 400
"""Characters of a message that are looked at."""


def unread(text: str, knows: Callable[[str], bool]) -> str | None:
    """The language (ISO 639-1) of a message that cannot be read, or None.

    Both must say so: the identifier, which errs on short messages, and the reader, who knows fewer than half the words.
    """
    said = [word for word in words(plain(text[:LONGEST])) if any(char.isalpha() for char in word)]
    if not said or sum(map(knows, said)) >= LEAST_KNOWN * len(said):
        return None
    language, sure = _identifier().classify(text[:LONGEST])
    return str(language) if language != READ and sure >= SURE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
