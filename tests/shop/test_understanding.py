"""`rasa test nlu` on messages the shop's model has never seen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.stack import RunningStack

pytestmark = pytest.mark.stack
REPOSITORY = Path(__file__).parents[2]


def test_messages_never_seen_are_understood(stack: RunningStack, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "test", "nlu", "--model", str(stack.place.model), "--nlu", "tests/nlu",
         "--out", str(tmp_path), "--no-plot"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False, env=stack.place.environment)
    assert done.returncode == 0, done.stderr[-2000:]

    report = json.loads((tmp_path / "intent_report.json").read_text())

    assert report["weighted avg"]["f1-score"] >= 0.8, json.loads((tmp_path / "intent_errors.json").read_text())
