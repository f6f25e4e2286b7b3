"""Wordings on trial: what may be declared, who hears which, and what happens when nobody knows."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

from attune.consent.discreet import TRIAL as TRIAL_LABEL
from attune.errors import InvalidFile
from attune.reply import endings
from attune.reply.arms import Fitting, Heard, Variation, heard, of_arm, unmarked, variant
from attune.reply.endings import Ending
from attune.reply.experiments import AS_BEFORE, MAY, NEVER, Experiment, load
from attune.reply.trials import FRESH, Running, Trials

TRIAL = Experiment("warmer", ("utter_acknowledge_anger_*", "utter_hours"), {"warm": 300, "brief": 200}, "escalated",
                   ("not understood",), 1000, 90, running=True)
PLAIN: Variation = {"text": "plain"}
WARM: Variation = {"text": "warm", "metadata": {"variant": "warm"}}
BRIEF: Variation = {"text": "brief", "metadata": {"variant": "brief", "other": 1}}
ALL = [PLAIN, WARM, BRIEF]
HEAD = "version: 1\nsure: {better: 990, harmful: 950}\nexperiments:\n"
ONE = ("  - {{id: {id}, responses: [{responses}], variants: {{{variants}}}, outcome: escalated,\n"
       "     guards: [{guards}], at_most: 1000, days: 90, running: {running}}}\n")
USUAL = {"id": "a-trial", "responses": "utter_hours", "variants": "warm: 500", "guards": "not understood",
         "running": "true"}


def written(folder: Path, *experiments: dict[str, str]) -> Path:
    path = folder / "experiments.yml"
    path.write_text(HEAD + "".join(ONE.format(**USUAL | one) for one in experiments))
    return path


def who(arm: str, trial: Experiment = TRIAL) -> str:
    """Somebody who hears that."""
    return next(name for name in map(str, range(1000)) if trial.arm(name) == arm)


def test_none_is_shipped_and_a_file_of_ones_own_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().all == ()
    monkeypatch.setenv("ATTUNE_EXPERIMENTS", str(written(tmp_path, {}, {"id": "b-trial", "running": "false"})))

    assert [one.id for one in load().all] == ["a-trial", "b-trial"]
    assert [one.id for one in load().running] == ["a-trial"]
    assert (round(load().better, 3), round(load().harmful, 3)) == (0.01, 0.05)


@pytest.mark.parametrize(("wrong", "told"), [
    ({"responses": "utter_crisis_help_now"}, "is never on trial"),
    ({"responses": "utter_disclosure"}, "is never on trial"),
    ({"responses": "utter_ask_consent_quality"}, "is never on trial"),
    ({"responses": "utter_topic_refund"}, "filled into other wordings"),
    ({"responses": "utter_topic_*"}, "filled into other wordings"),
    ({"variants": "warm: 500, brief: 500"}, "leave some who hear"),
    ({"variants": "as-before: 500"}, "cannot be called as-before"),
    ({"guards": "escalated"}, "need not be a guard"),
    ({"id": "first"}, "has this id"),
    ({"responses": "utter_ho*", "id": "second"}, "concerns the same response"),
    ({"responses": "action_x"}, "utter_"),
    ({"variants": ""}, "non-empty|enough"),
    ({"guards": "happiness"}, "happiness"),
])
def test_what_may_not_be_tried_is_refused_with_its_line(tmp_path: Path, wrong: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidFile, match=told) as refused:
        load(written(tmp_path, {"id": "first"}, wrong))
    assert refused.value.line >= 6


@pytest.mark.parametrize("fine", [
    {"responses": "utter_acknowledge_anger_*"}, {"responses": "utter_ho*", "running": "false"},
    {"responses": "utter_bye", "variants": "warm: 400, brief: 400"},
])
def test_what_may_be_tried_is_taken(tmp_path: Path, fine: dict[str, str]) -> None:
    assert len(load(written(tmp_path, {"id": "first"}, fine)).all) == 2


def test_no_star_reaches_what_is_never_on_trial() -> None:
    everything = Experiment("all", ("utter_*",), {"warm": 500}, "escalated", (), 1000, 90, running=True)

    assert not [name for name in NEVER if everything.concerns(name)]
    assert all(everything.concerns(name) for name in MAY)
    assert not everything.concerns("utter_topic_refund")
    assert {"utter_crisis_help_now", "utter_help_lines", "utter_is_automated", "utter_ask_forget"} <= NEVER


def test_the_lot_gives_each_its_share_and_says_the_same_every_time() -> None:
    drawn = Counter(map(TRIAL.arm, map(str, range(20_000))))

    shares = {arm: round(count / 20_000, 1) for arm, count in drawn.items()}
    assert shares == {"warm": 0.3, "brief": 0.2, AS_BEFORE: 0.5}
    assert [TRIAL.arm("someone") for _ in range(3)] == [TRIAL.arm("someone")] * 3


@pytest.mark.parametrize("other", [
    {"shares": {"warm": 301, "brief": 200}}, {"responses": ("utter_hours",)}, {"outcome": "not understood"},
    {"guards": ("handed over",)},
])
def test_what_is_looked_for_in_the_end_makes_the_trial(other: dict[str, Any]) -> None:
    assert replace(TRIAL, **other).mark != TRIAL.mark
    assert replace(TRIAL, **other).mark.startswith("warmer.")


@pytest.mark.parametrize("other", [
    {"shares": {"brief": 200, "warm": 300}}, {"at_most": 5}, {"days": 7}, {"running": False},
])
def test_the_order_of_lines_and_its_end_do_not(other: dict[str, Any]) -> None:
    assert replace(TRIAL, **other).mark == TRIAL.mark
    assert [replace(TRIAL, **other).arm(str(who)) for who in range(200)] == [TRIAL.arm(str(who)) for who in range(200)]


def test_a_label_is_known_for_one_where_records_are_sealed() -> None:
    assert TRIAL_LABEL.match(TRIAL.label("warm"))
    assert not TRIAL_LABEL.match("now-2-GB")


def fitting(there: Sequence[Variation], **levels: str) -> Callable[[str | None], Fitting]:
    """What fits of each arm; `levels` of those that fit otherwise than the rest."""
    return lambda arm: Fitting(of_arm("utter_hours", there, arm), levels.get(arm or "", "plain"))


@pytest.mark.parametrize(("arm", "said"), [("warm", [WARM]), ("brief", [BRIEF]), (AS_BEFORE, [PLAIN])])
def test_each_hears_their_own(arm: str, said: list[Variation]) -> None:
    found = heard(fitting(ALL), TRIAL, who(arm))

    assert (found.variations, found.label) == (said, TRIAL.label(arm))


@pytest.mark.parametrize(("fits", "trial", "ended"), [
    (fitting(ALL), None, ()),                                                                   # not in a trial
    (fitting([PLAIN, WARM]), TRIAL, ()),                                                        # an arm says nothing
    (fitting(ALL, warm="for the web alone"), TRIAL, ()),                                        # arms are not alike
    (fitting(ALL), TRIAL, (TRIAL.label("warm"), TRIAL.label("brief"))),                         # over
])
def test_outside_a_trial_all_hear_what_was_said_before(
    fits: Callable[[str | None], Fitting], trial: Experiment | None, ended: tuple[str, ...],
) -> None:
    for arm in ("warm", "brief", AS_BEFORE):
        assert heard(fits, trial, who(arm), ended) == Heard([PLAIN])


def test_a_variant_that_was_ended_is_heard_by_nobody_and_the_others_go_on() -> None:
    ended = (TRIAL.label("warm"),)

    assert heard(fitting(ALL), TRIAL, who("warm"), ended) == Heard([PLAIN])
    assert heard(fitting([PLAIN, BRIEF]), TRIAL, who("brief"), ended).label == TRIAL.label("brief")


@pytest.mark.parametrize(("response", "there", "said"), [
    ("utter_hours", ALL, [PLAIN]),
    ("utter_hours", [WARM], [WARM]),                            # a mistake `attune check` finds; not a silence
    ("utter_crisis_help_now", ALL, ALL),                        # never on trial, so nothing of it is held back
])
def test_of_what_stands_in_the_domain_variants_are_left_out(
    response: str, there: list[Variation], said: list[Variation],
) -> None:
    assert of_arm(response, there, None) == said


@given(st.text(), st.lists(st.sampled_from(ALL), min_size=1), st.sets(st.sampled_from(["warm", "brief"])))
def test_something_is_always_said_and_never_what_was_ended(
    someone: str, there: list[Variation], ended: set[str],
) -> None:
    found = heard(fitting(there), TRIAL, someone, {TRIAL.label(arm) for arm in ended})

    assert found.variations
    if PLAIN in there:
        assert not {variant(one) for one in found.variations} & ended
    else:
        assert found.label is None


def test_the_name_of_the_variant_does_not_travel() -> None:
    assert [unmarked(one) for one in ALL] == [
        PLAIN, {"text": "warm"}, {"text": "brief", "metadata": {"other": 1}},
    ]


async def test_what_runs_and_what_was_ended_is_asked_for_once_in_a_while() -> None:
    now, asked = [0.0], []

    def read() -> Running:
        asked.append(now[0])
        return Running((TRIAL,), {TRIAL.label("warm")} if len(asked) > 1 else ())

    trials = Trials(read, lambda: now[0])
    assert await trials.of("utter_hours") == (TRIAL, ())
    now[0] = FRESH - 1
    assert await trials.of("utter_hours") == (TRIAL, ())
    now[0] = FRESH
    assert await trials.of("utter_hours") == (TRIAL, {TRIAL.label("warm")})
    assert (await trials.of("utter_bye"))[0] is None
    assert asked == [0.0, FRESH]


def _slow() -> Running:
    time.sleep(1.0)
    return Running((TRIAL,))


def _away() -> Running:
    raise ConnectionError


@pytest.mark.parametrize("read", [_slow, _away], ids=["slow", "away"])
async def test_cri_8_without_the_database_nothing_is_on_trial_and_nobody_waits(
    read: Callable[[], Running], caplog: pytest.LogCaptureFixture,
) -> None:
    trials = Trials(read, lambda: 0.0)

    assert await asyncio.wait_for(trials.of("utter_hours"), 0.9) == (None, ())
    assert "No wording is on trial for 30 s" in caplog.text


async def test_the_file_is_read_again_and_a_wrong_one_puts_nothing_on_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    monkeypatch.setenv("ATTUNE_EXPERIMENTS", str(written(tmp_path, {})))
    monkeypatch.setenv("ATTUNE_DB_URL", f"sqlite:///{tmp_path / 'attune.db'}")
    monkeypatch.setattr("attune.reply.trials.PATIENCE", 10.0)  # what is read is the matter here, not how fast
    trials = Trials(clock=lambda: now[0])

    found, _ = await trials.of("utter_hours")
    assert found and found.id == "a-trial"
    written(tmp_path, {"running": "false"})
    now[0] += FRESH
    assert await trials.of("utter_hours") == (None, ())
    written(tmp_path, {"responses": "utter_disclosure"})
    now[0] += FRESH
    assert await trials.of("utter_hours") == (None, ())
    assert "experiments.yml:4" in caplog.text


def test_an_ending_is_for_good() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    ending = Ending("warmer.0:warm", 5, "it does harm", "attune")
    assert endings.read(engine) == {}
    with engine.begin() as connection:
        endings.end(connection, ending)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        endings.end(connection, Ending("warmer.0:warm", 6, "again", "sue"))
    assert endings.read(engine) == {"warmer.0:warm": ending}
