"""Wordings on trial: what may be declared, who hears which, and what happens when nobody knows."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from attune.errors import InvalidFile
from attune.reply import endings
from attune.reply.endings import Ending
from attune.reply.experiments import AS_BEFORE, MAY, NEVER, Experiment, load
from attune.reply.trial import heard, unmarked, variant
from attune.reply.trials import FRESH, Read, Trials, running

TRIAL = Experiment("warmer", ("utter_acknowledge_anger_*", "utter_hours"), {"warm": 300, "brief": 200}, "escalated",
                   ("not understood",), 1000, running=True)
PLAIN, WARM, BRIEF = {"text": "plain"}, {"text": "warm", "metadata": {"variant": "warm"}}, {
    "text": "brief", "metadata": {"variant": "brief", "other": 1}}
ALL = [PLAIN, WARM, BRIEF]
HEAD = "version: 1\nsure: {better: 990, harmful: 950}\nexperiments:\n"
ONE = ("  - {{id: {id}, responses: [{responses}], variants: {{{variants}}}, outcome: escalated,\n"
       "     guards: [{guards}], at_most: 1000, running: {running}}}\n")
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
    assert [one.id for one in running()] == ["a-trial"]
    assert (round(load().better, 3), round(load().harmful, 3)) == (0.01, 0.05)


@pytest.mark.parametrize(("wrong", "told"), [
    ({"responses": "utter_crisis_help_now"}, "is never on trial"),
    ({"responses": "utter_disclosure"}, "is never on trial"),
    ({"responses": "utter_ask_consent_quality"}, "is never on trial"),
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


def test_a_wrong_file_puts_nothing_on_trial_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("ATTUNE_EXPERIMENTS", str(written(tmp_path, {"responses": "utter_disclosure"})))

    assert running() == ()
    assert "No wording is on trial" in caplog.text


def test_no_star_reaches_what_is_never_on_trial() -> None:
    everything = Experiment("all", ("utter_*",), {"warm": 500}, "escalated", (), 1000, running=True)

    assert not [name for name in NEVER if everything.concerns(name)]
    assert all(everything.concerns(name) for name in MAY)
    assert {"utter_crisis_help_now", "utter_help_lines", "utter_is_automated", "utter_ask_forget"} <= NEVER


def test_the_lot_gives_each_its_share_and_says_the_same_every_time() -> None:
    drawn = Counter(map(TRIAL.arm, map(str, range(20_000))))

    shares = {arm: round(count / 20_000, 1) for arm, count in drawn.items()}
    assert shares == {"warm": 0.3, "brief": 0.2, AS_BEFORE: 0.5}
    assert [TRIAL.arm("someone") for _ in range(3)] == [TRIAL.arm("someone")] * 3


def test_other_shares_are_another_trial() -> None:
    other = Experiment("warmer", TRIAL.responses, {"warm": 301, "brief": 200}, "escalated", (), 1000, running=True)

    assert other.mark != TRIAL.mark
    assert other.mark.startswith("warmer.")


@pytest.mark.parametrize(("arm", "said"), [("warm", [WARM]), ("brief", [BRIEF]), (AS_BEFORE, [PLAIN])])
def test_each_hears_their_own(arm: str, said: list[dict[str, object]]) -> None:
    found = heard(ALL, TRIAL, who(arm))

    assert (found.variations, found.label) == (said, TRIAL.label(arm))


@pytest.mark.parametrize(("there", "trial", "ended"), [
    (ALL, None, ()),                                                                      # not in a trial
    ([PLAIN, WARM], TRIAL, ()),                                                           # the arms are not alike
    (ALL, TRIAL, (TRIAL.label("warm"), TRIAL.label("brief"))),                            # over
])
def test_outside_a_trial_all_hear_what_was_said_before(
    there: list[dict[str, object]], trial: Experiment | None, ended: tuple[str, ...],
) -> None:
    for arm in ("warm", "brief", AS_BEFORE):
        assert heard(there, trial, who(arm), ended).variations == [PLAIN]
        assert heard(there, trial, who(arm), ended).label is None


def test_a_variant_that_was_ended_is_heard_by_nobody_and_the_others_go_on() -> None:
    ended = (TRIAL.label("warm"),)

    assert heard([PLAIN, WARM, BRIEF], TRIAL, who("warm"), ended).variations == [PLAIN]
    assert heard([PLAIN, WARM, BRIEF], TRIAL, who("warm"), ended).label is None
    assert heard([PLAIN, BRIEF], TRIAL, who("brief"), ended).label == TRIAL.label("brief")


def test_something_is_said_even_where_every_variation_belongs_to_a_variant() -> None:
    assert heard([WARM], None, "someone").variations == [WARM]


@given(st.text(), st.lists(st.sampled_from(ALL), min_size=1), st.sets(st.sampled_from(["warm", "brief"])))
def test_something_is_always_said_and_never_what_was_ended(
    someone: str, there: list[dict[str, object]], ended: set[str],
) -> None:
    found = heard(there, TRIAL, someone, {TRIAL.label(arm) for arm in ended})

    assert found.variations
    if PLAIN in there:
        assert not {variant(one) for one in found.variations} & ended


def test_the_name_of_the_variant_does_not_travel() -> None:
    assert [unmarked(one) for one in ALL] == [
        PLAIN, {"text": "warm"}, {"text": "brief", "metadata": {"other": 1}},
    ]


async def test_what_was_ended_is_asked_for_once_in_a_while() -> None:
    now, asked = [0.0], []

    def read() -> dict[str, object]:
        asked.append(now[0])
        return {} if len(asked) < 2 else {TRIAL.label("warm"): None}

    trials = Trials((TRIAL,), read, lambda: now[0])
    assert await trials.of("utter_hours") == (TRIAL, frozenset())
    now[0] = FRESH - 1
    assert await trials.of("utter_hours") == (TRIAL, frozenset())
    now[0] = FRESH
    assert await trials.of("utter_hours") == (TRIAL, {TRIAL.label("warm")})
    assert await trials.of("utter_bye") == (None, ())
    assert asked == [0.0, FRESH]


def _slow() -> dict[str, object]:
    time.sleep(1.0)
    return {}


def _away() -> dict[str, object]:
    raise ConnectionError


@pytest.mark.parametrize("read", [_slow, _away], ids=["slow", "away"])
async def test_cri_8_without_the_database_nothing_is_on_trial_and_nobody_waits(
    read: Read, caplog: pytest.LogCaptureFixture,
) -> None:
    trials = Trials((TRIAL,), read, lambda: 0.0)

    assert await asyncio.wait_for(trials.of("utter_hours"), 0.9) == (None, ())
    assert "all hear what was said before" in caplog.text


def test_an_ending_stands_until_it_is_taken_back() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    ending = Ending("warmer.0:warm", 5, "it does harm", "attune")
    assert endings.read(engine) == {}
    with engine.begin() as connection:
        assert endings.end(connection, ending)
        assert not endings.end(connection, Ending("warmer.0:warm", 6, "again", "sue"))
    assert endings.read(engine) == {"warmer.0:warm": ending}
    with engine.begin() as connection:
        assert endings.take_back(connection, "warmer.0:warm")
        assert not endings.take_back(connection, "warmer.0:warm")
    assert endings.read(engine) == {}
