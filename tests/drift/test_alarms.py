"""Alarms about what moved come once for each cause, wait for the morning unless they are urgent, and are seen."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import keeper, ledger
from attune.cli import main
from attune.drift.alarms import DriftAlarms, alarm, is_quiet
from attune.drift.changes import Watched, changes
from attune.drift.look import Change, Direction, Estimate, Mark, MixChange, Portion
from attune.drift.settings import load
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, Plant, simulated
from attune.drift.watching import watch
from fixtures.postgres import postgres
from fixtures.stack import free_ports

BEGIN = 1_790_000_000.0
SETTINGS = load()
BEFORE, AFTER = Estimate(0.93, 0.91, 0.95, 500), Estimate(0.57, 0.52, 0.61, 300)
CHANGE = Change("acknowledged before solved", None, 1_790_000_000_000_000, 1_790_080_000_000_000, "down", BEFORE, AFTER,
                "CUSUM", (Mark(1_789_990_000_000_000, "wordings", "w2"),))
URGENT = replace(CHANGE, measure="crisis help", moved="up")
MIX = MixChange("intents", None, CHANGE.since, CHANGE.found, Estimate(0.2, 0.15, 0.25, 900),
                (Portion("refund_status", AFTER, BEFORE), Portion("complaint", None, BEFORE)),
                (Portion("order_status", BEFORE, AFTER),), "PSI", CHANGE.marks)
NIGHT, DAYTIME = (datetime(2026, 10, 20, hour, 30, tzinfo=timezone.utc).timestamp() for hour in (23, 12))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return database.engine(f"sqlite:///{tmp_path / 'attune.db'}")


def test_an_alarm_is_a_sentence_with_size_time_and_what_came_before() -> None:
    assert alarm(CHANGE).words.replace("\xa0", " ") == (
        "Acknowledged before solved went down around 21 September 2026, from 93 % (91 to 95) to 57 % (52 to 61). "
        "Shortly before came into use: new wordings (w2, 21 September 2026).")


def test_one_cause_rises_once_until_somebody_has_seen_it_and_something_new_begins(engine: Engine) -> None:
    alarms = DriftAlarms(engine)
    [first] = alarms.rise([CHANGE], DAYTIME)
    assert alarms.rise([CHANGE, replace(CHANGE, since=CHANGE.since + 5)], DAYTIME) == []
    assert alarms.see(first.id, "sue", DAYTIME)
    assert (alarms.open(), alarms.see(first.id, "sue", DAYTIME)) == ([], False)
    assert alarms.rise([replace(CHANGE, since=round(DAYTIME * MICRO) - 1)], DAYTIME) == []
    [again] = alarms.rise([replace(CHANGE, since=round(DAYTIME * MICRO) + 1)], DAYTIME + 1)

    assert again.id == first.id
    assert alarms.open() == [again]


def test_what_was_seen_stays_quiet_while_each_look_finds_it_still_and_rises_when_it_comes_back(engine: Engine) -> None:
    alarms, a_day = DriftAlarms(engine), DAY * MICRO
    [first] = alarms.rise([CHANGE], DAYTIME)
    alarms.see(first.id, "sue", DAYTIME)
    looked = [alarms.rise([replace(CHANGE, since=round(DAYTIME * MICRO) + (day - 7) * a_day)], DAYTIME + day * DAY)
              for day in range(1, 28)]
    back = replace(CHANGE, since=round(DAYTIME * MICRO) + 40 * a_day)

    assert looked == [[]] * 27
    assert [one.id for one in alarms.rise([back], DAYTIME + 41 * DAY)] == [first.id]


@pytest.mark.parametrize(("moved", "after", "rises"), [
    ("down", Estimate(0.40, 0.35, 0.45, 300), True), ("down", Estimate(0.50, 0.45, 0.55, 300), False),
    ("down", Estimate(0.80, 0.75, 0.85, 300), False), ("down", None, False),
    ("up", Estimate(0.80, 0.75, 0.85, 300), True), ("up", Estimate(0.40, 0.35, 0.45, 300), False),
])
def test_what_was_seen_rises_again_when_it_has_got_clearly_worse(
    engine: Engine, moved: Direction, after: Estimate | None, rises: bool,
) -> None:
    alarms, change = DriftAlarms(engine), replace(CHANGE, moved=moved)
    [first] = alarms.rise([change], DAYTIME)
    assert alarms.rise([replace(change, after=after)], DAYTIME) == []  # nobody has seen it yet
    alarms.see(first.id, "sue", DAYTIME)

    assert bool(alarms.rise([replace(change, after=after)], DAYTIME + 1)) == rises


def test_an_alarm_of_a_mix_names_what_grew_and_what_shrank() -> None:
    assert alarm(MIX).words.replace("\xa0", " ") == (
        "What customers ask for changed around 21 September 2026: more refund status (57 % to 93 %), complaint (few to "
        "93 %); less order status (93 % to 57 %). Shortly before came into use: new wordings (w2, 21 September 2026).")
    assert "changed around 21 September 2026: each name a little." in alarm(replace(MIX, grew=(), shrank=())).words


@pytest.mark.parametrize(("since", "apart", "rises"), [
    (0, Estimate(0.2, 0.15, 0.25, 900), False), (0, Estimate(0.4, 0.3, 0.5, 900), True),
    (0, Estimate(0.1, 0.05, 0.14, 900), False), (DAY, Estimate(0.2, 0.15, 0.25, 900), True),
])
def test_a_mix_rises_once_and_again_when_it_came_back_or_lies_clearly_farther_apart(
    engine: Engine, since: int, apart: Estimate, rises: bool,
) -> None:
    alarms = DriftAlarms(engine)
    [first] = alarms.rise([MIX], DAYTIME)
    assert alarms.rise([replace(MIX, grew=())], DAYTIME) == []  # what grew most is no other cause
    alarms.see(first.id, "sue", DAYTIME)
    later = replace(MIX, after=apart, since=round((DAYTIME + since) * MICRO) if since else MIX.since)

    assert bool(alarms.rise([later], DAYTIME + 2 * DAY)) == rises


@pytest.mark.parametrize(("plant", "rises"), [("intents", "intents"), ("nlu", "confidence in what was meant")])
def test_a_mix_and_confidences_that_moved_in_the_records_rise_once(engine: Engine, plant: Plant, rises: str) -> None:
    keeper.put(engine, [felt for _, felt in simulated(2500, BEGIN, 3, plant)])
    ledger.sequence(engine)
    now = BEGIN + (CHANGES_IN + 6) * DAY

    assert [one.measure for one in watch(engine, SETTINGS, now)].count(rises) == 1
    assert watch(engine, SETTINGS, now + 3600) == []


OLD = """CREATE TABLE attune_drift_alarm (id VARCHAR(16) PRIMARY KEY, measure VARCHAR(64) NOT NULL, words TEXT NOT NULL,
    since BIGINT NOT NULL, found BIGINT NOT NULL, told BIGINT, seen BIGINT, seen_by VARCHAR(64))"""


def test_a_table_of_an_older_attune_is_taken_up_and_what_was_seen_stays_seen(engine: Engine) -> None:
    takes_up(engine)


def takes_up(engine: Engine) -> None:
    known = alarm(CHANGE)
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD)
        connection.execute(text("INSERT INTO attune_drift_alarm VALUES (:id, :measure, :words, 1, 2, 3, 4, 'sue')"),
                           {"id": known.id, "measure": known.measure, "words": known.words})
    alarms = DriftAlarms(engine)

    assert alarms.open() == []
    assert [one.measure for one in alarms.rise([CHANGE, URGENT], DAYTIME)] == ["crisis help"]
    worse = replace(CHANGE, after=Estimate(0.2, 0.18, 0.22, 900))
    assert [one.measure for one in alarms.rise([worse], DAYTIME + 60)] == ["acknowledged before solved"]


@pytest.mark.slow
def test_of_a_drop_and_a_worse_one_both_are_told_and_neither_every_week(engine: Engine) -> None:
    dice, days, a_day = np.random.default_rng(0), 75, 100
    at = np.sort(dice.integers(0, days * DAY * MICRO, days * a_day))
    share = np.select([at < 50 * DAY * MICRO, at < 60 * DAY * MICRO], [0.95, 0.75], 0.4)
    values = (dice.random(len(at)) < share).astype(float)
    alarms, told, how = DriftAlarms(engine), [], replace(SETTINGS.watch, sure=1 - (1 - SETTINGS.watch.sure) / 60)
    for day in range(35, days):
        begin, middle, end = np.searchsorted(at, [(day - back) * DAY * MICRO for back in (35, 7, 0)])
        seen = Watched("handed over", None, "share", values[begin:middle], at[middle:end], values[middle:end])
        for one in alarms.rise(changes([seen], how), day * DAY):
            alarms.see(one.id, "sue", day * DAY)
            told.append(day)
    first, *worse = told

    assert 50 < first < 54
    assert 1 <= len(worse) <= 4  # while the window fills with what is worse
    assert all(60 < day <= 68 for day in worse)


@pytest.mark.slow
def test_on_postgresql_one_of_several_who_look_at_once_raises_it_and_it_is_seen_there() -> None:
    [port] = free_ports(1)
    with postgres(port) as server, ThreadPoolExecutor(8) as lookers:
        engines = [create_engine(server.url, future=True) for _ in range(8)]  # as many processes have
        risen = lookers.map(lambda engine: DriftAlarms(engine).rise([CHANGE, URGENT], DAYTIME), engines)
        ids = [one.id for found in risen for one in found]
        alarms = DriftAlarms(engines[0])

        assert sorted(ids) == sorted(one.id for one in alarms.open())
        assert [alarms.see(one, "sue", DAYTIME) for one in ids] == [True, True]
        assert alarms.rise([CHANGE], DAYTIME) == alarms.open() == []
        with engines[0].begin() as connection:
            connection.exec_driver_sql("DROP TABLE attune_drift_alarm")
        takes_up(older := create_engine(server.url, future=True))
        for engine in (*engines, older):
            engine.dispose()


def test_other_measures_parts_and_ways_are_other_causes(engine: Engine) -> None:
    others = [CHANGE, URGENT, replace(CHANGE, moved="up"), replace(CHANGE, cut=("channel", "web"))]

    assert len({one.id for one in DriftAlarms(engine).rise(others, DAYTIME)}) == 4


def test_at_night_only_what_is_urgent_is_told_and_each_is_told_once(engine: Engine) -> None:
    alarms = DriftAlarms(engine)
    alarms.rise([CHANGE, URGENT], DAYTIME)
    at_night = alarms.untold(SETTINGS, NIGHT)
    for one in at_night:
        alarms.tell(one.id, NIGHT)

    assert [one.measure for one in at_night] == ["crisis help"]
    assert [one.measure for one in alarms.untold(SETTINGS, DAYTIME)] == ["acknowledged before solved"]


@pytest.mark.parametrize(("hour", "quiet"), [(21, False), (22, True), (23, True), (0, True), (6, True), (7, False)])
def test_quiet_hours_go_over_midnight(hour: int, quiet: bool) -> None:
    assert is_quiet(SETTINGS.quiet, datetime(2026, 10, 20, hour, tzinfo=timezone.utc).timestamp()) == quiet


def test_what_moved_in_the_records_rises_and_is_not_found_twice(engine: Engine) -> None:
    keeper.put(engine, [felt for _, felt in simulated(4000, BEGIN, 3, "cold")])
    ledger.sequence(engine)
    now = BEGIN + (CHANGES_IN + 6) * DAY
    found = watch(engine, SETTINGS, now)

    assert [one.measure for one in found] == ["acknowledged before solved"]
    assert watch(engine, SETTINGS, now + 3600) == []


def test_at_the_command_line_alarms_are_listed_and_seen(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)
    [one] = DriftAlarms(engine).rise([CHANGE], DAYTIME)
    run = CliRunner().invoke
    listed = run(main, ["drift", "watch", "--json"])
    seen = run(main, ["drift", "watch", "--seen", one.id, "--by", "sue"])
    again = run(main, ["drift", "watch", "--seen", one.id])

    assert (listed.exit_code, [row["id"] for row in json.loads(listed.output)]) == (1, [one.id])
    assert (seen.exit_code, "Nothing that was watched has moved" in seen.output) == (0, True)
    assert (again.exit_code, f"no open alarm {one.id}" in again.output) == (1, True)
