"""Every conversation in this folder, against the demo shop as it runs: Rasa, action server and desk."""

import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from attune.rehearsal import read, report
from attune.rehearsal.judge import Judge
from attune.rehearsal.play import Played
from attune.rehearsal.rehearse import rehearsal
from attune.rehearsal.script import Conversation
from attune.rehearsal.stage import RunningAssistant
from attune.reply import resources
from fixtures.stack import RunningStack

pytestmark = pytest.mark.stack
CONVERSATIONS = read.load([Path(__file__).parent])


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Playing:
    """The stage, and what will come of each conversation by its name."""

    stage: RunningAssistant
    futures: Mapping[str, "Future[Played]"]


@pytest.fixture(scope="module")
def playing(stack: RunningStack, request: pytest.FixtureRequest) -> Iterator[Playing]:
    """All conversations that were asked for, a few at a time; each test waits for its own."""
    asked = [item.callspec.params["conversation"] for item in request.session.items
             if item.path == request.path and hasattr(item, "callspec")]
    stage = RunningAssistant(stack.settings, stack.rasa_url, time.time, new_id)
    with closing(stage), rehearsal(asked, stage, Judge(resources.load()), new_id) as futures:
        yield Playing(stage, futures)


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.name)
def test_it_goes_as_written(conversation: Conversation, playing: Playing) -> None:
    played = playing.futures[conversation.name].result()
    playing.stage.leave(played.customer)  # else so many would wait that it is a surge, in which no place is told

    if conversation.not_yet and not played.held:
        pytest.xfail(conversation.not_yet)
    assert played.expected, "\n" + "\n".join(report.told(played))
