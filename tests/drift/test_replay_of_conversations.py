"""The golden conversations on the running demo, against the baseline: no answer and no decision is otherwise."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from attune.drift import snapshot_file
from attune.drift.replay import Snapshot, Turn, compare
from attune.drift.replay_report import told
from attune.rehearsal.replay_command import CONVERSATIONS, play_on
from attune.rehearsal.stage import RunningAssistant
from fixtures.stack import RunningStack

pytestmark = pytest.mark.stack
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def played(stack: RunningStack) -> Iterator[Mapping[str, tuple[Turn, ...]]]:
    """Every golden conversation, played to its end."""
    clock = iter(range(1_700_000_000, 1_800_000_000)).__next__
    with closing(RunningAssistant(stack.settings, stack.rasa_url, clock, lambda: uuid.uuid4().hex)) as stage:
        yield play_on(stage, [REPOSITORY / CONVERSATIONS], lambda: f"replay-{uuid.uuid4().hex}")


def test_drf_3_the_golden_conversations_go_as_in_the_baseline(played: Mapping[str, tuple[Turn, ...]]) -> None:
    was = snapshot_file.load(REPOSITORY / snapshot_file.FILE)

    found = compare([], was, Snapshot(conversations=played))

    assert len(played) >= 10
    assert found.conversations == (), "\n".join(told(found))
    assert found.new == ()


@pytest.mark.parametrize(("name", "row"), [
    ("stated danger", "crisis_now"), ("danger within a form", "crisis_possible"), ("a calm question", "nothing"),
])
def test_the_decision_behind_an_answer_is_recorded(
    played: Mapping[str, tuple[Turn, ...]], name: str, row: str,
) -> None:
    assert row in [found for turn in played[name] for found in turn.rows]
