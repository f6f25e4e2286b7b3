"""What is counted, day by day."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from attune import database, settings
from attune.audit import keeper
from attune.audit.checkpoints import Notary
from attune.audit.record import Fact, Kind, Record
from attune.drift.commands import drift
from attune.drift.report import line, rows
from attune.drift.windows import Share, windows
from audit.rows import SIGNER

NOON = 1_700_049_600_000_000  # 2023-11-15 12:00 UTC
DAY = 86_400_000_000


def conversation(name: str, *kinds: Kind, at: int = NOON, **facts: Fact) -> list[Record]:
    return [Record(f"{name}-{number}", kind, at + number, name, facts if kind == "turn" else {})
            for number, kind in enumerate(kinds)]


def shares(told: list[Record]) -> dict[str, Share]:
    [window] = windows(told)
    return window.shares


def test_each_day_is_a_window_of_its_own() -> None:
    told = conversation("b", "turn", at=NOON + DAY) + conversation("a", "turn") + conversation("c", "turn")

    assert [(window.day, window.shares["not understood"].of) for window in windows(told)] == [
        ("2023-11-15", 2), ("2023-11-16", 1),
    ]


def test_no_records_make_no_window() -> None:
    assert windows([]) == windows([Record("m", "model", NOON)]) == []


@pytest.mark.parametrize(("kinds", "expected"), [
    (("turn", "acknowledged", "said"), Share(1, 1)),
    (("turn", "disclosure", "acknowledged", "said"), Share(1, 1)),
    (("turn", "said", "acknowledged"), Share(0, 1)),
    (("turn", "said"), Share(0, 1)),
    (("turn", "person"), Share(0, 0)),
    (("turn", "acknowledged", "said", "turn", "said"), Share(1, 2)),
    (("session", "disclosure"), Share(0, 0)),
])
def test_acknowledging_counts_when_it_comes_before_solving(kinds: tuple[Kind, ...], expected: Share) -> None:
    assert shares(conversation("a", *kinds))["acknowledged before solved"] == expected


def test_the_order_of_records_that_came_late_does_not_matter() -> None:
    told = conversation("a", "turn", "acknowledged", "said")

    assert shares(told[::-1]) == shares(told)


def test_a_conversation_handed_over_twice_counts_once() -> None:
    told = conversation("a", "turn", "handoff", "turn", "handoff") + conversation("b", "turn")

    assert shares(told)["handed over"] == Share(1, 2)


def test_a_turn_is_not_understood_by_its_intent_or_by_the_fallback_that_followed() -> None:
    told = [*conversation("a", "turn", "said", understood=False), *conversation("b", "turn", "fallback", "said"),
            *conversation("c", "turn", "said", understood=True)]

    assert shares(told)["not understood"] == Share(2, 3)


def test_crisis_help_is_counted_by_turn() -> None:
    assert shares(conversation("a", "turn", "help", "turn", "help", "help", "turn"))["crisis help"] == Share(2, 3)


def test_of_the_talks_that_were_rated_those_that_went_well_are_counted() -> None:
    rated = [Record(f"r-{number}", "rating", NOON + number, "a", {"rating": number}) for number in (1, 3, 4, 5)]

    assert shares([*conversation("a", "turn"), *rated])["person rated well"] == Share(2, 4)
    assert shares(conversation("a", "turn"))["person rated well"] == Share(0, 0)


def many(handed_over: int, of: int) -> list[Record]:
    return [record for number in range(of) for record in
            conversation(f"c{number}", *(("turn", "handoff") if number < handed_over else ("turn", "said")))]


def test_cri_12_small_counts_are_not_shown_and_cannot_be_worked_out() -> None:
    few, enough = (rows(windows(many(count, 40)))[1] for count in (9, 10))

    assert (few.share, few.of, few.low, few.high) == (None, None, None, None)
    assert "fewer than 10" in line(few)
    assert (enough.share, enough.of, enough.low, enough.high) == (250, 40, 142, 402)
    assert line(enough) == "2023-11-15  handed over                   25.0 %  (14.2 to 40.2 %) of 40"


def test_the_report_reads_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    empty = CliRunner().invoke(drift, ["report"])
    engine = database.engine(settings.load().db_url)
    keeper.put(engine, many(12, 40))
    keeper.keep(engine, Notary(tmp_path, SIGNER), 1.0)
    said, as_json = (CliRunner().invoke(drift, ["report", *more]) for more in ([], ["--json"]))

    assert (empty.exit_code, empty.output) == (0, "The ledger is empty: nothing has happened yet.\n")
    assert "handed over                   30.0 %" in said.output
    assert json.loads(as_json.output)[1] == {
        "day": "2023-11-15", "measure": "handed over", "of": 40, "share": 300, "low": 181, "high": 454,
    }
    assert "Example: attune drift report" in CliRunner().invoke(drift, ["report", "--help"]).output
