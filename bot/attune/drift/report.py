"""Puts the windows into rows: one measure of one day, with how sure it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from attune.drift.intervals import SMALLEST, too_small, wilson
from attune.drift.windows import Share, Window


@dataclass(frozen=True)
class Row:
    """Shares in per mille with the 95 % interval; all None where the count is too small to show."""

    day: str
    measure: str
    of: int | None
    share: int | None
    low: int | None
    high: int | None


def rows(windows: Iterable[Window]) -> list[Row]:
    """The report's rows, by day and measure."""
    return [_row(window.day, measure, share) for window in windows for measure, share in window.shares.items()]


def _row(day: str, measure: str, share: Share) -> Row:
    if too_small(share.count, share.of):
        return Row(day, measure, None, None, None, None)
    low, high = wilson(share.count, share.of)
    return Row(day, measure, share.of, round(1000 * share.count / share.of), round(1000 * low), round(1000 * high))


def line(row: Row) -> str:
    """One row for reading."""
    if row.share is None or row.low is None or row.high is None:
        return f"{row.day}  {row.measure:27}  fewer than {SMALLEST}"
    share, low, high = (f"{part / 10:.1f}" for part in (row.share, row.low, row.high))
    return f"{row.day}  {row.measure:27}  {share:>5} %  ({low} to {high} %) of {row.of}"
