"""Does every handoff find its queue? The lines of `queues` in protocol.yml, and what they name (HND-2, HND-5)."""

from collections.abc import Collection, Sequence
from pathlib import Path

from attune.check.finding import Finding, Findings, Severity
from attune.policy import protocol
from attune.policy.routing import Queue, Request, choose, unreachable
from attune.reply.document import read


def routing(path: Path) -> Findings:
    """Lines that leave danger waiting or fit nobody; raises InvalidFile if the protocol cannot be read."""
    lines = protocol.load(path).queues
    for place in _dangerous(lines):
        yield _at(path, place, "error", "a customer in danger can come to this line and wait behind others",
                  "Put a line before it with `reason: safety`, no other condition and the first priority")
    for place in unreachable(lines):
        yield _at(path, place, "warning", "nobody comes to this line, for one above it is for everybody",
                  "Move the one for everybody to the end, or take this one out")
    if not any(line.is_for_all for line in lines):
        yield _at(path, len(lines) - 1, "warning", "no line is for everybody, so whoever fits none waits here",
                  "Add a last line without conditions")


def unknown(path: Path, intents: Collection[str], slots: Collection[str]) -> Findings:
    """Intents and slots that lines name and the assistant does not have."""
    for place, line in enumerate(protocol.load(path).queues):
        for intent in sorted(set(line.intents) - set(intents)):
            yield _at(path, place, "error", f"no intent is called {intent!r}", "Name an intent of the domain")
        if line.at_stake and line.at_stake.slot not in slots:
            yield _at(path, place, "error", f"no slot is called {line.at_stake.slot!r}", "Name a slot of the domain")


def _dangerous(lines: Sequence[Queue]) -> Sequence[int]:
    """The lines at which danger may wait though it is not before all others."""
    first = min(line.priority for line in lines)
    surely = lines.index(choose(lines, Request("safety")))
    may_come = [place for place, line in enumerate(lines[:surely + 1]) if line.reason != "customer_request"]
    return [place for place in may_come if lines[place].priority > first]


def _at(path: Path, place: int, severity: Severity, what: str, remedy: str) -> Finding:
    return Finding(severity, str(path), read(path).line("queues", place), what, remedy)
