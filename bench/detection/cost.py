"""What hearing costs: time a message, time of a very long one, memory."""

import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles

from attune.signals.encoder import REMEMBERED, Encoder
from detection.answer import Heard, Peer
from detection.sets import Row

WARM_UP = ("Hello", "When do you open tomorrow?", "I can't find my order, and nobody answers. What now?")
LONG = 10_000
MEMORY = Path(__file__).with_name("memory.py")


def per_message(heard: Sequence[Heard]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds; there must be at least two messages."""
    times = [each.milliseconds for each in heard]
    return median(times), quantiles(times, n=20)[-1]


def warm_up(peer: Peer) -> None:
    """Let whatever a peer does only once be done."""
    for text in WARM_UP:
        peer.hear(text)


def forget(encoder: Encoder) -> None:
    """Fill the encoder's memory of the last texts with others, so that the next are read afresh."""
    encoder.vectors([f"text {number}" for number in range(REMEMBERED)])


def long_messages(rows: Sequence[Row], count: int, length: int = LONG) -> list[str]:
    """Messages of exactly so many characters, made of the rows' texts in ever another order."""
    chance = random.Random(0)
    texts = [row.text for row in rows]
    return [_long(chance.sample(texts, len(texts)), length) for _ in range(count)]


def long_ms(peer: Peer, encoder: Encoder, messages: Sequence[str]) -> float:
    """The median time in milliseconds of such messages."""
    times = []
    for message in messages:
        forget(encoder)
        begun = time.perf_counter()
        peer.hear(message)
        times.append(1000 * (time.perf_counter() - begun))
    return median(times)


def memory_mb(diet: Path, reader: Path) -> Mapping[str, int] | None:
    """Megabytes resident in a process that runs stock DIET alone (`without`) and beside the reader (`with`).

    None where the system has no /proc to ask.
    """
    if not Path("/proc/self/status").exists():
        return None
    return {"without": _resident(diet), "with": _resident(diet, reader)}


def _resident(*arguments: Path) -> int:
    command = [sys.executable, "-W", "ignore", str(MEMORY), *map(str, arguments)]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1])


def _long(texts: Sequence[str], length: int) -> str:
    joined = " ".join(text if text[-1] in ".!?" else f"{text}." for text in texts)
    return (joined * (length // len(joined) + 1))[:length]
