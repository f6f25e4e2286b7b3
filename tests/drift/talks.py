"""Conversations and counts for the pages that show them."""

from collections.abc import Iterable

from click.testing import CliRunner

from attune.audit.checkpoints import Checkpoint
from attune.audit.record import Record
from attune.cli import main
from attune.drift.public_counts import count
from attune.drift.transparency import AlarmCount, Transparency


def talk(records: Iterable[Record]) -> list[Record]:
    """The longest conversation in which a person was called."""
    by: dict[str | None, list[Record]] = {}
    for record in records:
        by.setdefault(record.conversation, []).append(record)
    return max((one for one in by.values() if any(record.kind == "handover" for record in one)), key=len)


def counts_of(records: Iterable[Record], made: int, contact: str | None = None) -> Transparency:
    """The transparency report of all of these."""
    counts = count(records, 0, made, 10, {"INTL": "*"})
    ledger = Checkpoint(1234, "ab" * 32, "cd" * 32, made, "key", "ef" * 64)
    return Transparency(counts, [AlarmCount("crisis help", 2, 1, 3.5)], ledger, contact)


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and the output of a command."""
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output
