"""I6: two hundred handoffs while action server, desk and Rasa are killed at any moment: each once, every word once."""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pytest

from e2e.deaths import Reaper, environment
from e2e.talks import Agent, Talk
from fixtures.stack import REPOSITORY, RunningStack, running

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.takes(1800)]

HANDOFFS = int(os.environ.get("HANDOFFS", "200"))
AT_ONCE = 32
RASA_DEATHS = int(os.environ.get("RASA_DEATHS", str(max(1, HANDOFFS // 100))))
"""Few, for it takes long to come back."""
RASA_DIES = [(death + 0.5) / RASA_DEATHS for death in range(RASA_DEATHS)]
"""After which parts of the handoffs."""
SEED = int(os.environ.get("SEED", str(random.randrange(2**32))))


def test_i6_no_handoff_and_no_word_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    print(f"SEED={SEED}")
    folder = tmp_path / "deadly"
    with running(REPOSITORY, tmp_path / "var", **environment(folder)) as stack:
        reaper = Reaper(stack, folder, random.Random(SEED))
        agents = [Agent(stack, f"Agent {number}") for number in range(AT_ONCE)]
        talks = [Talk(stack, number) for number in range(HANDOFFS)]
        began = time.monotonic()
        reaper.start()
        try:
            rasa_deaths = all_go(stack, talks, agents)
        finally:
            reaper.stop()
        seconds = time.monotonic() - began
        for talk in talks:
            talk.settles()
        problems = [problem for talk in talks for problem in talk.problems()]
        print(f"{HANDOFFS} handoffs in {seconds:.0f} s; killed: {dict(reaper.deaths)}, Rasa server {rasa_deaths}; "
              f"opened by the desk instead: {sum(talk.was_reconciled for talk in talks)}; "
              f"the bot repeated itself: {sum(talk.bot_repeats for talk in talks)}")
        print(*(f"  {count} x {step}" for step, count in sorted(reaper.noted().items())), sep="\n")

    print(*problems, sep="\n")
    assert problems == []
    assert reaper.deaths["action server"] and reaper.deaths["desk"]


def all_go(stack: RunningStack, talks: list[Talk], agents: list[Agent]) -> int:
    """Every talk to its end, so many at a time; Rasa is killed and started in between. Returns how often it was."""
    own, waiting, deaths = threading.local(), list(agents), 0

    def go(talk: Talk) -> None:
        own.agent = getattr(own, "agent", None) or waiting.pop()
        talk.goes(own.agent)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, future in enumerate(as_completed([pool.submit(go, talk) for talk in talks]), start=1):
            future.result()
            if deaths < len(RASA_DIES) and done >= RASA_DIES[deaths] * len(talks):
                deaths += 1
                stack.kill("Rasa server")
                stack.processes.start("Rasa server")
    return deaths
