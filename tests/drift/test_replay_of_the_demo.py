"""The golden phrases read by the demo's trained reader, against the baseline."""

from pathlib import Path

import pytest

from attune.drift import golden, replay_report, snapshot_file
from attune.drift.replay import Snapshot, compare
from attune.signals import cues
from attune.signals.read import read
from attune.signals.trained import TrainedReader

pytestmark = pytest.mark.rasa
BASELINE = Path(__file__).parents[2] / snapshot_file.FILE


def test_drf_3_the_trained_reader_hears_the_golden_phrases_as_it_did(trained_reader: TrainedReader) -> None:
    ear, phrases, was = cues.load(), golden.load([golden.PHRASES]), snapshot_file.load(BASELINE)
    now = {phrase.text: golden.of_reading(read(phrase.text, ear, trained_reader), was.phrases[phrase.text].intent)
           for phrase in phrases}

    found = compare(phrases, was, Snapshot(phrases=now), played=False)

    assert not found.alarm, "\n".join(replay_report.told(found))
    assert {gate.aspect: gate.right / gate.of >= floor for gate in found.gates
            if (floor := {"danger heard": 0.9, "no danger heard where none is": 0.98}.get(gate.aspect))} == {
        "danger heard": True, "no danger heard where none is": True}
