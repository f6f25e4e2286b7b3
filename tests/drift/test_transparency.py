"""The transparency report as a page and as JSON, and from the command line."""

import json
from pathlib import Path

import pytest

from attune import database
from attune.audit import checkpoints, keeper, signing
from attune.audit.verify import verify
from attune.drift import transparency as report
from attune.drift.alarms import DriftAlarms
from attune.drift.look import Change
from attune.drift.report import page
from attune.drift.simulation import simulated
from attune.settings import load
from audit.rows import tamper
from drift.talks import counts_of, run
from drift.test_report import BEGIN, EVIL, MADE, plain


def test_the_page_says_what_it_is_whom_it_reached_and_how_to_check_it() -> None:
    told = counts_of((record for record, _ in simulated(3000, BEGIN, 3)), MADE)
    written = plain(page.transparency(told))

    assert "Conversations begun 3,000" in written
    assert "An automated assistant that answers customers in writing." in written
    assert "Half of those to whom one came waited no longer than" in written
    assert "No address for complaints is named yet" in written
    assert "Crisis help 2 1 3.5 h" in written
    assert "1,234 records, under the root " + "ab" * 32 in written


def test_cri_12_of_few_customers_the_page_tells_no_number() -> None:
    records = [record for record, _ in simulated(8, BEGIN, 3)]
    written = plain(page.transparency(counts_of(records, MADE)))

    assert "Conversations begun fewer than 10" in written
    assert not any(f" {record.conversation}" in written for record in records)


def test_where_to_complain_is_said_and_escaped() -> None:
    assert "Complaints to &#34;&gt;&lt;script&gt;" in page.transparency(counts_of([], MADE, f"Complaints to {EVIL}"))


@pytest.mark.slow
def test_aud_4_the_report_pins_the_ledger_for_an_auditor(trial: Path) -> None:
    found = load()
    engine = database.engine(found.db_url)
    keeper.put(engine, [told for told, _ in simulated(40, BEGIN, 3)])
    keeper.keep(engine, checkpoints.notary(found), BEGIN)
    begin, end = "2026-09-01", "2026-11-10"
    code, written = run("drift", "report", "--kind", "transparency", "--from", begin, "--to", end, "--json")
    pinned = trial / "pinned.jsonl"
    pinned.write_text(json.dumps(json.loads(written)["ledger"]) + "\n")
    kept = checkpoints.last(pinned)

    assert code == 0
    assert json.loads(written)["counts"]["said"]["conversations begun"] == 40
    assert kept and kept.is_by(signing.public(found))
    assert verify(engine, found.var, signing.public(found), (pinned,)).is_whole
    assert "What the assistant did" in run("drift", "report", "--kind", "transparency", "--from", begin, "--to", end)[1]
    tamper(engine, "UPDATE attune_audit_leaf SET data = replace(data, 'session', 'sesslon') WHERE kind = 'session'")
    assert not verify(engine, found.var, signing.public(found), (pinned,)).is_whole


def test_alarms_of_the_time_are_counted_with_when_they_were_seen(trial: Path) -> None:
    alarms, hour = DriftAlarms(database.engine(load().db_url)), 3600
    moved = [Change(measure, None, at, at, "up", None, None, "chi-square")
             for measure, at in (("escalated", 100), ("crisis help", 200), ("not understood", 300))]
    first, *_ = alarms.rise(moved, 0.0)
    alarms.see(first.id, "Sue", hour + 0.0001)
    found = report.alarm_counts(alarms.risen(100, 300))

    assert [(one.measure, one.rose, one.seen, one.hours) for one in found] == [
        ("crisis help", 1, 0, None), ("escalated", 1, 1, 1.0)]
