"""A keyword list, as a designer would write it in half an hour: a message holds such words, or it does not."""

import re
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from detection.answer import Answer
from detection.workshop import Workshop

WORDS = Path(__file__).with_suffix(".yml")


@dataclass(frozen=True)
class Keywords:
    """One pattern for each list of words."""

    crisis: re.Pattern[str]
    distress: re.Pattern[str]
    complaint: re.Pattern[str]
    person: re.Pattern[str]

    def hear(self, text: str) -> Answer:
        """Which lists' words the message holds."""
        plain = text.replace("’", "'")
        crisis, distress = self.crisis.findall(plain), self.distress.findall(plain)
        return Answer(
            crisis=bool(crisis),
            crisis_share=float(len(crisis)),
            distress=bool(crisis or distress),
            distress_share=float(len(crisis) + len(distress)),
            frustration=bool(self.complaint.search(plain)),
            person=bool(self.person.search(plain)),
            note=", ".join(crisis + distress),
        )


def learn(workshop: Workshop) -> Keywords:
    """Read the lists; there is nothing to learn."""
    return Keywords(**{name: pattern(words) for name, words in YAML(typ="safe").load(WORDS.read_text()).items()})


def pattern(words: list[str]) -> re.Pattern[str]:
    """Any of the words, as whole words in either case; a `*` at the end stands for any ending."""
    endings = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else r"\b") for word in words)
    return re.compile(rf"\b(?:{'|'.join(endings)})", re.IGNORECASE)
