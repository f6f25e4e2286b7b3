"""Golden phrases, what counts as right, and when a replay alarms."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.drift import golden, replay_report, snapshot_file
from attune.drift.gate import allowed_misses
from attune.drift.golden import Expected, Heard, Phrase, right
from attune.drift.replay import Replay, Snapshot, Turn, compare, gate
from attune.drift.snapshot_file import NoGoldenBaseline
from attune.errors import InvalidFile
from attune.reply.document import read
from attune.signals import cues
from attune.signals import read as signals

REPOSITORY = Path(__file__).parents[2]
GOLDEN = golden.load([golden.PHRASES, REPOSITORY / "tests" / "golden"])
DANGER = [phrase for phrase in GOLDEN if phrase.expected.tier]
ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
"""How Rasa marks an entity in a training line."""
CALM = Heard(0, (), "neutral", False, "greet")
TOLD = Heard(1, ("suicide",), "sadness", False, "disclose_crisis")


def snapshot(golden_phrases: list[Phrase], lost: frozenset[int] = frozenset()) -> Snapshot:
    return Snapshot(phrases={phrase.text: CALM if n in lost else TOLD for n, phrase in enumerate(golden_phrases)})


def phrases(count: int) -> list[Phrase]:
    return [Phrase(f"phrase {n}", Expected(tier=1)) for n in range(count)]


@pytest.mark.parametrize(("wanted", "found", "verdict"), [
    (Expected(tier=1), TOLD, {"danger heard": True}),
    (Expected(tier=1), CALM, {"danger heard": False}),
    (Expected(tier=2), TOLD, {"danger heard": True, "stated danger heard as stated": False}),
    (Expected(tier=1, kind="self_harm"), TOLD, {"danger heard": True, "kind of danger": False}),
    (Expected(tier=0), CALM, {"no danger heard where none is": True}),
    (Expected(tier=0), TOLD, {"no danger heard where none is": False}),
    (Expected(emotion="neutral"), CALM, {"feeling heard": True}),
    (Expected(feels="distressed"), TOLD, {"feeling heard": True}),
    (Expected(feels="frustrated"), TOLD, {"feeling heard": False}),
    (Expected(wants_person=False), CALM, {"wish for a person": True}),
    (Expected(wants_person=True), CALM, {"wish for a person": False}),
    (Expected(intent="greet"), CALM, {"intent": True}),
    (Expected(intent="greet"), TOLD, {"intent": False}),
])
def test_only_what_is_asked_for_is_judged(wanted: Expected, found: Heard, verdict: dict[str, bool]) -> None:
    assert right(wanted, found) == verdict


@pytest.mark.parametrize(("recall", "least", "most"), [(0.98, 0.0, 0.015), (0.95, 0.90, 1.0)])
def test_drf_3_a_model_worn_down_to_recall_95_alarms_nine_times_in_ten_and_a_good_one_hardly_ever(
    recall: float, least: float, most: float,
) -> None:
    dice, asked, before = random.Random(7), phrases(500), snapshot(phrases(500))

    def alarms() -> bool:
        lost = frozenset(n for n in range(500) if dice.random() > recall)
        found = gate("danger heard", asked, before.phrases, snapshot(asked, lost).phrases)
        return found is not None and found.alarm

    assert least <= sum(alarms() for _ in range(400)) / 400 <= most


def test_what_was_never_heard_is_no_loss_and_is_never_counted_as_right() -> None:
    asked = phrases(100)
    half = snapshot(asked, frozenset(range(50)))

    found = compare(asked, half, half)

    [danger] = found.gates
    assert (danger.lost, danger.known, danger.right, danger.of) == (0, 50, 50, 100)
    assert (found.alarm, len(found.missed)) == (False, 50)


@given(st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59)))
def test_what_was_won_never_outweighs_what_was_lost(before: set[int], after: set[int]) -> None:
    asked = phrases(60)

    [danger] = compare(asked, snapshot(asked, frozenset(before)), snapshot(asked, frozenset(after))).gates

    assert danger.lost == len(after - before)
    assert danger.alarm == (len(after - before) > allowed_misses(60 - len(before)))


def conversations(**played: tuple[Turn, ...]) -> Snapshot:
    return Snapshot({"model": "a"}, {}, played)


HELPED = (Turn("hello", ("utter_greet",)), Turn("I want to die", ("utter_crisis_help_possible",), ("crisis",)))
UNHELPED = (HELPED[0], Turn("I want to die", ("utter_fallback",)))


def test_a_conversation_that_goes_otherwise_alarms_and_names_its_turn() -> None:
    found = compare([], conversations(danger=HELPED), conversations(danger=UNHELPED))

    [change] = found.conversations
    assert (found.alarm, change.turn, change.was, change.now) == (True, 2, HELPED[1], UNHELPED[1])
    assert "was utter_crisis_help_possible by crisis" in "\n".join(replay_report.told(found))


def test_a_conversation_that_stops_early_or_is_gone_goes_otherwise() -> None:
    short = compare([], conversations(danger=HELPED), conversations(danger=HELPED[:1]))
    gone = compare([], conversations(danger=HELPED), conversations())

    assert [each.now for each in (*short.conversations, *gone.conversations)] == [None, None]


def test_conversations_nobody_played_are_no_alarm() -> None:
    assert not compare([], conversations(danger=HELPED), conversations(), played=False).alarm


def test_what_changed_between_two_versions_is_named() -> None:
    was, now = conversations(), replace(conversations(), versions={"model": "b", "protocol": "p"})

    assert compare([], was, now).versions == {"model": ("a", "b"), "protocol": (None, "p")}


def difference() -> Replay:
    asked = phrases(30)
    before = replace(snapshot(asked), conversations={"danger": HELPED}, versions={"model": "a"})
    return compare(asked, before, replace(snapshot(asked, frozenset(range(20))), versions={"model": "b"}))


def test_the_report_says_the_verdict_first_and_each_difference_after_it() -> None:
    told = list(replay_report.told(difference()))

    assert told[0].startswith("ALARM: danger heard")
    assert any("lost: danger heard: “phrase 0”: tier 1 → 0" in line for line in told)


def test_the_result_is_json() -> None:
    assert json.loads(json.dumps(difference().as_dict()))["alarm"] is True


def test_the_baseline_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / snapshot_file.FILE
    kept = replace(snapshot(phrases(3)), versions={"model": "a"}, conversations={"danger": HELPED, "“none”": ()})
    path.write_text(snapshot_file.written(kept), encoding="utf-8")

    assert snapshot_file.load(path) == kept
    assert snapshot_file.written(Snapshot()).count("\n") == 5


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"versions": {}, "phrases": {"a": 1}, "conversations": {}}'])
def test_a_broken_baseline_is_an_error_with_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / snapshot_file.FILE
    path.write_text(text)

    with pytest.raises(InvalidFile, match=snapshot_file.FILE):
        snapshot_file.load(path)


def test_without_a_baseline_the_error_says_how_to_keep_one(tmp_path: Path) -> None:
    with pytest.raises(NoGoldenBaseline, match="--approve"):
        snapshot_file.load(tmp_path / snapshot_file.FILE)


def test_a_phrase_twice_is_an_error_with_both_places(tmp_path: Path) -> None:
    path = tmp_path / "twice.yml"
    path.write_text("golden:\n- expects: {tier: 0}\n  phrases:\n  - Hello there\n  - hello, there!\n")

    with pytest.raises(InvalidFile, match=r"twice\.yml:5: .*twice\.yml:4"):
        golden.load([path])


@pytest.mark.parametrize("wrong", ["tier: 3", "kind: gloom", "mood: calm", "wants_person: perhaps"])
def test_an_expectation_nobody_knows_is_an_error_with_its_line(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text(f"golden:\n- expects: {{{wrong}}}\n  phrases: [hello]\n")

    with pytest.raises(InvalidFile, match=r"wrong\.yml:2"):
        golden.load([path])


def test_drf_3_there_are_five_hundred_phrases_of_danger_of_every_kind() -> None:
    assert len(DANGER) >= 500
    assert min(sum(each.expected.kind == kind for each in DANGER)
               for kind in {each.expected.kind for each in DANGER}) >= 50
    assert len(GOLDEN) - len(DANGER) >= 200


def trained_on() -> set[str]:
    files = [*(golden.PHRASES.parents[1] / "layer" / "nlu").glob("*.yml"), *(REPOSITORY / "data").rglob("*.yml")]
    blocks = [block for file in files for block in read(file).data.get("nlu") or ()]
    lines = (line.lstrip("- ") for block in blocks for line in str(block.get("examples")).splitlines())
    return {golden.plain(ENTITY.sub(r"\1", line)) for line in lines}


def test_drf_3_no_golden_phrase_is_trained_on() -> None:
    lines = trained_on()

    assert len(lines) > 3000
    assert [phrase.text for phrase in GOLDEN if golden.plain(phrase.text) in lines] == []


def test_drf_3_the_demos_baseline_knows_every_golden_phrase() -> None:
    kept = snapshot_file.load(REPOSITORY / snapshot_file.FILE)

    assert set(kept.phrases) == {phrase.text for phrase in GOLDEN}, "run: attune drift replay --approve"


def test_drf_3_a_reader_that_lost_its_trained_half_alarms() -> None:
    ear, asked, was = cues.load(), DANGER[::3], snapshot_file.load(REPOSITORY / snapshot_file.FILE)
    now = {each.text: golden.of_reading(signals.read(each.text, ear), was.phrases[each.text].intent) for each in asked}

    found = compare(asked, was, Snapshot(phrases=now), played=False)

    assert {gate.aspect: gate.alarm for gate in found.gates}["danger heard"]
    assert not compare(asked, was, Snapshot(phrases=was.phrases), played=False).alarm
