"""Is danger left alone at night? The hours of protocol.yml should not hold for its queue (HND-3, HND-5)."""

from pathlib import Path

from attune.check.finding import Finding, Findings
from attune.policy import hours as policy_hours
from attune.policy import protocol
from attune.reply.document import read


def hours(path: Path) -> Findings:
    """Hours that hold for the queue for safety; raises InvalidFile if the protocol cannot be read."""
    rules = protocol.load(path)
    queue = rules.safety.queue
    line = policy_hours.of(queue, rules.hours)
    if line is not None and not line.always:
        place = rules.hours.index(line)
        yield Finding("warning", str(path), read(path).line("hours", place, "zone"),
                      f"nobody is there for the queue {queue} outside these hours, and customers in danger are told so",
                      f"Name the queues these hours are for, or write a line before it for {queue}")
