"""Does the assistant's name in protocol.yml say that no person is speaking (DIS-1)?"""

import re
from pathlib import Path

from attune.check.finding import Finding, Findings
from attune.policy import protocol
from attune.reply.document import read

TELLS = re.compile(r"\b(?:automated|ai|\w*bot|software)\b", re.IGNORECASE)


def voice(path: Path) -> Findings:
    """An `assistant` under `voice` that could be a person's; raises InvalidFile if the protocol cannot be read."""
    name = protocol.load(path).voice.assistant
    if not TELLS.search(name):
        yield Finding("error", str(path), read(path).line("voice", "assistant"),
                      f"the assistant is called “{name}”, which does not say that it is automated",
                      "Let the name contain automated, AI, bot or software")
