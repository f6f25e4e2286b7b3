"""`attune drift report`, with the sentences customers let be quoted: those lie in the stores this room knows."""

from attune.drift.report_commands import with_quotes
from attune.drift.settings import DriftSettings
from attune.policy import protocol
from attune.rights import quotable, stores, trackers
from attune.settings import Settings


def quoted(settings: Settings, begin: int, end: int, how: DriftSettings, now: int) -> tuple[str, ...] | None:
    """The sentences of a time; None where protocol.yml has nobody asked for them.

    Raises NoEndpoints, UnknownStore, StoreAway.
    """
    if not protocol.load(settings.protocol).quotes:
        return None
    with trackers.reached():
        return quotable.sentences(stores.here(settings), begin, end, how, now)


report = with_quotes(quoted)
