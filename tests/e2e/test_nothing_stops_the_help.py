"""I1: the help is shown with the action server, the desk and both databases gone, in the middle of a conversation."""

import time
from pathlib import Path

import httpx
import pytest

from fixtures.stack import RunningStack, running

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.stack


def say(stack: RunningStack, text: str, customer: str = "customer") -> tuple[list[str], float]:
    """Say something; returns the answers and the seconds they took."""
    began = time.monotonic()
    words = {"sender": customer, "message": text}
    answer = httpx.post(f"{stack.rasa_url}/webhooks/rest/webhook", json=words, timeout=30)
    return [part["text"] for part in answer.raise_for_status().json()], time.monotonic() - began


def lose_databases(var: Path) -> None:
    """What a lost disk leaves: the files are gone and cannot be made again."""
    for name in ("attune.db", "tracker.db"):
        for path in var.glob(f"{name}*"):
            path.unlink()
        (var / name).mkdir()


def test_help_is_shown_within_two_seconds_with_everything_else_down(tmp_path: Path) -> None:
    with running(REPOSITORY, tmp_path / "var") as stack:
        say(stack, "hello")
        say(stack, "I want to return something")
        stack.kill("action server")
        stack.kill("desk")
        lose_databases(tmp_path / "var")

        answers, seconds = say(stack, "forget it, I'm going to kill myself tonight")
        again, _ = say(stack, "I really don't want to live anymore")

    assert any("findahelpline.com" in answer and "emergency" in answer for answer in answers)
    assert any("findahelpline.com" in answer for answer in again)
    assert seconds < 2
