"""What a person says, as it goes out on Rasa's own channels, where no page shows the sender (DIS-3)."""

import re
import textwrap
from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from attune import designer_file
from attune.settings import LAYER

FILE = LAYER / "other_channels.yml"
SCHEMA = LAYER / "schemas" / "other_channels.json"
LONGEST = 1500
"""Characters of one message; the narrowest of Rasa's channels (WhatsApp by Twilio) takes 1600, with the name."""

_GAP = re.compile(r"\n\s*\n")


def is_sent_to(channel: str | None) -> bool:
    """Whether words can be sent to a customer on this channel; elsewhere they are asked for. None: nobody knows it."""
    return channel is not None and channel not in cast("list[str]", _file()["asked_for"])


def parts(text: str) -> list[str]:
    """The text as messages of at most LONGEST characters, cut between words where that is possible."""
    if len(text) <= LONGEST:
        return [text]
    cut = textwrap.wrap(text, LONGEST, replace_whitespace=False, drop_whitespace=False, break_on_hyphens=False)
    return [part.strip() for part in cut if part.strip()]


def labelled(text: str, name: str | None) -> str:
    """One message that says who wrote it; a notice has no `name` and stays as it is.

    Rasa's channels send each paragraph as a message of its own, which would leave the later ones without a label, so
    paragraphs become lines.
    """
    joined = _GAP.sub("\n", text.strip())
    return joined if name is None else str(_file()["person"]).format(name=name, text=joined)


@lru_cache(maxsize=1)
def _file() -> Mapping[str, object]:
    return cast("Mapping[str, object]", designer_file.load(FILE, SCHEMA))
