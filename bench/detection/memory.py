"""Prints the megabytes resident after hearing some messages: `memory.py DIET_MODEL [FOLDER_OF_THE_READER]`."""

import re
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from detection import sets  # noqa: E402
from detection.answer import Peer  # noqa: E402
from detection.peers import diet  # noqa: E402

MESSAGES = 50


def main(model: Path, reader: Path | None = None) -> None:
    """Let stock DIET hear the messages, and the reader too if there is one."""
    peers: list[Peer] = [diet.load(model), *([_reader(reader)] if reader else [])]
    for row in sets.load(sets.OWN)["benign_support"][:MESSAGES]:
        for peer in peers:
            peer.hear(row.text)
    print(resident_mb(Path("/proc/self/status").read_text()))


def resident_mb(status: str) -> int:
    """The resident set in what Linux says of a process."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found.group(1)) // 1024 if found else 0


def _reader(folder: Path) -> Peer:
    from attune.signals import cues, encoder, trained  # noqa: PLC0415  (not to be in the process that goes without)
    from detection.peers.attune import Attune  # noqa: PLC0415

    model = trained.load(folder, encoder.load())
    assert model
    return Attune(cues.load(), model, folder)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
