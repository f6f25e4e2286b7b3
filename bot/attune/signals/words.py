"""A message as plain words, each with its place in the message: what cue patterns are matched against."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spacy.language import Language

from attune.signals.fold import fold

STOP = "."
"""The word that stands for the end of a sentence; it also stands before the first and after the last word."""

PIECES = {
    "n't": "not", "nt": "not", "ca": "can", "wo": "will", "'m": "am", "m": "am", "'re": "are", "'ve": "have",
    "ve": "have", "'ll": "will", "'s": "is", "s": "is", "'d": "would", "d": "would",
    "gon": "going", "na": "to", "ta": "to", "u": "you", "ur": "your",
    "cannot": "can not", "im": "i am", "ive": "i have", "n": "and", "&": "and", "a.m.": "am", "p.m.": "pm",
}
"""What the pieces of spaCy's contractions say in full."""

ENDS = frozenset("!?;:。！？")


@dataclass(frozen=True)
class Words:
    """The words, and for each its span in the message (end exclusive)."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Spelling:
    """How words are spelled out: a table of spellings, words to pass over, and the words any pattern knows."""

    nlp: Language
    table: Mapping[str, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    def spell(self, token: str) -> tuple[str, ...]:
        """The words one token stands for; none for punctuation and fillers."""
        for form in _forms(token):
            if form in self.table or form in PIECES:
                written_out = (self.table.get(form) or PIECES[form]).split()
                return tuple(word for word in written_out if word not in self.fillers)
            if form in self.fillers:
                return ()
            if form in self.known:
                return (form,)
        return (token,) if any(char.isalnum() for char in token) else ()

    def split(self, message: str) -> Words:
        """The words of a message, with STOP at both ends and between sentences."""
        folded = fold(message)
        words, spans = [STOP], [(0, 0)]
        for token in self.nlp.make_doc(folded.text):
            span = folded.span(token.idx, token.idx + len(token.text))
            spelled = (STOP,) if token.text == STOP or token.text[0] in ENDS else self.spell(token.text)
            words.extend(spelled)
            spans.extend([span] * len(spelled))
        return Words((*words, STOP), (*spans, (len(message), len(message))))


def _forms(token: str) -> tuple[str, ...]:
    single = "".join(char for i, char in enumerate(token) if i == 0 or char != token[i - 1])
    # Below three letters the two are often different words: `off` and `of`, `too` and `to`.
    return (token, single) if 2 < len(single) < len(token) else (token,)
