"""Wordings on trial are judged by Records: once a customer, only what is over; harm ends them, on record and told."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import ledger, store
from attune.audit.record import Record
from attune.cli import main
from attune.drift import judging
from attune.drift.alarms import DriftAlarms
from attune.drift.look import Look
from attune.drift.measures import MEASURES
from attune.drift.report import page
from attune.drift.settings import load as settings
from attune.drift.trials import Trial, trials
from attune.reply import endings, experiments
from attune.reply.experiments import AS_BEFORE, Experiment, Experiments

BEGIN, DAY = 1_790_000_000_000_000, 86_400_000_000
NOW = BEGIN + 100 * DAY
TRIAL = Experiment("warmer", ("utter_acknowledge_*",), {"warm": 500}, "calmer within three turns",
                   ("escalated", "not understood"), 3000, 300, running=True)
DECLARED = Experiments(0.01, 0.05, (TRIAL,))
YML = """version: 1
sure: {better: 990, harmful: 950}
experiments:
  - {id: warmer, responses: [utter_acknowledge_*], variants: {warm: 500}, outcome: calmer within three turns,
     guards: [escalated, not understood], at_most: 3000, days: 300, running: true}
"""


def talk(who: str, at: int, label: str | None, calm: bool = True, called: bool = False) -> Iterator[Record]:
    """A conversation that begins in anger: acknowledged, then calmer or not, then perhaps a person."""
    def told(number: int, kind: str, facts: dict[str, object]) -> Record:
        return Record(f"{who}-{at}-{number}", kind, at + number * 1_000_000, who, facts)  # type: ignore[arg-type]

    angry = {"understood": True, "emotion": "anger", "level": 800, "tier": 0}
    yield told(0, "session", {"model": "m1"})
    yield told(1, "turn", angry)
    yield told(2, "acknowledged", {"response": "utter_acknowledge", **({"variant": label} if label else {})})
    yield told(3, "turn", angry | {"level": 200 if calm else 800})
    if called:
        yield told(4, "handoff", {"action": "action_attune_hand_off"})


def talks(of: int, calm: dict[str, float], called: dict[str, float] | None = None, seed: int = 1) -> list[Record]:
    dice, told = np.random.default_rng(seed), list[Record]()
    for number in range(of):
        who = f"c{number}"
        arm = TRIAL.arm(who)
        odds = (called or {}).get(arm, 0.1)
        told += talk(who, BEGIN + number * 600_000_000, TRIAL.label(arm), bool(dice.random() < calm[arm]),
                     bool(dice.random() < odds))
    return told


def judged(records: list[Record], now: int = NOW) -> Trial:
    [found] = trials(records, DECLARED, now, 10)
    return found


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("ATTUNE_DB_URL", f"sqlite:///{tmp_path / 'attune.db'}")
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    (tmp_path / "experiments.yml").write_text(YML)
    monkeypatch.setenv("ATTUNE_EXPERIMENTS", str(tmp_path / "experiments.yml"))
    return database.engine(f"sqlite:///{tmp_path / 'attune.db'}")


def on_record(engine: Engine, records: list[Record]) -> None:
    store.prepare(engine)
    with engine.begin() as connection:
        store.append(connection, records)
    ledger.sequence(engine)


def test_a_better_wording_is_found_and_goes_on() -> None:
    found = judged(talks(1200, {"warm": 0.75, AS_BEFORE: 0.5}))

    assert (found.state, found.why, found.of) == ("better", None, 1200)
    assert found.compared[0].now.value > 0.7 > 0.55 > found.compared[0].before.value  # type: ignore[union-attr]


def test_what_calms_less_is_harmful() -> None:
    assert judged(talks(1200, {"warm": 0.4, AS_BEFORE: 0.6})).state == "harmful"


def test_a_guard_that_worsens_is_harm_though_the_outcome_improves() -> None:
    found = judged(talks(1500, {"warm": 0.75, AS_BEFORE: 0.5}, {"warm": 0.3, AS_BEFORE: 0.1}))

    assert (found.state, found.why) == ("harmful", "it does harm: escalated went up with it")


def test_where_nothing_differs_it_runs_its_time_and_ends() -> None:
    same = {"warm": 0.6, AS_BEFORE: 0.6}

    assert judged(talks(2900, same, seed=4)).state == "running"
    assert judged(talks(3000, same, seed=4)).state == "no difference found"
    assert judged(talks(200, same, seed=4), BEGIN + 301 * DAY).state == "no difference found"


def test_a_conversation_that_is_not_over_does_not_count_yet() -> None:
    told = talks(60, {"warm": 1.0, AS_BEFORE: 1.0})

    assert (judged(told, BEGIN + DAY).of, judged(told).of) == (None, 60)


def test_a_customer_counts_once_however_often_they_come() -> None:
    told = talks(60, {"warm": 1.0, AS_BEFORE: 1.0})
    again = [record for day in range(1, 3) for record in talk("c1", BEGIN + day * 2 * DAY, TRIAL.label("warm"))]

    assert judged([*told, *again]) == judged(told)


@pytest.mark.parametrize("label", [None, "other.12345678:warm", "warmer.00000000:warm", "warm", "utter_x/1"])
def test_what_was_heard_outside_this_trial_does_not_count(label: str | None) -> None:
    told = talks(60, {"warm": 1.0, AS_BEFORE: 1.0})

    assert judged([*told, *talk("other", BEGIN, label)]) == judged(told)


def test_a_trial_that_does_not_run_is_only_shown() -> None:
    stopped = Experiments(0.01, 0.05, (Experiment(**{**TRIAL.__dict__, "running": False}),))
    [found] = trials(talks(1200, {"warm": 0.1, AS_BEFORE: 0.9}), stopped, NOW, 10)

    assert found.state == "not running"


@pytest.mark.parametrize("of", [1, 5, 12, 19])
def test_cri_12_of_few_people_nothing_is_told_not_even_the_evidence(of: int) -> None:
    found = judged(talks(of, {"warm": 0.5, AS_BEFORE: 0.5}))

    assert found.of is None
    assert {(one.now, one.before, one.commoner, one.rarer) for one in found.compared} == {(None,) * 4}


def test_what_was_felt_before_the_wording_was_heard_does_not_count() -> None:
    told = talks(60, {"warm": 1.0, AS_BEFORE: 1.0})
    early = list(talk("early", BEGIN, None))
    heard = {"response": "utter_hours", "variant": TRIAL.label("warm")}
    late = [Record(f"late {kind}", kind, BEGIN + 9_000_000, "early", facts)  # type: ignore[arg-type]
            for kind, facts in (("turn", {"understood": True}), ("said", heard))]

    assert judged([*told, *early, *late]).compared[0] == judged(told).compared[0]


def test_con_6_what_came_after_a_yes_was_taken_back_does_not_count() -> None:
    told = talks(60, {"warm": 1.0, AS_BEFORE: 1.0})
    session = list(talk("gone", BEGIN, TRIAL.label("warm")))
    gone = Record("gone", "consent", BEGIN + 2_500_000, "gone", {"purpose": "quality", "state": "withdrawn"})

    assert judged([*told, *session]).of == 61
    assert judged([*told, *session[:3], gone, *session[3:]]).of == 60


def test_the_measures_that_may_be_tried_are_measured_shares() -> None:
    schema = json.loads(experiments.SCHEMA.read_text())["properties"]["experiments"]["items"]["properties"]
    named = {*schema["outcome"]["enum"], *schema["guards"]["items"]["enum"]}

    assert {MEASURES[name].unit for name in named} == {"share"}
    assert all(MEASURES[name].better for name in schema["outcome"]["enum"])


def test_aud_8_harm_is_ended_once_on_record_and_the_supervisor_is_alarmed(engine: Engine) -> None:
    on_record(engine, talks(1200, {"warm": 0.4, AS_BEFORE: 0.6}))
    for _ in range(2):
        [found] = judging.judge(engine, DECLARED, NOW / 1_000_000, 10)
        ledger.sequence(engine)

    assert found.state == "harmful"
    assert endings.read(engine)[TRIAL.label("warm")].by == "attune"
    [record] = [one for one in store.records(engine) if one.kind == "trial"]
    assert (record.facts["variant"], record.facts["step"]) == (TRIAL.label("warm"), "ended")
    [alarm] = DriftAlarms(engine).open()
    assert alarm.words.startswith("Calmer within three turns with the wording warmer:warm went down around")
    assert alarm.words.endswith("It is said to nobody any more.")


def test_a_desk_that_died_before_it_ended_harm_ends_it_the_next_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_record(engine, talks(1200, {"warm": 0.4, AS_BEFORE: 0.6}))
    with monkeypatch.context() as dying:
        dying.setattr(judging, "end", _dies)
        with pytest.raises(KeyboardInterrupt):
            judging.judge(engine, DECLARED, NOW / 1_000_000, 10)

    assert endings.read(engine) == {}
    judging.judge(engine, DECLARED, NOW / 1_000_000, 10)
    assert list(endings.read(engine)) == [TRIAL.label("warm")]
    assert len(DriftAlarms(engine).open()) == 1


def _dies(*_args: object) -> bool:
    raise KeyboardInterrupt


def test_the_command_shows_each_and_ends_one_by_hand_for_good(engine: Engine) -> None:
    on_record(engine, talks(200, {"warm": 0.6, AS_BEFORE: 0.6}))
    run = CliRunner().invoke

    shown = run(main, ["experiments", "--json"])
    assert [(one["label"], one["state"], one["of"]) for one in json.loads(shown.output)] == [
        (TRIAL.label("warm"), "running", 200)]
    ended = run(main, ["experiments", "--end", "warmer:warm", "--by", "sue"])
    told = "warmer:warm  ended (somebody ended it)\n  200 of 3000 conversations that are over\n  calmer within"
    assert told in ended.output
    assert endings.read(engine)[TRIAL.label("warm")].by == "sue"
    again = run(main, ["experiments", "--end", "warmer:warm"])
    assert (again.exit_code, "is ended already" in again.output) == (1, True)
    ledger.sequence(engine)
    assert [one.facts["step"] for one in store.records(engine) if one.kind == "trial"] == ["ended"]


def test_a_variant_nobody_declared_is_named_with_those_there_are(engine: Engine) -> None:
    told = CliRunner().invoke(main, ["experiments", "--end", "warmer:cold"])

    assert (told.exit_code, "There is no variant warmer:cold. There are warmer:warm." in told.output) == (1, True)


def test_the_report_shows_the_trial_with_its_evidence() -> None:
    found = judged(talks(1200, {"warm": 0.75, AS_BEFORE: 0.5}))
    html = page.drift(Look(0, 1, 0, 0, 0, 0), settings(), 1, trials=[found])

    assert "Wordings on trial" in html
    assert "take <code>variant</code> away from it" in html
    assert "Wordings on trial" not in page.drift(Look(0, 1, 0, 0, 0, 0), settings(), 1)
